/**
 * What was said on a ticket before, as a block at the end of a notification: the newest first,
 * notes marked, without what each of them quotes.
 *
 * Bounded, whatever the messages hold. The block stands between two lines that nobody else
 * writes, so that a quote of it is known again: notes stand in it, and nothing of it may reach a
 * customer. Pure.
 */
import { isLater } from '../ticket/later.ts';
import type { Message, Note, Ticket } from '../ticket/ticket.ts';
import { clean } from './clean.ts';
import { quotedPrintableBytes } from './told.ts';

/** Octets of all of it, as it goes out; and of one message. */
const MAX_EARLIER_BYTES = 4 * 1024;
const MAX_MESSAGE_BYTES = 2 * 1024;
/** More than have room. */
const MAX_LINES = 500;
const MAX_NAME_CHARACTERS = 80;
/** Of which a copy is known: more than an old notification shows. */
const MAX_HEADS = 200;

/** `shown`: the number of the message that stands above, whole; null if none does. */
export function earlierLines(
  ticket: Ticket,
  shown: number | null,
  count: number,
): readonly string[] {
  const before = saidBefore(ticket, shown);
  const newest = before.slice(Math.max(0, before.length - count)).reverse();
  return blockOf(ticket, titlesOf(ticket)[0], newest);
}

/** Whether that is all, and each of it whole. */
export function isAllShown(ticket: Ticket, shown: number | null, count: number): boolean {
  const lines = earlierLines(ticket, shown, count);
  const heads = lines.filter((line) => /^\S.* UTC:$/.test(line)).length;
  return heads === saidBefore(ticket, shown).length && !lines.includes(GOES_ON);
}

function saidBefore({ messages }: Ticket, shown: number | null): readonly (Message | Note)[] {
  return messages.filter(
    (message) =>
      isSaid(message) && message.serial !== shown && message.serial < (shown ?? Infinity),
  );
}

/** What colleagues have written since somebody was written to: for them, in the same way. */
export function saidMeanwhile(
  ticket: Ticket,
  entries: readonly (Message | Note)[],
): readonly string[] {
  return blockOf(ticket, titlesOf(ticket)[1], entries);
}

function titlesOf({ id }: Ticket): readonly [earlier: string, meanwhile: string] {
  return [`Earlier on ${id}, the newest first:`, `Meanwhile on ${id}:`];
}

function endOf({ id }: Ticket): string {
  return `(end of what was said on ${id})`;
}

/** The desk's own lines of such blocks: what a client wraps anew is known by its words. */
export function linesAroundEarlier(ticket: Ticket): readonly string[] {
  return [
    ...titlesOf(ticket),
    ...ticket.messages.filter(isSaid).slice(-MAX_HEADS).map(headLineOf),
    endOf(ticket),
  ];
}

function blockOf(
  ticket: Ticket,
  title: string,
  entries: readonly (Message | Note)[],
): readonly string[] {
  const lines: string[] = [];
  let left = MAX_EARLIER_BYTES;
  for (const message of entries) {
    const entry = entryOf(message, Math.min(left, MAX_MESSAGE_BYTES));
    if (entry === null) break;
    left -= quotedPrintableBytes(entry.join('\n'));
    lines.push(...entry, '');
  }
  return lines.length === 0 ? [] : [title, '', ...lines, endOf(ticket)];
}

/** By a person, once. */
function isSaid(message: Message | Note): boolean {
  if (message.direction === 'internal') return true;
  if (message.movedTo !== undefined) return false;
  if (message.direction === 'in') return message.trust !== 'automatic';
  return !message.automatic && message.copyOf === undefined;
}

/** null if there is no room for it. */
function entryOf(message: Message | Note, room: number): readonly string[] | null {
  const head = headLineOf(message);
  const lines = [head];
  let left = room - quotedPrintableBytes(head) - quotedPrintableBytes(GOES_ON);
  if (left < 0) return null;
  for (const line of linesSaid(message)) {
    const shown = `  ${line}`.trimEnd();
    left -= quotedPrintableBytes(shown) + 1;
    if (left < 0) return [...lines, GOES_ON];
    lines.push(shown);
  }
  const files = message.attachments.length;
  return files === 0 ? lines : [...lines, `  [${files === 1 ? '1 file' : `${files} files`}]`];
}

