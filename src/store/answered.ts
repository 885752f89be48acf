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

  /** Adding what is there already changes nothing. */
  add(seq: number, { at, address, ticket }: Answered): void {
    const text = readText(this.#path) ?? '';
    if (text.startsWith(`${seq} `) || text.includes(`\n${seq} `)) return;
    const seconds = Math.floor(at.getTime() / 1000);
    const line = `${seq} ${seconds} ${ticket ?? NONE} ${address}\n`;
    const isTorn = text !== '' && !text.endsWith('\n');
    if (text.length < GROWN) {
      append(this.#path, isTorn ? `\n${line}` : line);
      return;
    }
    const kept = entriesIn(text).filter(
      ({ answered }) => answered.at.getTime() / 1000 > seconds - KEPT_SECONDS,
    );
    replace(this.#path, kept.map(({ line: known }) => `${known}\n`).join('') + line);
  }
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
