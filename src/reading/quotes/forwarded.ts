/**
 * Whose mail is it that somebody passes on? Read from the copied header that clients put
 * above it ("---------- Forwarded message ----------", "Begin forwarded message:",
 * "From: … Sent: … Subject: …"), in the languages that words.ts knows, quoted or not.
 *
 * The first one counts: what was forwarded before, or what a stranger wrote further
 * below, does not. null if there is none, or if it names no address. Pure, linear.
 */
import type { Mailbox } from '../../ticket/ticket.ts';
import { isCopiedHeader } from './attribution.ts';
import { readLines, withoutMarks } from './lines.ts';
import { tokensOf } from './tokens.ts';
import { type Field, fieldNamed } from './words.ts';

export interface Forwarded {
  readonly from: Mailbox;
  readonly subject: string;
}

const HEADER_LINES = 16;
const FOREIGN = /^\*?\p{L}[\p{L} .-]{0,24}\*?:\s.*\S@\S/u;
const LINE_LENGTH = 1000;
/**
 * Marks in subjects: English, German, French, Spanish and Portuguese, Dutch, Swedish, Polish,
 * Italian, Finnish, Turkish.
 */
const FORWARD_MARK = /^\s*(fwd?|wg|tr|rv|enc|doorst|vb|pd|i|vl|ilt)\s*:\s*/i;
const ADDR = String.raw`[^\s<>()[\],;:"'@]{1,64}@[^\s<>()[\],;:"'@]{1,253}`;
/**
 * The last one in angle brackets, else in square ones as Outlook has it, else a bare one: a name
 * may look like an address.
 */
const ADDRESSES = [
  `^.*<(?:mailto:)?(${ADDR})>`,
  `^.*\\[mailto:(${ADDR})`,
  `^.*?(?<![^\\s"'<(])(${ADDR})`,
].map((pattern) => new RegExp(pattern, 'is'));

export function isForward(subject: string): boolean {
  return subject.includes(':') && FORWARD_MARK.test(subject);
}

export function withoutForwardMark(subject: string): string {
  let bare = subject;
  while (FORWARD_MARK.test(bare)) bare = bare.replace(FORWARD_MARK, '');
  return bare.trim();
}

/** 'nobody': something is passed on, and whose it is cannot be told. */
export function forwardedIn(text: string): Forwarded | 'nobody' | null {
  const lines = text.split('\n').map((line) =>
    line
      .slice(0, LINE_LENGTH)
      .replace(/^[ \t>]+/, '')
      .trimEnd(),
  );
  for (const [at, line] of lines.entries()) {
    if (fieldIn(line) === null) {
      // A header in a language that we do not know, or an attribution: the text below is its
      // author's.
      if (FOREIGN.test(line) || isAttribution(line)) return 'nobody';
      continue;
    }
    const header = headerAt(lines, at);
    if (header !== null) return header;
  }
  return null;
}

/** How many words stand above a mail that is passed on, by its copied header; null if none is. */
export function wordsAbovePassedOn(text: string): number | null {
  const lines = readLines(text);
  const at = lines.findIndex((_, n) => isCopiedHeader(lines, n));
  if (at < 0) return null;
  return lines.slice(0, at).reduce((sum, { raw }) => sum + tokensOf(raw).length, 0);
}

/** An address, and a colon at the end. */
function isAttribution(line: string): boolean {
  return /[:：]$/.test(line) && /\S@\S/.test(line.slice(0, -1));
}

/** From, Subject, and Date or To: as whoever folds quotes asks for it (attribution.ts). */
function headerAt(lines: readonly string[], at: number): Forwarded | 'nobody' | null {
  const found = new Map<Field, string>();
  let last: Field | null = null;
  for (const line of lines.slice(at, at + HEADER_LINES)) {
    const field = fieldIn(line);
    if (field !== null) {
      last = field.name;
      if (found.has(field.name) && field.name === 'from') return 'nobody';
      if (!found.has(field.name)) found.set(field.name, field.value);
    } else if (line === '') {
      if (found.has('from') && found.has('subject')) break;
      last = null;
    } else if (last !== null) found.set(last, `${found.get(last) ?? ''} ${line.trim()}`);
  }
  const from = found.get('from');
  const subject = found.get('subject');
  if (from === undefined || subject === undefined) return null;
  if (!found.has('date') && !found.has('to')) return null;
  const named = ADDRESSES.map((pattern) => pattern.exec(from)).find((one) => one !== null);
  const [whole = '', address] = named ?? [];
  if (address === undefined) return 'nobody';
  // A client may write it twice, the second time as a link.
  const before = whole.slice(0, whole.indexOf(address));
  const name = before
    .replace(/mailto:\s*$/i, '')
    .replace(/["'*_<>[\]()]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return { from: { name, address }, subject: subject.replace(/^[*_ ]+/, '').trim() };
}

function fieldIn(line: string): { readonly name: Field; readonly value: string } | null {
  const colon = line.slice(0, 40).search(/[:：]/);
  if (colon < 0) return null;
  const name = fieldNamed(withoutMarks(line.slice(0, colon).toLowerCase()));
  return name === null ? null : { name, value: line.slice(colon + 1).replace(/^[*_ \t]+/, '') };
}
