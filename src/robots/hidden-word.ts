/**
 * Whether a text holds one of some words, in whatever form: across line breaks and blanks, in
 * quoted-printable, base64, encoded words, entities of HTML or escapes of an address. It rather
 * finds one too many. Pure, and linear in the length of the text.
 */
import { decodeWords } from '../reading/encoded-words.ts';

const MOST_LEVELS = 2;
/** A shorter word stands in base64 by chance. */
const MIN_IN_BASE64 = 4;

export function holdsOneOf(text: string, words: readonly string[]): boolean {
  const wanted = words.map(squeezed).filter((word) => word !== '');
  return formsOf(text, 0).some(({ form, isBase64 }) => {
    const found = squeezed(form);
    return wanted.some(
      (word) => (!isBase64 || word.length >= MIN_IN_BASE64) && found.includes(word),
    );
  });
}

interface Form {
  readonly form: string;
  /** It was made of what may be something else. */
  readonly isBase64: boolean;
}

function formsOf(text: string, level: number): readonly Form[] {
  const plain = [text, quotedPrintable(text), decodeWords(text), escaped(text), entities(text)];
  const forms = [...plain, entities(quotedPrintable(text))].map((form) => ({
    form,
    isBase64: level > 0,
  }));
  if (level === MOST_LEVELS) return forms;
  return [...forms, ...base64In(text).flatMap((one) => formsOf(one, level + 1))];
}

/** Without what no reader sees between two letters, and in small letters. */
export function squeezed(text: string): string {
  return text.normalize('NFKC').replace(UNSEEN, '').toLowerCase();
}

const UNSEEN = /[\s\u00ad\u200b-\u200f\u2060\ufeff]/g;

export function isUnseen(unit: string): boolean {
  return unit.replace(UNSEEN, '') === '';
}

function quotedPrintable(text: string): string {
  return octets(
    text
      .replace(/=[ \t]{0,10}\r?\n/g, '')
      .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => unit(Number.parseInt(hex, 16))),
  );
}

function escaped(text: string): string {
  return octets(
    text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => unit(Number.parseInt(hex, 16))),
  );
}

function entities(text: string): string {
  return text
    .replace(/<[^<>]{0,500}>/g, '')
    .replace(/&#x([0-9a-f]{1,6});?/gi, (_, hex: string) => unit(Number.parseInt(hex, 16)))
    .replace(/&#([0-9]{1,7});?/g, (_, number: string) => unit(Number(number)))
    .replace(/&(amp|lt|gt|quot|apos);/gi, (_, name: string) => NAMED.get(name.toLowerCase()) ?? '');
}

const NAMED: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

function unit(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : '';
}

/** Octets in the place of characters, read as UTF-8 where they are that; both stand in it. */
function octets(text: string): string {
  return `${text}\0${Buffer.from(text, 'latin1').toString('utf8')}`;
}

/** From each of the four places where one may begin. */
function base64In(text: string): readonly string[] {
  const runs = text.replace(/\s/g, '').match(/[A-Za-z0-9+/_-]{6,}/g) ?? [];
  return [0, 1, 2, 3].map((from) =>
    runs.map((run) => bothReadings(Buffer.from(run.slice(from), 'base64'))).join('\0'),
  );
}

function bothReadings(decoded: Buffer): string {
  return `${decoded.toString('utf8')}\0${decoded.toString('utf16le')}`;
}
