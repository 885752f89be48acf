/**
 * What is neither ASCII nor plainly UTF-8: which charset it is in, and its characters.
 *
 * A declared charset counts, unless the octets are UTF-8 beyond doubt: a few of them may look so by
 * chance (谢谢 in gb2312), many do not. Escapes of ISO-2022 count under any label. What is UTF-8 but
 * for a few octets stays UTF-8 (nearly-utf8.ts). Octets that are none, under a declaration of
 * UTF-8, of ASCII, of nothing or of something unknown, are what the HTML itself names, else
 * `otherwise`, else windows-1252. Never throws, linear.
 */
import { isAscii, isUtf8 } from 'node:buffer';
import type { Tell } from '../guesses.ts';
import { decodeIso2022, hasEscapes } from './iso-2022.ts';
import { type Charset, charsetOf } from './label.ts';
import { decodeNearlyUtf8, type Evidence, evidenceOf } from './nearly-utf8.ts';
import { MEANS_NOTHING, WIDE } from './plain-label.ts';
import { decodeBy, isWholeIn } from './tables.ts';
import { windows1252 } from './windows-1252.ts';

/** `label`: without what programs put around it. */
export function decodeOther(
  octets: Buffer,
  label: string,
  isHtml: boolean,
  tell?: Tell,
  otherwise = '',
): string {
  const isSevenBit = isAscii(octets);
  if (isSevenBit && hasEscapes(octets)) return decodeIso2022(octets, decodeBy);
  const charset = declaredIn(label, octets, isHtml);
  if (isSevenBit) return charset === null ? octets.toString('latin1') : decodeBy(charset, octets);
  const readAs = (what: string) => tell?.('charset', `${label || 'no charset'}, read as ${what}`);
  if (isUtf8(octets) && isRatherUtf8(octets, charset)) {
    readAs('UTF-8');
    return octets.toString('utf8');
  }
  const evidence = evidenceOf(octets);
  const other =
    otherwise === '' || evidence.bad <= evidence.characters ? null : charsetOf(otherwise);
  if (charset === null && other !== null && !isUtf8Name(other)) {
    readAs(otherwise);
    return decodeAs(other, octets);
  }
  if (isNearlyUtf8(evidence, charset)) {
    const { bad } = evidence;
    readAs(bad === 1 ? 'UTF-8 but for one octet' : `UTF-8 but for ${bad} octets`);
    return decodeNearlyUtf8(octets);
  }
  if (charset !== null) return decodeAs(charset, octets);
  readAs('windows-1252');
  return windows1252(octets);
}

export function isKnown(label: string): boolean {
  return charsetOf(label) !== null;
}

/** null if nobody says anything that can be true. */
function declaredIn(label: string, octets: Buffer, isHtml: boolean): Charset | null {
  const isFalse = WIDE.test(label) && !mayBeWide(octets);
  const marked = WIDE.test(label) ? null : wideByMark(octets);
  if (marked !== null) return marked;
  const declared = isFalse || MEANS_NOTHING.test(label) ? null : charsetOf(label);
  if (declared !== null && !isUtf8Name(declared)) return declared;
  const named = isHtml ? labelInHtml(octets) : '';
  // What is read as ASCII so far is no UTF-16 (HTML Standard, 13.2.3.2).
  if (MEANS_NOTHING.test(named) || WIDE.test(named)) return null;
  const inHtml = charsetOf(named);
  return inHtml !== null && isUtf8Name(inHtml) ? null : inHtml;
}

/** Text that begins with the mark of UTF-16 and goes on as it, whatever is declared. */
function wideByMark(octets: Buffer): Charset | null {
  const mark = octets.length % 2 === 0 ? octets.toString('hex', 0, 2) : '';
  const name = mark === 'fffe' ? 'utf-16le' : mark === 'feff' ? 'utf-16be' : null;
  return name !== null && octets.includes(0) ? { by: 'rare', name } : null;
}

/** Text of two octets or four a character has a mark, zeros, or hardly any ASCII. */
function mayBeWide(octets: Buffer): boolean {
  if (octets.includes(0) || /^(\xff\xfe|\xfe\xff)/.test(octets.toString('latin1', 0, 2)))
    return true;
  return octets.reduce((count, octet) => count + (octet < 0x80 ? 1 : 0), 0) * 2 < octets.length;
}

function isUtf8Name(charset: Charset): boolean {
  return charset.by === 'standard' && charset.name === 'utf-8';
}

/** Of octets that are not all ASCII. */
function decodeAs(charset: Charset, octets: Buffer): string {
  if (charset.by !== 'iso-2022' || hasEscapes(octets)) {
    return decodeBy(charset, octets);
  }
  // Japanese that claims to be of seven bits and is not.
  const eightBit = ['euc-jp', 'shift_jis'].find((name) => isWholeIn(name, octets));
  return decodeBy({ by: 'standard', name: eightBit ?? 'iso-2022-jp' }, octets);
}

/** So many characters do not look like UTF-8 by chance. */
const MANY = 4;

/** In another charset so many characters to one bad octet do not look like UTF-8 by chance. */
const MANY_TO_ONE = 8;

/** A label of ASCII or of Latin letters is written for UTF-8 more often than any other. */
function isNearlyUtf8({ characters, bad }: Evidence, charset: Charset | null): boolean {
  if (charset === null) return characters > 0;
  const isOftenWrong = isLatin(charset) || charset.by === 'iso-2022';
  return characters >= MANY && bad * (isOftenWrong ? 1 : MANY_TO_ONE) < characters;
}

/** Octets that are valid UTF-8, under the label of something else. */
function isRatherUtf8(octets: Buffer, charset: Charset | null): boolean {
  if (charset === null || isLatin(charset) || charset.by === 'iso-2022') return true;
  const text = octets.toString('utf8');
  const characters = text.replace(/[\0-\x7f]+/g, '');
  // Of three octets and more, by chance it is rarer still.
  if ([...characters].length + characters.replace(/[\x80-\u07ff]+/g, '').length >= MANY)
    return true;
  if (charset.by === 'standard' && !isWholeIn(charset.name, octets)) return true;
  const script = charset.by === 'standard' ? scriptOf(charset.name) : null;
  return script?.test(characters) === true;
}

/** Of one octet a character, in which UTF-8 looks like no word: Ã¤. */
function isLatin(charset: Charset): boolean {
  return (
    charset.by === 'standard' &&
    /^(iso-8859-([234]|1[03-6])|windows-125[02478]|macintosh)$/.test(charset.name)
  );
}

/** The letters that one writes in it. */
function scriptOf(name: string): RegExp | null {
  if (/cyrillic|koi8|1251|8859-5|866/.test(name)) return /^[\u0400-\u04ff\u2000-\u2122]+$/;
  if (/1253|8859-7/.test(name)) return /^[\u0370-\u03ff\u2000-\u2122]+$/;
  if (/1255|8859-8/.test(name)) return /^[\u0590-\u05ff\u2000-\u2122]+$/;
  if (/1256|8859-6/.test(name)) return /^[\u0600-\u06ff\u2000-\u2122]+$/;
  if (/874/.test(name)) return /^[\u0e00-\u0e7f\u2000-\u2122]+$/;
  return null;
}

/** HTML Standard, 13.2.3.2: a meta element within the first 1024 octets. */
function labelInHtml(octets: Buffer): string {
  const head = octets.toString('latin1', 0, 1024);
  const [, named = ''] = /<meta\s[^<>]*?charset\s*=\s*["']?([\w:.-]{1,40})/i.exec(head) ?? [];
  return named.toLowerCase();
}
