/**
 * Raw mail that will be removed: `expiring/20261120`, of the day from which that counts, has the
 * numbers of its commits, one a line.
 */
import { join } from 'node:path';
import { expiredBefore } from '../../journal/lists/expiring.ts';
import { type Edit, editRows } from '../../journal/lists/list.ts';
import { appendLines, names, readText, remove, removeDirectory, replace } from '../disk/disk.ts';
import type { Applying, Stored } from './stored.ts';

export class Expiring implements Stored<string> {
  readonly file = 'expiring';
  readonly #directory: string;

  constructor(root: string) {
    this.#directory = join(root, this.file);
  }

  /** An older mail may stand under an earlier day, if its robot was run once more. */
  write(edits: readonly Edit<string>[], { seq }: Applying): void {
    const days = new Map<string, string>();
    editRows(days, edits);
    for (const [mail, day] of days) this.#add(Number(mail), day);
    const older = edits.map(({ key }) => key).filter((mail) => Number(mail) !== seq);
    if (older.length > 0) this.#remove(new Set(older), days);
  }

  forget(): void {
    removeDirectory(this.#directory, false);
  }

  nameOf(key: string): string {
    return key;
  }

  found(): ReadonlyMap<string, string> {
    return new Map(this.#days().flatMap((day) => this.#of(day).map((mail) => [`${mail}`, day])));
  }

  /** As Store.expired promises it. */
  before(time: Date, now: Date, limit: number): readonly number[] {
    return expiredBefore(time, now, limit, this.#days(), (day) => this.#of(day));
  }

  #add(mail: number, day: string): void {
    const path = join(this.#directory, day);
    const known = readText(path) ?? '';
    if (numbersIn(known).includes(mail)) return;
    appendLines(path, [String(mail)], known !== '' && !known.endsWith('\n'));
  }

  /** From every day but its own, if it has one. */
  #remove(mails: ReadonlySet<string>, own: ReadonlyMap<string, string>): void {
    for (const day of this.#days()) {
      const path = join(this.#directory, day);
      const known = numbersIn(readText(path) ?? '');
      const left = known.filter((mail) => !mails.has(`${mail}`) || own.get(`${mail}`) === day);
      if (left.length === known.length) continue;
      if (left.length === 0) remove(path);
      else replace(path, left.map((mail) => `${mail}\n`).join(''));
    }
  }

  #of(day: string): readonly number[] {
    return numbersIn(readText(join(this.#directory, day)) ?? '');
  }

  #days(): readonly string[] {
    return names(this.#directory)
      .filter((name) => /^\d{8}$/.test(name))
      .toSorted();
  }
}

function numbersIn(text: string): readonly number[] {
  // What stands behind the last line break is no line: a power cut tore it.
  const whole = text.split('\n').slice(0, -1);
  return whole.flatMap((line) => (/^\d+$/.test(line) ? [Number(line)] : []));
}
