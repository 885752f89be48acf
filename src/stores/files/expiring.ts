/**
 * Raw mail that nobody will miss after a time, by the day from which it counts:
 * `expiring/20261120` holds the numbers of its commits, one a line.
 *
 * Mail that a machine wrote and that is in no ticket, and held mail that was thrown
 * away or let in (then its ticket has a copy). Derived from the journal; putting in
 * what is there, or taking out what is not, changes nothing.
 */
import { join } from 'node:path';
import type { Change } from '../../ticket/change.ts';
import { append, names, readText, remove, replace } from './disk.ts';

/** Numbers of the commits whose raw mail may go, counted from this commit on. */
export function expiringBy(changes: readonly Change[], seq: number): readonly number[] {
  return changes.flatMap((change) => {
    if (change.type === 'mail.recorded') return change.expires ? [seq] : [];
    return change.type === 'mail.discarded' || change.type === 'mail.released' ? [change.held] : [];
  });
}

export class Expiring {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  add(mail: number, time: string): void {
    const path = join(this.#directory, dayOf(new Date(time)));
    const known = readText(path) ?? '';
    if (numbersIn(known).includes(mail)) return;
    const isTorn = known !== '' && !known.endsWith('\n');
    append(path, isTorn ? `\n${mail}\n` : `${mail}\n`);
  }

  /**
   * Of the days before that of `time`, oldest first. A day later than today says nothing but
   * that a clock was ahead: such a mail goes with those that came after it. (By the clock alone
   * one that is behind, as after a start without a network, would take everything at once.)
   */
  before(time: Date, now: Date, limit: number): readonly number[] {
    const days = this.#days();
    const found: number[] = [];
    for (const day of days) {
      if (day >= dayOf(time) || found.length >= limit) break;
      found.push(...this.#of(day));
    }
    if (found.length === 0) return [];
    const newest = found.reduce((one, other) => Math.max(one, other));
    const ahead = days.filter((day) => day > dayOf(now)).flatMap((day) => this.#of(day));
    return [...ahead.filter((mail) => mail < newest), ...found].slice(0, limit);
  }

  all(): readonly number[] {
    return this.#days().flatMap((day) => this.#of(day));
  }

  remove(mails: ReadonlySet<number>): void {
    for (const day of this.#days()) {
      const path = join(this.#directory, day);
      const known = numbersIn(readText(path) ?? '');
      const left = known.filter((mail) => !mails.has(mail));
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
  return text.split('\n').flatMap((line) => (/^\d+$/.test(line) ? [Number(line)] : []));
}

function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10).replaceAll('-', '');
}
