/**
 * A list as one small JSON file a row, `<folder>/<SHA-256 of its key, cut>.json`: how a list lies
 * that has no other format.
 *
 * A torn file is no row: that is fsck's to report, and hides no other. After a power cut recovery
 * asks for the rows that are to be changed, and makes the torn ones again (recovery.ts). A file that
 * the disk refuses to give hides no other in a list either; but whoever asks for that one row is told
 * that it cannot be read, since to take it for none would remove it where it is to be changed.
 */
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { type Edit, rowAfter } from '../../journal/lists/list.ts';
import { Failure } from '../../outcome.ts';
import { exists, names, readJson, remove, removeDirectory, replace } from '../disk/disk.ts';
import { Folders } from './folders.ts';
import { Hold, type Memory } from './hold.ts';
import type { Stored } from './stored.ts';

export class RowFiles<Row> implements Stored<Row> {
  protected readonly root: string;
  protected readonly folder: string;
  /** By their keys. */
  readonly #rows: Memory<Row | null>;
  readonly #folders: Folders;

  constructor(root: string, folder: string, hold = new Hold()) {
    this.root = root;
    this.folder = folder;
    this.#rows = hold.memory();
    this.#folders = new Folders(hold);
  }

  nameOf(key: string): string {
    const digest = createHash('sha256').update(key).digest('hex');
    return `${this.folder}/${digest.slice(0, 40)}.json`;
  }

  row(key: string): Row | null {
    return this.#rows.of(key, () => this.read(this.nameOf(key)));
  }

  write(edits: readonly Edit<Row>[]): void {
    for (const edit of edits) {
      const path = join(this.root, this.nameOf(edit.key));
      const before = edit.type === 'change' ? this.row(edit.key) : null;
      const after = rowAfter(edit, () => before);
      if (after !== null && after === before) continue;
      this.#rows.forget(edit.key);
      if (after === null) remove(path);
      else {
        this.#folders.make(dirname(path));
        const text = JSON.stringify(after);
        replace(path, `${text}\n`);
        // As whoever read it would find it.
        this.#rows.put(edit.key, JSON.parse(text) as Row);
      }
    }
  }

  isDamaged(key: string): boolean {
    const name = this.nameOf(key);
    return exists(join(this.root, name)) && this.read(name) === null;
  }

  forget(): void {
    removeDirectory(join(this.root, this.folder), false);
  }

  found(): ReadonlyMap<string, Row> {
    return new Map(
      this.names().flatMap((name) => {
        const row = this.#tryRead(name);
        return row === null ? [] : [[name, row]];
      }),
    );
  }

  #tryRead(name: string): Row | null {
    try {
      return this.read(name);
    } catch (error) {
      if (error instanceof Failure) return null;
      throw error;
    }
  }

  protected names(): readonly string[] {
    return names(join(this.root, this.folder))
      .filter((name) => name.endsWith('.json'))
      .map((name) => `${this.folder}/${name}`);
  }

  protected read(name: string): Row | null {
    // Written by `write` above.
    return readJson(join(this.root, name)) as Row | null;
  }
}
