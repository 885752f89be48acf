/**
 * Who did what with a ticket, and when: its changes in the order of the commits, a line each. Pure.
 *
 * A wide terminal has three columns, of which what was done goes on in the next line; on a narrow
 * one it has lines of its own.
 */
import { type Change, ticketOf } from '../ticket/change.ts';
import type { TicketId } from '../ticket/ticket.ts';
import { actorOf, changeInWords } from './change-in-words.ts';
import { inertLine } from './inert.ts';
import { broken, ellipsize, padTo, type Screen, width } from './style.ts';
import { columnTime } from './time.ts';

export interface LogEntry {
  /** RFC 3339, UTC. */
  readonly time: string;
  readonly by: string;
  readonly what: string;
}

export class TicketLog {
  readonly entries: LogEntry[] = [];
  readonly #id: TicketId;
  readonly #zone: string;
  /** Mail to it that was held. */
  readonly #held = new Set<number>();

  /** `zone`: of whoever reads it. */
  constructor(id: TicketId, zone: string) {
    this.#id = id;
    this.#zone = zone;
  }

  /** The next commit. */
  add({ time, changes }: { readonly time: string; readonly changes: readonly Change[] }): void {
    const about = changes.filter((change) => this.#isAbout(change));
    if (about.length === 0) return;
    const actor = actorOf(changes);
    for (const change of about) {
      const deed = changeInWords(change, actor, this.#zone);
      if (deed !== null) this.entries.push({ time, ...deed });
    }
  }

  #isAbout(change: Change): boolean {
    switch (change.type) {
      case 'mail.held':
        if (change.mail.ticket !== this.#id) return false;
        this.#held.add(change.mail.id);
        return true;
      case 'mail.released':
      case 'mail.discarded':
        return this.#held.has(change.held);
      case 'person.erased':
        return change.tickets.includes(this.#id);
      default:
        return ticketOf(change) === this.#id;
    }
  }
}

const NARROW = 60;
const TIME_WIDTH = 16;
const BY_WIDTH = 26;
const LEAST_WORDS = 34;

export function logLines(entries: readonly LogEntry[], at: Screen): readonly string[] {
  const { style, columns } = at;
  const timeOf = columnTime(at);
  const rows = entries.map(({ time, by, what }) => ({
    ...{ time: timeOf(time), by: inertLine(by), what: inertLine(what) },
  }));
  const when = (time: string) => style('dim', time);
  if (columns !== null && columns < NARROW) {
    return rows.flatMap(({ time, by, what }) => [
      `${when(time)}  ${ellipsize(by, columns - TIME_WIDTH - 2)}`,
      ...broken(what, columns - 2).map((line) => `  ${line}`),
    ]);
  }
  const longest = Math.max(0, ...rows.map(({ by }) => width(by)));
  const most = columns === null ? longest : columns - TIME_WIDTH - LEAST_WORDS - 4;
  const wide = columns === null ? longest : Math.min(BY_WIDTH, most, longest);
  const left = ' '.repeat(TIME_WIDTH + wide + 4);
  return rows.flatMap(({ time, by, what }) =>
    broken(what, columns === null ? null : columns - left.length).map((line, n) =>
      n === 0 ? `${when(time)}  ${padTo(ellipsize(by, wide), wide)}  ${line}` : `${left}${line}`,
    ),
  );
}
