/**
 * The automatic answers of the last days, for the caps: `answered.log`, one line
 * `<commit> <epoch seconds> <ticket> <address> <kind>` an answer; older lines have no kind.
 *
 * Derived from the journal, append-only, and read from its end: what is asked costs as much
 * as there were answers in that time, with any number of tickets and of days. When half of
 * it is old, that half goes. A line that does not read is left out: at worst one answer
 * more goes out.
 */
import { ageOf } from '../../ticket/age.ts';
import { type Answered, KINDS } from '../../ticket/answered.ts';
import type { TicketId } from '../../ticket/ticket.ts';
import { append, readText, replace, sizeOf } from './disk.ts';
import { lineBehind, linesFromEnd } from './read-pieces.ts';

const LINE = /^(\d+) (\d+) (\S+) (\S+)(?: (\S+))?$/;
/** In the place of a ticket. */
const NONE = '-';
const GROWN = 256 * 1024;
/** A day more than the longest time that a cap may look back (config.schema.json). */
const KEPT_MS = 8 * 24 * 60 * 60 * 1000;
/** By so much two clocks, or one that was set, may differ. */
const DISORDER_MS = 60 * 60 * 1000;

export class AnsweredLog {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** At least those since then, oldest first. */
  since(time: Date): readonly Answered[] {
    const found: Answered[] = [];
    for (const line of linesFromEnd(this.#path)) {
      const entry = entryIn(line);
      if (entry === null) continue;
      if (entry.answered.at.getTime() < time.getTime() - DISORDER_MS) break;
      found.push(entry.answered);
    }
    return found.reverse();
  }

  /** Those of one commit; adding what is there already changes nothing. */
  add(seq: number, answers: readonly Answered[]): void {
    const known = new Set<string>();
    let torn: string | null = null;
    for (const line of linesFromEnd(this.#path)) {
      torn ??= line;
      const entry = entryIn(line);
      if (entry !== null && entry.seq < seq) break;
      known.add(line);
    }
    const added = answers
      .map((answered) => lineOf(seq, answered))
      .filter((line) => !known.has(line));
    if (added.length === 0) return;
    append(this.#path, `${torn ? '\n' : ''}${added.join('\n')}\n`);
    this.#forget(new Date(Math.max(...answers.map(({ at }) => at.getTime()))));
  }

  #forget(now: Date): void {
    const isOld = (entry: ReturnType<typeof entryIn>) =>
      entry !== null && ageOf(entry.answered.at, now) > KEPT_MS;
    const size = sizeOf(this.#path) ?? 0;
    if (size < GROWN) return;
    const middle = entryIn(lineBehind(this.#path, Math.floor(size / 2)));
    if (!isOld(middle)) return;
    const lines = (readText(this.#path) ?? '').split('\n');
    const kept = lines.filter((line) => {
      const entry = entryIn(line);
      return entry !== null && !isOld(entry);
    });
    replace(this.#path, kept.map((line) => `${line}\n`).join(''));
  }
}

function lineOf(seq: number, { at, address, ticket, kind }: Answered): string {
  const what = kind === null ? '' : ` ${kind}`;
  return `${seq} ${Math.floor(at.getTime() / 1000)} ${ticket ?? NONE} ${address}${what}`;
}

function entryIn(line: string): { readonly seq: number; readonly answered: Answered } | null {
  const [, seq, seconds, ticket, address, word] = LINE.exec(line) ?? [];
  if (ticket === undefined || address === undefined) return null;
  // Written by `add`, from a TicketId.
  const about = ticket === NONE ? null : (ticket as TicketId);
  const kind = KINDS.find((known) => known === word) ?? null;
  const answered = { at: new Date(Number(seconds) * 1000), address, ticket: about, kind };
  return { seq: Number(seq), answered };
}
