/**
 * Header fields made readable where people's programs write them wrongly.
 *
 * Octets that are not UTF-8 (RFC 6532) are in the charset that the mail's parts declare, if one is
 * known, as mail programs take them; blanks before the
 * colon go (RFC 5322 4.5); of a field that may stand once, the first counts, as it
 * does for whoever has checked the mail before us. The parser decodes no word by itself that
 * encoded-words.ts reads. Pure; the raw mail is never touched.
 */
import { isAscii, isUtf8 } from 'node:buffer';
import { wordsAnew } from './encoded-words.ts';
import type { Tell } from './guesses.ts';
import { FIELD_NAME, withoutLineEnd } from './header.ts';
import { inUtf8 } from './raw-field.ts';

/** RFC 5322 3.6, and the fields of MIME. */
const ONCE: ReadonlySet<string> = new Set([
  ...['from', 'sender', 'reply-to', 'subject', 'date', 'message-id', 'in-reply-to'],
  ...['content-type', 'content-disposition', 'content-transfer-encoding', 'content-id'],
]);

export interface RawField {
  /** In lower case; empty for a line that is no field. */
  readonly name: string;
  /** As it stands behind the colon, octets as characters, with its line ends. */
  readonly value: string;
}

/** Fields of a section whose octets are characters, each that may stand once only once. */
export function fieldsOf(section: string): readonly RawField[] {
  const seen = new Set<string>();
  return section.split(/(?<=\n)(?![ \t])/).flatMap((line) => {
    const name = FIELD_NAME.exec(line);
    if (name === null) return [];
    const field = { name: (name[1] ?? '').toLowerCase(), value: line.slice(name[0].length) };
    if (ONCE.has(field.name) && seen.has(field.name)) return [];
    seen.add(field.name);
    return [field];
  });
}

const OF_ADDRESSES: ReadonlySet<string> = new Set(['from', 'to', 'cc', 'reply-to']);
const WORDS = /^(?:\s*=\?[^?\s]+\?[bq]\?[^?\s]*\?=)+\s*$/i;

const ESC = 0x1b;
/** Whoever folded octets that they could not read may have cut a character. */
const FOLD_IN_CHARACTER = /([\xc2-\xf4][\x80-\xbf]{0,2})(?:\r?\n|\r)[ \t]+(?=[\x80-\xbf])/g;

/** All that the parser reads of a header is who writes to whom, and the subject. */
export function isForParser({ name }: RawField): boolean {
  return OF_ADDRESSES.has(name) || name === 'subject';
}

/**
 * The field for the parser, in UTF-8, on one line, with its encoded words in UTF-8 and base64,
 * which every parser reads. `charset`: of octets that are no UTF-8; empty if it is not known.
 */
export function octetsFor(field: RawField, charset: string, tell: Tell): Buffer {
  tellRaw(field, tell);
  const isOfAddresses = OF_ADDRESSES.has(field.name);
  if (isOfAddresses && field.value.includes('=?') && WORDS.test(field.value))
    tell('whole-address', `${field.name} is encoded as a whole`);
  const line = withoutLineEnd(field.value);
  const isFolded = line.includes('\n') || line.includes('\r');
  const value = isFolded
    ? line.replace(FOLD_IN_CHARACTER, '$1').replace(/(?:\r?\n|\r)[ \t]*/g, ' ')
    : line;
  const raw = Buffer.from(`${field.name}:${value}\n`, 'latin1');
  const octets = isAscii(raw) && !raw.includes(ESC) ? raw : inUtf8(raw, charset);
  if (!octets.includes('=?')) return octets;
  const text = octets.toString('utf8').trimEnd();
  return Buffer.from(`${wordsAnew(text, isOfAddresses, tell, charset)}\n`);
}

export function tellRaw({ name, value }: RawField, tell: Tell): void {
  const octets = Buffer.from(value, 'latin1');
  if (!isAscii(octets) && !isUtf8(octets))
    tell('raw-header', `${name} has octets that are no UTF-8`);
}
