/**
 * Base64 of a text (RFC 2045 6.8), whole, as forgiving as the parser is with files: pieces that are
 * padded each, and signs of no alphabet. A gateway that knows no base64 writes its footer behind
 * it as it is: that is text, too. Pure, linear.
 */
/** A line of fewer is a word, unless it is the last one below a longer line. */
const MIN_LINE_CHARACTERS = 16;
const DATA = /^[A-Za-z0-9+/]{1,100000}={0,2}$/;
/** Words apart from each other, or a sign of no alphabet. */
const PROSE = /\S[ \t]+\S|[^A-Za-z0-9+/=\s]/;
const MAX_PIECES = 1000;

export interface FromBase64 {
  readonly octets: Buffer;
  /** How much of it was no base64. */
  readonly plain: 'none' | 'end' | 'all';
}

export function fromBase64(encoded: Buffer): FromBase64 {
  const text = encoded.toString('latin1');
  const end = endOfData(text);
  if (end === 0 && hasShortWords(text)) return { octets: encoded, plain: 'all' };
  const behind = text.slice(end);
  if (end === 0 || !PROSE.test(behind)) return { octets: decoded(text), plain: 'none' };
  const octets = [decoded(text.slice(0, end)), Buffer.from(`\n${behind}`, 'latin1')];
  return { octets: Buffer.concat(octets), plain: 'end' };
}

/** As text has them: of a few letters, with blanks between them. */
function hasShortWords(text: string): boolean {
  const words = text.slice(0, BEGINNING_CHARACTERS).trim().split(/\s+/);
  const letters = words.reduce((sum, { length }) => sum + length, 0);
  return words.length >= MIN_WORDS && letters / words.length < MAX_WORD_CHARACTERS;
}

const BEGINNING_CHARACTERS = 400;
const MIN_WORDS = 4;
const MAX_WORD_CHARACTERS = 10;

/** Behind the last line of those at the beginning that can be nothing but base64. */
function endOfData(text: string): number {
  let end = 0;
  let from = 0;
  let mayEndShort = true;
  while (from < text.length) {
    const lf = text.indexOf('\n', from);
    const next = lf < 0 ? text.length : lf + 1;
    const line = text.slice(from, next).trim();
    if (line !== '') {
      const isLong = line.length >= MIN_LINE_CHARACTERS;
      const isPadded = line.endsWith('=');
      if (!(isLong || isPadded || mayEndShort) || line.length % 4 !== 0 || !DATA.test(line)) break;
      mayEndShort = isLong && !isPadded;
      end = next;
    }
    from = next;
  }
  return end;
}

function decoded(text: string): Buffer {
  const pieces = text.replace(/[^A-Za-z0-9+/=]/g, '').split(/=+/, MAX_PIECES);
  return Buffer.concat(pieces.map((piece) => Buffer.from(piece, 'base64')));
}
