/**
 * Text that is UTF-8 but for a few octets: a character that somebody cut, CESU-8, a footer that a
 * gateway put on in latin1.
 *
 * A line of which hardly anything is UTF-8 is windows-1252. In any other line a bad octet is its
 * sign in windows-1252 if it stands among ASCII (a word of the footer), else U+FFFD (a character
 * that was cut). Never throws, linear.
 */
import { isUtf8 } from 'node:buffer';
import { windows1252 } from './windows-1252.ts';

/** How much of it is UTF-8: characters above ASCII, and octets that are no part of any. */
export interface Evidence {
  readonly characters: number;
  readonly bad: number;
}

export function evidenceOf(octets: Buffer): Evidence {
  let [characters, bad] = [0, 0];
  for (let at = 0; at < octets.length; ) {
    const length = surrogatesAt(octets, at) === null ? lengthAt(octets, at) : 6;
    if (length > 1) characters += 1;
    else if ((octets[at] ?? 0) >= 0x80) bad += 1;
    at += Math.max(1, length);
  }
  return { characters, bad };
}

export function decodeNearlyUtf8(octets: Buffer): string {
  const text: string[] = [];
  for (let from = 0; from < octets.length; ) {
    const end = octets.indexOf(0x0a, from);
    const to = end < 0 ? octets.length : end + 1;
    text.push(decodeLine(octets.subarray(from, to), to === octets.length));
    from = to;
  }
  return text.join('');
}

function decodeLine(line: Buffer, isLast: boolean): string {
  if (isUtf8(line)) return line.toString('utf8');
  const { characters, bad } = evidenceOf(line);
  // Of another charset a few octets look like UTF-8 by chance.
  const isMeant = bad <= characters;
  return isMeant || (isLast && isCutAtEnd(line, bad)) ? inPieces(line, isLast) : windows1252(line);
}

/** A character that begins and is not whole, and nothing else that is bad. */
function isCutAtEnd(line: Buffer, bad: number): boolean {
  return bad > 0 && bad < 4 && isBeginning(line.subarray(line.length - bad));
}

function inPieces(line: Buffer, isLast: boolean): string {
  const text: string[] = [];
  let from = 0;
  const end = (to: number): void => {
    if (to > from) text.push(line.toString('utf8', from, to));
  };
  for (let at = 0; at < line.length; ) {
    const length = lengthAt(line, at);
    if (length > 0) {
      at += length;
      continue;
    }
    end(at);
    const surrogates = surrogatesAt(line, at);
    const bad = surrogates === null ? badAt(line, at) : 6;
    const isCut = isLast && at + bad === line.length && isBeginning(line.subarray(at));
    if (surrogates !== null) text.push(surrogates);
    else if (isCut || !isAmongAscii(line, at, bad)) text.push('\uFFFD');
    else text.push(windows1252(line.subarray(at, at + bad)));
    at += bad;
    from = at;
  }
  end(line.length);
  return text.join('');
}

/** Octets of one broken character: one that begins and does not go on, or one octet. */
function badAt(line: Buffer, at: number): number {
  let length = 1;
  while (
    length < 4 &&
    isBeginning(line.subarray(at, at + length + 1)) &&
    at + length < line.length
  ) {
    length += 1;
  }
  return length;
}

function isAmongAscii(line: Buffer, at: number, length: number): boolean {
  const isAscii = (octet: number | undefined) => octet === undefined || octet < 0x80;
  return (
    length === 1 && isAscii(line[at - 1]) && isAscii(line[at + length]) && (line[at] ?? 0) >= 0xa0
  );
}

/** Octets of the character of UTF-8 that begins there (RFC 3629, 4); 0 if none does. */
function lengthAt(octets: Buffer, at: number): number {
  const lead = octets[at] ?? 0;
  const length = wantedLength(lead);
  if (length <= 1) return length;
  const second = octets[at + 1] ?? 0;
  const [least, most] = SECONDS.get(lead) ?? [0x80, 0xbf];
  if (second < least || second > most) return 0;
  for (let n = 2; n < length; n += 1) {
    const octet = octets[at + n] ?? 0;
    if (octet < 0x80 || octet > 0xbf) return 0;
  }
  return length;
}

/** The least and the most that may follow, if that is not any: no second spelling, no surrogate. */
const SECONDS: ReadonlyMap<number, readonly [number, number]> = new Map([
  [0xe0, [0xa0, 0xbf]],
  [0xed, [0x80, 0x9f]],
  [0xf0, [0x90, 0xbf]],
  [0xf4, [0x80, 0x8f]],
]);

function wantedLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xc2) return 0;
  if (lead < 0xe0) return 2;
  if (lead < 0xf0) return 3;
  return lead < 0xf5 ? 4 : 0;
}

/** Whether a character begins so, and more of it would follow. */
function isBeginning(octets: Buffer): boolean {
  const [lead = 0, ...others] = octets;
  const wanted = wantedLength(lead);
  return wanted > octets.length && others.every((octet) => octet >= 0x80 && octet < 0xc0);
}

/**
 * A character above U+FFFF as two surrogates of three octets each (CESU-8, UTS 26); null for none.
 */
function surrogatesAt(octets: Buffer, at: number): string | null {
  if (octets[at] !== 0xed) return null;
  const [, b = 0, c = 0, d = 0, e = 0, f = 0] = octets.subarray(at, at + 6);
  const isPair = b >= 0xa0 && b < 0xb0 && d === 0xed && e >= 0xb0 && e < 0xc0;
  if (!isPair || c < 0x80 || c >= 0xc0 || f < 0x80 || f >= 0xc0) return null;
  const unit = (second: number, third: number) => 0xd000 | ((second & 0x3f) << 6) | (third & 0x3f);
  return String.fromCharCode(unit(b, c), unit(e, f));
}
