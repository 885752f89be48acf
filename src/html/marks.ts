/**
 * Where in Markdown a person has meant a mark as one, and no sign of a command, a name or a
 * password: where it stands around words. Outside of both ends is a blank, an end of the line, or
 * what ends a sentence; inside is a letter or a digit. Both ends stand in one line. If one sign of
 * a kind in a line is no such mark, none of that kind is: `ls *a *b*`. Pure, linear.
 */

/** Where the closing mark of each opening one begins. */
export type Marks = ReadonlyMap<number, number>;

export function marksIn(text: string): Marks {
  const marks = new Map<number, number>();
  let from = 0;
  for (const line of text.split('\n')) {
    const code = pairsOf(line, CODE, isCodeBegin, isCodeEnd);
    const words = withoutAddresses(masked(line, code));
    const all = [code, ...[STARS, LOWS, WAVES].map((kind) => pairsOf(words, kind, isBegin, isEnd))];
    for (const [begin, end] of all.flat()) marks.set(from + begin, from + end);
    from += line.length + 1;
  }
  return marks;
}

interface Run {
  readonly at: number;
  readonly length: number;
}
type Pair = readonly [begin: number, end: number];
type Stands = (line: string, run: Run) => boolean;

const CODE = /`+/g;
const STARS = /\*+/g;
const LOWS = /_+/g;
const WAVES = /~~+/g;

function pairsOf(line: string, kind: RegExp, isBegun: Stands, isEnded: Stands): readonly Pair[] {
  const pairs: Pair[] = [];
  const open: Run[] = [];
  for (const { index: at, 0: signs } of line.matchAll(kind)) {
    const run = { at, length: signs.length };
    const last = open.at(-1);
    if (run.length > 2 || open.length > 2) return [];
    if (last?.length === run.length) {
      if (!isEnded(line, run) || isName(line, last, run)) return [];
      pairs.push([last.at, at]);
      open.pop();
    } else if (isBegun(line, run)) open.push(run);
    else return [];
  }
  return open.length === 0 ? pairs : [];
}

/** `__init__` */
function isName(line: string, { at, length }: Run, end: Run): boolean {
  return line.charAt(at) === '_' && !/\s/.test(line.slice(at + length, end.at));
}

function isBegin(line: string, { at, length }: Run): boolean {
  return /^$|[\s"'„“‘]/u.test(line.charAt(at - 1)) && IS_LETTER.test(signAt(line, at + length));
}

function isEnd(line: string, { at, length }: Run): boolean {
  const last = signBefore(line, at);
  const isWord = IS_LETTER.test(last) || (length === 2 && /[:.!?]/.test(last));
  return isWord && isBehindWord(line, at + length);
}

function isCodeBegin(line: string, { at, length }: Run): boolean {
  return /^$|[\s"'„“‘(]/u.test(line.charAt(at - 1)) && /\S/.test(line.charAt(at + length));
}

function isCodeEnd(line: string, { at, length }: Run): boolean {
  return /\S/.test(line.charAt(at - 1)) && isBehindWord(line, at + length);
}

const IS_LETTER = /[\p{L}\p{N}\p{M}]/u;

function isBehindWord(line: string, at: number): boolean {
  let end = at;
  while (end < line.length && end < at + 4 && '.,;:!?)"\'“”’'.includes(line.charAt(end))) end += 1;
  return /^$|\s/.test(line.charAt(end));
}

function signAt(line: string, at: number): string {
  return String.fromCodePoint(line.codePointAt(at) ?? 0x20);
}

function signBefore(line: string, at: number): string {
  return [...line.slice(Math.max(0, at - 2), at)].at(-1) ?? '';
}

/** Code and addresses are none of it: letters stand for them. */
function masked(line: string, code: readonly Pair[]): string {
  let words = '';
  let from = 0;
  for (const [begin, end] of code) {
    const behind = end + (line.charAt(begin + 1) === '`' ? 2 : 1);
    words += line.slice(from, begin) + 'x'.repeat(behind - begin);
    from = behind;
  }
  return words + line.slice(from);
}

function withoutAddresses(line: string): string {
  return line.replace(ADDRESS, (address) => 'x'.repeat(address.length));
}

const ADDRESS = /https?:\/\/\S+|<[^<>\s]+>|\]\([^()\s]*\)/g;
