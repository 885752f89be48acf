/**
 * What a ticket shows of a mail, so that no mail takes much more room than it has octets.
 *
 * The text stands twice on the disk, beside the journal and in the ticket, with the raw mail
 * and its files: it may take as much as they leave of three times the mail. What is more is
 * in the raw mail, and the ticket says so. Pure, linear.
 */
import type { ParsedMessage } from '../reading/message.ts';
import type { LineRange } from '../ticket/ticket.ts';
import type { Elsewhere } from './elsewhere.ts';

type Shown = Pick<ParsedMessage, 'text' | 'newLines' | 'foundLines' | 'attachments' | 'faults'>;

const KIB = 1024;
/** Octets as JSON. A short text is whole, whatever it is beside. */
const MIN_TEXT_BYTES = 4 * KIB;
const FREE_TEXT_BYTES = 16 * KIB;
/** Whatever is done to a ticket reads all of it. */
const MAX_TEXT_BYTES = 640 * KIB;
/** What each attachment and each recipient takes in the ticket, about. */
const BYTES_PER_LISTED = 250;
const MAX_RANGES = 100;
const TOO_LONG = 'its text takes too much room to be shown whole';

export function fitting(
  message: ParsedMessage,
  { mail, files }: { readonly mail: number; readonly files: number },
): Shown {
  const listed = BYTES_PER_LISTED * (message.attachments.length + message.to.length);
  const room = mail - files / 2 + FREE_TEXT_BYTES - listed;
  const most = Math.min(MAX_TEXT_BYTES, Math.max(MIN_TEXT_BYTES, room));
  return upTo(message, { textBytes: most, files: message.attachments.length }, TOO_LONG);
}

/** Of a mail that another ticket shows already. */
export function beginning(message: ParsedMessage, { ticket, ...room }: Elsewhere): Shown {
  return upTo(message, room, `the rest of it is in ${ticket}, which it came to as well`);
}

function upTo(
  message: ParsedMessage,
  { textBytes, files }: Pick<Elsewhere, 'textBytes' | 'files'>,
  rest: string,
): Shown {
  const text = cut(message.text, textBytes);
  const lines = text.split('\n').length;
  const attachments = message.attachments.slice(0, files);
  const isWhole =
    text.length === message.text.length && attachments.length === message.attachments.length;
  return {
    text,
    newLines: fewer(within(message.newLines, lines)),
    foundLines: within(message.foundLines, lines),
    attachments,
    faults: isWhole ? message.faults : [...message.faults, rest],
  };
}

function within<Range extends LineRange>(ranges: readonly Range[], lines: number): Range[] {
  return ranges
    .filter(({ from }) => from <= lines)
    .map((range) => ({ ...range, to: Math.min(range.to, lines) }));
}

/** As many whole lines as have room; the beginning of the first, if that is too long. */
function cut(text: string, room: number): string {
  if (octetsOf(text) <= room) return text;
  let end = 0;
  let left = room;
  for (const line of text.split('\n')) {
    left -= octetsOf(line);
    if (left < 0) break;
    end += line.length + 1;
  }
  // The longest escape is six octets for a character.
  return end > 0 ? text.slice(0, end - 1) : text.slice(0, Math.floor(room / 6));
}

function octetsOf(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}

/** From the last one on everything counts as new: rather too much than too little. */
function fewer(ranges: readonly LineRange[]): readonly LineRange[] {
  const [first, last] = [ranges[MAX_RANGES - 1], ranges[ranges.length - 1]];
  if (first === undefined || last === undefined || ranges.length <= MAX_RANGES) return ranges;
  return [...ranges.slice(0, MAX_RANGES - 1), { from: first.from, to: last.to }];
}
