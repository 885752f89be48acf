/**
 * What is kept of a mail that holds what must not be kept, such as a password that somebody has
 * mailed to us: the fields of its header that tell whose it is, and its text as it was read,
 * without these words. Its other forms (HTML, files, signatures) go whole, since nobody can say in
 * how many ways a word stands in them; so do DKIM and ARC, whose hashes would let it be tried out.
 *
 * A field that holds one in whatever form is blanked as a whole, and so is the text if one is left
 * in it. It is as long as the mail was: filled up with empty lines, or cut at its end. Pure.
 */
import { headerOf, rawFields } from '../reading/header.ts';
import { BLANKED } from '../ticket/blanked.ts';
import { holdsOneOf, isUnseen, squeezed } from './hidden-word.ts';

/** `words`: null for all of its text, and its subject. `text`: as the desk has read it. */
export function blankedCopy(raw: Buffer, text: string, words: readonly string[] | null): Buffer {
  const fields = rawFields(headerOf(raw)).filter((field) => KEPT.has(nameOf(field)));
  const clean = fields.map((field) => (isClean(field, words) ? field : blankedField(field)));
  const few = clean.filter((field) => FEW.has(nameOf(field)));
  const copies = [
    ...(words === null ? [] : [copyOf(clean, blankedSpans(text, words), raw.length)]),
    copyOf(clean, BLANKED, raw.length),
    copyOf(few, BLANKED, raw.length),
  ];
  const found = copies.find((copy) => {
    const isLeft = words !== null && holds(copy.toString('utf8'), words);
    return copy.length <= raw.length && !isLeft;
  });
  const left = raw.length - (found?.length ?? 0);
  return Buffer.concat([found ?? Buffer.alloc(0), Buffer.alloc(left, '\n')]);
}

const KEPT: ReadonlySet<string> = new Set([
  ...['return-path', 'x-original-to', 'delivered-to', 'received', 'authentication-results'],
  ...['date', 'from', 'sender', 'reply-to', 'to', 'cc', 'subject'],
  ...['message-id', 'in-reply-to', 'references', 'auto-submitted', 'precedence', 'list-id'],
]);
const FEW: ReadonlySet<string> = new Set(['date', 'from', 'message-id']);

function nameOf(field: string): string {
  return field
    .slice(0, Math.max(0, field.indexOf(':')))
    .trim()
    .toLowerCase();
}

function isClean(field: string, words: readonly string[] | null): boolean {
  if (words === null) return nameOf(field) !== 'subject';
  const asUtf8 = Buffer.from(field, 'latin1').toString('utf8');
  return !holds(field, words) && !holds(asUtf8, words);
}

function blankedField(field: string): string {
  return `${field.slice(0, field.indexOf(':'))}: ${BLANKED}`;
}

/** What stands in the place of a word is none. */
function holds(text: string, words: readonly string[]): boolean {
  return holdsOneOf(text.replaceAll(BLANKED, '\0'), words);
}

/** As much of the text as there is room for: the header may be longer than it was. */
function copyOf(fields: readonly string[], text: string, most: number): Buffer {
  const header = fields.map((field) => `${field}\n`).join('');
  const before = Buffer.concat([
    Buffer.from(header, 'latin1'),
    Buffer.from('MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n'),
    Buffer.from('Content-Transfer-Encoding: 8bit\n\n'),
  ]);
  const room = Buffer.from(text).subarray(0, Math.max(0, most - before.length));
  return Buffer.concat([before, Buffer.from(new TextDecoder().decode(room, { stream: true }))]);
}

/** Each word that a reader sees there, whatever stands between its letters. */
export function blankedSpans(text: string, words: readonly string[]): string {
  const units: number[] = [];
  let seen = '';
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charAt(at);
    if (isUnseen(unit)) continue;
    const small = unit.toLowerCase();
    units.push(at);
    seen += small.length === 1 ? small : unit;
  }
  const gone = new Set<number>();
  for (const word of words.map(squeezed).filter((one) => one !== '')) {
    for (let at = seen.indexOf(word); at >= 0; at = seen.indexOf(word, at + 1)) {
      for (let n = at; n < at + word.length; n += 1) gone.add(n);
    }
  }
  let [out, copied] = ['', 0];
  for (const [n, at] of units.entries()) {
    if (!gone.has(n) || gone.has(n - 1)) continue;
    let end = n;
    while (gone.has(end + 1)) end += 1;
    out += text.slice(copied, at) + BLANKED;
    copied = (units[end] ?? at) + 1;
  }
  return out + text.slice(copied);
}
