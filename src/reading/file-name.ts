/**
 * The name of a file, as programs say it in Content-Disposition and Content-Type.
 *
 * `filename*` and its pieces (RFC 2231, with or without a charset), encoded words where no standard
 * has them, and raw octets, in the charset that the mail declares. Of two names the one with
 * fewer replaced characters counts, of two alike the first. Empty if there is none. Pure, linear.
 */
import { decodeText } from './charset.ts';
import { decodeWords } from './encoded-words.ts';
import type { Tell } from './guesses.ts';

type Parameters = ReadonlyMap<string, string>;

const MAX_PIECES = 100;

/** Parameters of both fields, octets as characters. */
export function fileNameIn(
  disposition: Parameters,
  type: Parameters,
  charset: string,
  tell?: Tell,
): string {
  const names = [
    ...namesIn(disposition, 'filename', charset, tell),
    ...namesIn(type, 'name', charset, tell),
    ...namesIn(disposition, 'name', charset, tell),
    ...namesIn(type, 'filename', charset, tell),
  ].filter((name) => name.trim() !== '');
  const fewest = Math.min(...names.map(replacedIn));
  return names.find((name) => replacedIn(name) === fewest) ?? '';
}

/** Characters that somebody could not write. */
function replacedIn(name: string): number {
  return name.replace(/[^?\uFFFD]/g, '').length;
}

function namesIn(
  parameters: Parameters,
  key: string,
  charset: string,
  tell?: Tell,
): readonly string[] {
  const whole = parameters.get(`${key}*`);
  const pieces = piecesOf(parameters, key);
  const plain = parameters.get(key);
  return [
    ...(whole === undefined ? [] : [extended(whole, charset)]),
    ...(pieces === '' ? [] : [pieces.includes('=?') ? words(pieces) : extended(pieces, charset)]),
    ...(plain === undefined
      ? []
      : [
          /^[\w-]{1,40}'[\w-]*'/.test(plain)
            ? extended(plain, charset)
            : words(plain, charset, tell),
        ]),
  ];
}

/**
 * `filename*0*`, `filename*1`, and so on: RFC 2231 3 and 4.1. What is not encoded stands for
 * itself.
 */
function piecesOf(parameters: Parameters, key: string): string {
  const found: string[] = [];
  for (let n = 0; n < MAX_PIECES; n += 1) {
    const encoded = parameters.get(`${key}*${n}*`);
    const plain = parameters.get(`${key}*${n}`);
    if (encoded === undefined && plain === undefined) break;
    found.push(encoded ?? (plain ?? '').replaceAll('%', '%25'));
  }
  return found.join('');
}

/** `utf-8'de'M%C3%A4rz.pdf`: RFC 2231 4. */
function extended(value: string, charset: string): string {
  const [prefix = '', declared = ''] = /^([\w.:-]{0,40})'[\w-]*'/.exec(value) ?? [];
  const octets = value
    .slice(prefix.length)
    .replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return decodeText(Buffer.from(octets, 'latin1'), declared === '' ? charset : declared, false);
}

/**
 * The usual Chinese signs, two of them in a row, and nothing else above ASCII: no Latin word is so.
 */
const USUAL_SIGNS = /^(?:[\0-\x7f]|[\xb0-\xd7][\xa1-\xfe])*$/;
const TWO_IN_A_ROW = /(?:[\xb0-\xd7][\xa1-\xfe]){2}/;

function isInGb2312(octets: string): boolean {
  return USUAL_SIGNS.test(octets) && TWO_IN_A_ROW.test(octets);
}

/** A folded word may have lost its blank, or got one. */
function words(value: string, charset = '', tell?: Tell): string {
  const guessed = isInGb2312(value) && charset === '' ? 'gb2312' : charset;
  if (guessed !== charset) tell?.('file-name', `raw octets, read as ${guessed}`);
  const text = decodeText(Buffer.from(value, 'latin1'), guessed, false, tell);
  return decodeWords(fromUrl(text).replace(/\?=\s+=\?/g, '?==?'));
}

/** As it stands in a URL, if that is UTF-8 with letters above ASCII. */
function fromUrl(name: string): string {
  if (!/%[c-f][0-9a-f]%[89ab][0-9a-f]/i.test(name)) return name;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** As a parameter that every parser reads alike (RFC 2231 4). */
export function fileNameParameter(name: string): string {
  const encoded = encodeURIComponent(name.replace(/\p{Surrogate}/gu, '\uFFFD'));
  return `filename*=utf-8''${encoded.replace(/['()*!]/g, (char) => `%${char.charCodeAt(0).toString(16)}`)}`;
}
