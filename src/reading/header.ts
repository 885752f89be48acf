/**
 * Header fields as they stand in the message (RFC 5322 2.2), before any
 * decoding: for the checks that judge a field by its name and plain value.
 *
 * `rawFields` keeps folding and octets (latin1); `headerFields` unfolds, reads
 * UTF-8 (RFC 6532) and lower-cases the name. A line that is no field has an
 * empty name. Nothing here throws.
 */
import { isPlain } from '../ticket/plain.ts';

export interface HeaderField {
  readonly name: string;
  readonly value: string;
}

/** RFC 5322 2.2: printable US-ASCII but the colon; blanks before the colon are obsolete syntax. */
export const FIELD_NAME = /^([!-9;-~]+)[ \t]*:/;
const NAME_LIMIT = 256;

/** Far above any header that is read. */
const HEADER_READ = 1024 * 1024;

/** The header section of a mail, without the empty line that ends it (RFC 5322 2.1). */
export function headerOf(mail: Buffer): Buffer {
  const end = /\r?\n\r?\n/.exec(mail.toString('latin1', 0, HEADER_READ))?.index;
  return mail.subarray(0, end ?? HEADER_READ);
}

export function rawFields(header: Buffer): readonly string[] {
  const text = withoutLineEnd(header.toString('latin1'));
  return text === '' ? [] : text.split(/\r?\n(?![ \t])/);
}

/** Without the one at its end. */
export function withoutLineEnd(text: string): string {
  if (!text.endsWith('\n')) return text;
  return text.slice(0, text.endsWith('\r\n') ? -2 : -1);
}

export function headerFields(header: Buffer): readonly HeaderField[] {
  return rawFields(header).map((field) => {
    const colon = field.indexOf(':');
    const name = FIELD_NAME.exec(field)?.[1]?.toLowerCase() ?? '';
    const value = Buffer.from(field.slice(colon + 1), 'latin1').toString('utf8');
    const unfolded = value.includes('\n') ? value.replace(/\r?\n(?=[ \t])/g, '') : value;
    return { name, value: unfolded.trim() };
  });
}

/** Whether a line begins a field, or goes on with one (RFC 5322 2.2.3). */
export function isFieldLine(line: Buffer): boolean {
  return isFolded(line) || FIELD_NAME.test(line.toString('latin1', 0, NAME_LIMIT));
}

export function isFolded(line: Buffer): boolean {
  return line[0] === 0x20 || line[0] === 0x09;
}

/** The first field of that name, or null. */
export function fieldValue(fields: readonly HeaderField[], name: string): string | null {
  return fields.find((field) => field.name === name)?.value ?? null;
}

/** Every msg-id (RFC 5322 3.6.4) in the fields of that name, in order. */
export function messageIds(fields: readonly HeaderField[], name: string): readonly string[] {
  return fields
    .filter((field) => field.name === name)
    .flatMap(({ value }) => {
      const id = isPlain(value) ? /<[^<> ]{1,996}>/g : /<[^<>\s\p{Cc}]{1,996}>/gu;
      return value.match(id) ?? [];
    });
}
