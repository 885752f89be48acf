/**
 * The automatic answers of the last days, for the caps: `answered.log`, one line
 * `<commit> <epoch seconds> <ticket> <address>` an answer.
 *
 * Derived from the journal, append-only, made short again when it has grown; so it
 * costs the same with any number of tickets. A line that does not read is left
 * out: at worst one answer more goes out.
 */
import type { Answered } from '../ticket/answered.ts';
import type { TicketId } from '../ticket/ticket.ts';
import { append, readText, replace } from './disk.ts';

const LINE = /^(\d+) (\d+) (\S+) (\S+)$/;
/** In the place of a ticket. */
const NONE = '-';
const GROWN = 256 * 1024;
const KEPT_SECONDS = 8 * 24 * 60 * 60;

export class AnsweredLog {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  all(): readonly Answered[] {
    return entriesIn(readText(this.#path) ?? '').map(({ answered }) => answered);
  }

  /** Those of one commit; adding what is there already changes nothing. */
  add(seq: number, answers: readonly Answered[]): void {
    const text = readText(this.#path) ?? '';
    const isThere = (line: string) => text.startsWith(line) || text.includes(`\n${line}`);
    const line = answers
      .map((answered) => lineOf(seq, answered))
      .filter((wanted) => !isThere(wanted))
      .join('');
    if (line === '') return;
    const isTorn = text !== '' && !text.endsWith('\n');
    if (text.length < GROWN) {
      append(this.#path, isTorn ? `\n${line}` : line);
      return;
    }
    const newest = Math.max(...answers.map(({ at }) => at.getTime()));
    const kept = entriesIn(text).filter(
      ({ answered }) => answered.at.getTime() > newest - KEPT_SECONDS * 1000,
    );
    replace(this.#path, kept.map(({ line: known }) => `${known}\n`).join('') + line);
  }
}

function lineOf(seq: number, { at, address, ticket }: Answered): string {
  return `${seq} ${Math.floor(at.getTime() / 1000)} ${ticket ?? NONE} ${address}\n`;
}

function entriesIn(
  text: string,
): readonly { readonly line: string; readonly answered: Answered }[] {
  return text.split('\n').flatMap((line) => {
    const [, , seconds, ticket, address] = LINE.exec(line) ?? [];
    if (ticket === undefined || address === undefined) return [];
    // Written by `add`, from a TicketId.
    const about = ticket === NONE ? null : (ticket as TicketId);
    return [{ line, answered: { at: new Date(Number(seconds) * 1000), address, ticket: about } }];
  });
}
