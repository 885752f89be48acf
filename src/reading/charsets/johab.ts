/**
 * Johab (KS X 1001, annex 3; Windows code page 1361): Korean of two octets, whose letters stand in
 * five bits each. Signs and Chinese characters are those of EUC-KR in other rows. Linear.
 */
import type { Decode } from './iso-2022.ts';

/** By the five bits: what begins a syllable, its vowel, and what ends it; -1 for nothing. */
const INITIALS = numbered([[2, 20]]);
const VOWELS = numbered([
  [3, 7],
  [10, 15],
  [18, 23],
  [26, 29],
]);
const FINALS = numbered([
  [2, 17],
  [19, 29],
]);
const [NO_INITIAL, NO_VOWEL, NO_FINAL] = [1, 2, 1];

/** Letters that stand alone. */
const INITIAL_LETTERS = 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ';
const FINAL_LETTERS = 'ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ';
const FIRST_VOWEL = 0x314f;
const FIRST_SYLLABLE = 0xac00;
/** A syllable of nothing. */
const BLANK = '\u3000';
const BROKEN = '\uFFFD';

export function decodeJohab(octets: Buffer, decode: Decode): string {
  const text: string[] = [];
  let at = 0;
  while (at < octets.length) {
    const [lead = 0, trail = 0] = octets.subarray(at, at + 2);
    if (lead < 0x80) {
      text.push(String.fromCharCode(lead));
      at += 1;
      continue;
    }
    const character = lead < 0xd8 ? syllable((lead << 8) | trail) : sign(lead, trail, decode);
    text.push(character ?? BROKEN);
    // An octet of ASCII behind a broken one stands for itself.
    at += character === null && trail < 0x80 ? 1 : 2;
  }
  return text.join('');
}

function syllable(code: number): string | null {
  const [first, second, third] = [(code >> 10) & 31, (code >> 5) & 31, code & 31];
  const [initial, vowel, final] = [INITIALS[first], VOWELS[second], FINALS[third]];
  if (initial !== undefined && vowel !== undefined && (third === NO_FINAL || final !== undefined)) {
    const end = final === undefined ? 0 : final + 1;
    return String.fromCharCode(FIRST_SYLLABLE + (initial * 21 + vowel) * 28 + end);
  }
  const isAlone = [first !== NO_INITIAL, second !== NO_VOWEL, third !== NO_FINAL];
  const count = isAlone.filter((is) => is).length;
  if (count !== 1) return count === 0 ? BLANK : null;
  if (isAlone[0]) return INITIAL_LETTERS[initial ?? -1] ?? null;
  if (isAlone[1]) return vowel === undefined ? null : String.fromCharCode(FIRST_VOWEL + vowel);
  return FINAL_LETTERS[final ?? -1] ?? null;
}

/** Two rows of EUC-KR to one here. */
function sign(lead: number, trail: number, decode: Decode): string | null {
  const isLead = (lead >= 0xd9 && lead <= 0xde) || (lead >= 0xe0 && lead <= 0xf9);
  const isTrail = (trail >= 0x31 && trail <= 0x7e) || (trail >= 0x91 && trail <= 0xfe);
  if (!isLead || !isTrail) return null;
  const row = lead < 0xe0 ? 2 * (lead - 0xd9) : 2 * lead - 0x197;
  const cell = trail < 0x91 ? trail - 0x31 : trail - 0x43;
  const isSecond = cell >= 94;
  const octets = Buffer.of(row + (isSecond ? 1 : 0) + 0xa1, cell - (isSecond ? 94 : 0) + 0xa1);
  const character = decode('euc-kr', octets);
  return character.length === 1 && character !== BROKEN ? character : null;
}

function numbered(ranges: readonly (readonly [number, number])[]): readonly (number | undefined)[] {
  const numbers: (number | undefined)[] = [];
  let next = 0;
  for (const [from, to] of ranges) {
    for (let code = from; code <= to; code += 1, next += 1) numbers[code] = next;
  }
  return numbers;
}
