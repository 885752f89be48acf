/**
 * The name of a file, as programs say it in Content-Disposition and Content-Type.
 *
 * `filename*` and its pieces (RFC 2231, with or without a charset), encoded words where no standard
 * has them, and raw octets, in the charset that the mail declares. Of two names the one with
 * fewer replaced characters counts, of two alike the first. Empty if there is none. Pure, linear.
 */
import { decodeText } from './charset.ts';
import { decodeWords } from './encoded-words.ts';

type Parameters = ReadonlyMap<string, string>;

const MAX_PIECES = 100;

/** Parameters of both fields, octets as characters. */
export function fileNameIn(disposition: Parameters, type: Parameters, charset: string): string {
  const names = [
    ...namesIn(disposition, 'filename', charset),
    ...namesIn(type, 'name', charset),
    ...namesIn(disposition, 'name', charset),
    ...namesIn(type, 'filename', charset),
  ].filter((name) => name.trim() !== '');
  const fewest = Math.min(...names.map(replacedIn));
  return names.find((name) => replacedIn(name) === fewest) ?? '';
}

/** Characters that somebody could not write. */
function replacedIn(name: string): number {
  return name.replace(/[^?\uFFFD]/g, '').length;
}

function namesIn(parameters: Parameters, key: string, charset: string): readonly string[] {
  const whole = parameters.get(`${key}*`);
  const pieces = piecesOf(parameters, key);
  const plain = parameters.get(key);
  return [
    ...(whole === undefined ? [] : [extended(whole, charset)]),
    ...(pieces === '' ? [] : [pieces.includes('=?') ? words(pieces) : extended(pieces, charset)]),
    ...(plain === undefined
      ? []
      : [/^[\w-]{1,40}'[\w-]*'/.test(plain) ? extended(plain, charset) : words(plain, charset)]),
  ];
}

/** `filename*0*`, `filename*1`, and so on: RFC 2231 3 and 4.1. What is not encoded stands for itself. */
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

/** A folded word may have lost its blank, or got one. */
function words(value: string, charset = ''): string {
  const text = decodeText(Buffer.from(value, 'latin1'), charset, false);
  return decodeWords(text.replace(/\?=\s+=\?/g, '?==?'));
}

/** As a parameter that every parser reads alike (RFC 2231 4). */
export function fileNameParameter(name: string): string {
  const encoded = encodeURIComponent(name.replace(/\p{Surrogate}/gu, '\uFFFD'));
  return `filename*=utf-8''${encoded.replace(/['()*!]/g, (char) => `%${char.charCodeAt(0).toString(16)}`)}`;
}
