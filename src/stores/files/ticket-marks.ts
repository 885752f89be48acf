/**
 * A list of tickets as a mark (marks.ts) for each that is in it: `<list>/<hundreds>/<ID>`, so that
 * listing them costs the same among 100,000. `open/71/SUPPORT-7102` is one that is not resolved.
 */
import { join } from 'node:path';
import { hundredOf } from '../../journal/paths.ts';
import type { TicketId } from '../../ticket/ticket.ts';
import { isDirectory, names, removeTree } from '../disk/disk.ts';
import type { Marks } from './marks.ts';
import type { StoredKeys } from './stored.ts';

export class TicketMarks implements StoredKeys {
  protected readonly directory: string;
  protected readonly folder: string;
  protected readonly marks: Marks;
  /** Of folders below its own. */
  protected readonly depth: number = 1;

  constructor(root: string, marks: Marks, folder: string) {
    this.directory = join(root, folder);
    this.folder = folder;
    this.marks = marks;
  }

  write(before: string | null, after: string | null): void {
    if (before !== null && before !== after) this.marks.remove(this.nameOf(before));
    if (after !== null) this.marks.add(this.nameOf(after));
  }

  keepOnly(keys: ReadonlyMap<TicketId, string | null>): void {
    for (const [id, key] of keys) if (key === null) this.marks.remove(this.nameOf(id));
  }

  forget(): void {
    for (const name of names(this.directory)) removeTree(join(this.directory, name));
  }

  /** A key is the id of its ticket. */
  nameOf(key: string): string {
    return `${this.folder}/${hundredOf(key as TicketId)}/${key}`;
  }

  names(): readonly string[] {
    return namesBelow(this.directory, this.folder, this.depth);
  }
}

/** What lies below so many folders, and what is no folder above. */
function namesBelow(path: string, name: string, depth: number): readonly string[] {
  return names(path).flatMap((part) => {
    const [inner, its] = [join(path, part), `${name}/${part}`];
    return depth > 0 && isDirectory(inner) ? namesBelow(inner, its, depth - 1) : [its];
  });
}
