/**
 * A clear-signed text (RFC 9580 7): the very octets that its signature is about.
 *
 * The text is all that there is: anything before or behind it, another armor in it, a header field
 * but Hash and a dash that is not escaped make it none. Blanks at the end of a line are not signed,
 * and no part of it. It is UTF-8, whatever the mail around it says of a charset, since that is not
 * signed. Pure, linear.
 */
import { isUtf8 } from 'node:buffer';

export type ClearText =
  /** `text`: with CRLF between its lines. */
  { readonly text: string; readonly signature: string } | { readonly why: string };

const BEGIN_TEXT = '-----BEGIN PGP SIGNED MESSAGE-----';
const BEGIN_SIGNATURE = '-----BEGIN PGP SIGNATURE-----';
const END_SIGNATURE = '-----END PGP SIGNATURE-----';

export function clearTextIn(octets: Buffer): ClearText {
  const lines = octets.toString('latin1').split('\n').map(withoutBlanks);
  const first = lines.findIndex((line) => line !== '');
  if (lines[first] !== BEGIN_TEXT) {
    return { why: lines.includes(BEGIN_TEXT) ? 'a text stands before the signed one' : UNSIGNED };
  }
  const empty = lines.indexOf('', first);
  const end = lines.indexOf(BEGIN_SIGNATURE, first);
  if (end < 0 || empty < 0 || empty > end) return { why: 'its signed text has no end' };
  const hidden = lines.slice(first + 1, empty).find((line) => !line.startsWith('Hash: '));
  if (hidden !== undefined) return { why: 'its signed text has a header field that is not Hash' };
  const armor = armorIn(lines.slice(end));
  if ('why' in armor) return armor;
  const text: string[] = [];
  for (const line of lines.slice(empty + 1, end)) {
    if (line.startsWith('-') && !line.startsWith('- ')) {
      return { why: 'a dash in its signed text is not escaped' };
    }
    text.push(line.startsWith('- ') ? line.slice(2) : line);
  }
  const signed = Buffer.from(text.join('\r\n'), 'latin1');
  if (!isUtf8(signed) || hasControls(text)) return { why: 'its signed text is not UTF-8' };
  return { text: signed.toString(), signature: armor.signature };
}

const UNSIGNED = 'nothing in it is signed as a whole';

/** One armored signature, and blank lines behind it. */
export function armorIn(
  lines: readonly string[],
): { readonly signature: string } | { readonly why: string } {
  const first = lines.findIndex((line) => line !== '');
  const end = lines.indexOf(END_SIGNATURE);
  if (lines[first] !== BEGIN_SIGNATURE || end < 0) return { why: 'its signature is not whole' };
  if (lines.slice(end + 1).some((line) => line !== '')) {
    return { why: 'something stands behind its signature' };
  }
  const inner = lines.slice(first + 1, end);
  if (inner.some((line) => line.startsWith('-'))) return { why: 'it has more than one signature' };
  return { signature: [BEGIN_SIGNATURE, ...inner, END_SIGNATURE, ''].join('\n') };
}

export function withoutBlanks(line: string): string {
  let end = line.length;
  while (end > 0 && ' \t\r'.includes(line.charAt(end - 1))) end -= 1;
  return line.slice(0, end);
}

function hasControls(lines: readonly string[]): boolean {
  return lines.some((line) => CONTROLS.test(line));
}

/** With an escape the same octets are another text in ISO-2022. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\0-\x08\x0b-\x1f\x7f]/;