const GOES_ON = '  [it goes on]';

function headLineOf(message: Message | Note): string {
  return `${headOf(message)}, ${message.date.slice(0, 16).replace('T', ' ')} UTC:`;
}

function headOf(message: Message | Note): string {
  const short = (name: string) => clean(name).slice(0, MAX_NAME_CHARACTERS);
  if (message.direction === 'internal') return `Note by ${short(message.by)}`;
  if (message.direction === 'out') {
    const to = short(message.to[0].address);
    const back =
      message.delivery === 'undone' ? ', taken back' : isLater(message) ? ', not sent yet' : '';
    return message.by === undefined ? `To ${to}` : `To ${to}, by ${short(message.by)}${back}`;
  }
  const { from } = message;
  return from === null ? 'Somebody' : short(from.name || from.address);
}

/** What a person has said with it: of a mail that came in its new lines, but for those that were found. */
export function linesSaid(message: Message | Note): readonly string[] {
  const lines = message.text.trimEnd().split('\n');
  if (message.direction !== 'in') return lines;
  const { newLines, foundLines = [] } = message;
  const all = newLines.length === 0 ? [{ from: 1, to: lines.length }] : newLines;
  return all
    .slice(0, MAX_LINES)
    .flatMap(({ from, to }) =>
      lines
        .slice(from - 1, Math.min(to, from + MAX_LINES))
        .map((text, n) => ({ text, at: from + n })),
    )
    .slice(0, MAX_LINES)
    .filter(({ at }) => !foundLines.some(({ from, to }) => from <= at && at <= to))
    .map(({ text }) => text);
}

const BEGIN =
  /^([^\p{L}\p{N}]*)(?:Earlier on [A-Z0-9]+-\d+, the newest first|Meanwhile on [A-Z0-9]+-\d+):\s*$/u;
const END = /^[^\p{L}\p{N}]*\(end of what was said on [A-Z0-9]+-\d+\)\s*$/u;

/**
 * A text without the quotes of such a block; null if it holds one that is not all there, or in
 * which somebody else's lines may stand.
 */
export function withoutEarlier(text: string): string | null {
  const kept: string[] = [];
  /** What marks the lines of the quote; null outside of one. */
  let mark: string | null = null;
  for (const line of text.split('\n')) {
    const begin = BEGIN.exec(line)?.[1];
    if (begin !== undefined) {
      if (mark !== null || begin.trim() === '') return null;
      mark = begin.trim().charAt(0);
    } else if (END.test(line)) {
      if (mark === null) return null;
      mark = null;
    } else if (mark === null) kept.push(line);
    else if (line.trim() !== '' && !line.trimStart().startsWith(mark)) return null;
  }
  return mark === null ? kept.join('\n') : null;
}

/** What a headline ends with. */
const HEAD_END = /, \d{4}-\d\d-\d\d \d\d:\d\d UTC:$/;
/** Characters before that: more than "To", an address, "by" and a name take. */
const MAX_HEAD_CHARACTERS = 300;

/** Whether the line is none of those that somebody has said. */
export function isAroundEarlier(line: string): boolean {
  if (BEGIN.test(line) || END.test(line) || isHeadLine(line)) return true;
  return /^[^\p{L}\p{N}]*\[(?:it goes on|1 file|\d+ files)\]\s*$/u.test(line);
}

function isHeadLine(line: string): boolean {
  const trimmed = line.trimEnd();
  const end = HEAD_END.exec(trimmed);
  if (end === null) return false;
  const head = trimmed.slice(0, end.index);
  return head.trim() !== '' && head.replace(/^[^\p{L}\p{N}]+/u, '').length <= MAX_HEAD_CHARACTERS;
}

/** Whether it is the last line of all. */
export function isEndOfEarlier(line: string): boolean {
  return END.test(line);
}
