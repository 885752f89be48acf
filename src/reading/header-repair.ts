/**
 * Header fields made readable where people's programs write them wrongly.
 *
 * Octets that are not UTF-8 (RFC 6532) are in the charset that the mail's parts declare, if one is
 * known, as mail programs take them; blanks before the
 * colon go (RFC 5322 4.5); of a field that may stand once, the first counts, as it
 * does for whoever has checked the mail before us. Pure; the raw mail is never
 * touched.
 */
import { isAscii } from 'node:buffer';
import { FIELD_NAME } from './header.ts';
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

/** The field for the parser, in UTF-8. `charset`: of octets that are no UTF-8; empty if not known. */
export function octetsOf({ name, value }: RawField, charset: string): Buffer {
  const ended = value.endsWith('\n') ? value : `${value}\n`;
  const octets = Buffer.from(`${name}:${ended}`, 'latin1');
  if (isAscii(octets)) return octets;
  return inUtf8(octets, charset);
}
