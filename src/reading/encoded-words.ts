/**
 * Encoded words (RFC 2047) as people's programs write them.
 *
 * Octets of adjacent words of one charset are joined before they are decoded,
 * since many programs cut within a character; blanks and question marks within a
 * word are taken as they are; charset faults are repaired as in a text; a last word that
 * was cut says what is left of it. A word above MAX_WORD_CHARACTERS characters stays as it stands.
 * Pure, linear; the caller makes one line of whatever comes out.
 */
import { decodeText, isCharset } from './charset.ts';
import type { Tell } from './guesses.ts';

const MAX_WORD_CHARACTERS = 8192;
/** Nothing but one word. */
const TWICE = /^=\?[\w-]{1,40}\?[bq]\?[^?]{1,8192}\?=$/i;
/** What is left of a word that was cut: no blank, and perhaps the first character of its end. */
const CUT = /^[!->@-~]{1,8192}\??$/;
const BEGINNING = /=\?([^\s?*]{1,40})(?:\*[^?\s]{0,20})?\?([bq])\?/gi;

interface Word {
  readonly from: number;
  readonly to: number;
  readonly charset: string;
  readonly encoding: string;
  readonly content: string;
}

interface Run {
  readonly charset: string;
  readonly octets: Buffer[];
}

export function decodeWords(text: string, tell?: Tell): string {
  return piecesOf(text, wordsIn(text))
    .map((piece) => (typeof piece === 'string' ? piece : decoded(piece, tell)))
    .join('');
}

/**
 * The same text with every word in UTF-8 and base64. Among addresses, what is between two of them
 * is within no word. `otherwise`: of words that are not in the charset that they name.
 */
export function wordsAnew(
  text: string,
  isOfAddresses: boolean,
  tell?: Tell,
  otherwise?: string,
): string {
  const words = [...wordsIn(text)].filter(
    ({ content }) => !isOfAddresses || !/[<>"]|=\?/.test(content),
  );
  let out = '';
  let run = '';
  const endRun = () => {
    if (run !== '') out += `=?utf-8?B?${Buffer.from(run).toString('base64')}?=`;
    run = '';
  };
  for (const piece of piecesOf(text, words)) {
    if (typeof piece !== 'string') run += decoded(piece, tell, otherwise);
    else if (piece !== '') {
      endRun();
      out += piece;
    }
  }
  endRun();
  return out;
}

function decodeOnce(text: string): string {
  const [word] = wordsIn(text);
  if (word === undefined) return text;
  return decodeText(octetsOf(word.encoding, word.content), word.charset, false);
}

function decoded({ octets, charset }: Run, tell?: Tell, otherwise?: string): string {
  const text = decodeText(Buffer.concat(octets), charset, false, tell, otherwise);
  // Some programs encode what is encoded already.
  return TWICE.test(text) ? decodeOnce(text) : text;
}

/** Words that belong together in one piece, and what is between them. */
function piecesOf(text: string, words: Iterable<Word>): readonly (string | Run)[] {
  const pieces: (string | Run)[] = [];
  let from = 0;
  for (const word of words) {
    const between = text.slice(from, word.from);
    const isAdjacent = from > 0 && between.trim() === '';
    const last = pieces.at(-1);
    if (!isAdjacent) pieces.push(between);
    const octets = octetsOf(word.encoding, word.content);
    if (isAdjacent && typeof last === 'object' && last.charset === word.charset) {
      last.octets.push(octets);
    } else pieces.push({ charset: word.charset, octets: [octets] });
    from = word.to;
  }
  return [...pieces, text.slice(from)];
}

/** The next end is looked for once, however many beginnings stand before it. */
function* wordsIn(text: string): Generator<Word> {
  let end = -1;
  let past = 0;
  for (const match of text.matchAll(BEGINNING)) {
    const [beginning, charset = '', encoding = ''] = match;
    const content = match.index + beginning.length;
    if (match.index < past) continue;
    if (end < content) end = text.indexOf('?=', content);
    if (end < 0) {
      // Somebody cut the field before the end of its last word.
      const rest = text.slice(content);
      const word = {
        from: match.index,
        to: text.length,
        encoding,
        content: rest.replace(/\?$/, ''),
      };
      if (CUT.test(rest) && isCharset(charset)) yield { ...word, charset: charset.toLowerCase() };
      return;
    }
    if (end - content > MAX_WORD_CHARACTERS) continue;
    past = end + 2;
    yield {
      from: match.index,
      to: past,
      charset: charset.toLowerCase(),
      encoding,
      content: text.slice(content, end),
    };
  }
}

function octetsOf(encoding: string, content: string): Buffer {
  if (encoding.toLowerCase() === 'b') return Buffer.from(content, 'base64');
  const octets = Buffer.from(content.replaceAll('_', ' '), 'utf8').toString('latin1');
  const plain = octets.replace(/=([0-9a-f]{2})/gi, (_, hex) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(plain, 'latin1');
}
