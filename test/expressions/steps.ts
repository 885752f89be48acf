/**
 * Whether a regular expression takes its time in proportion to a text, in two ways: what a
 * checker says of it (`recheck`, its build without a native program), and what it takes on
 * 100 KB of its own worst letters.
 *
 * A checker may err, and a time says nothing of a text that was not tried: each stands in for
 * the other. What the checker has only guessed, by trying texts, is tried on longer ones: of
 * `[^x]{1,300}x` it says that it is a polynomial, and that stops at 300.
 */
import type { VulnerableDiagnostics } from 'recheck';
import type { Expression } from './find.ts';

// Read by recheck when it is loaded.
process.env['RECHECK_SYNC_BACKEND'] = 'pure';
const { checkSync } = await import('recheck');

const CHECK_MS = 1000;
const SIZES = [16, 24, 32, 64, 256, 1024, 10_240, 102_400];
/** What is linear takes a few; what grows with the square, some thousand. */
const LIMIT_MS = 500;
const TRIES = 40;
const LONGEST_CHARACTERS = 102_400;
/** What is of the fourth degree takes five times as long with each step. */
const GROWTH = 1.5;

/** Why it is not linear, or null. */
export function faultOf(expression: Expression, seed: number): string | null {
  const { source, flags } = expression;
  const found = checkSync(source, flags, { timeout: CHECK_MS, randomSeed: seed });
  if (found.status === 'vulnerable' && isSlow(expression, found)) {
    return `${found.complexity.summary}: ${found.attack.pattern.slice(0, 80)}`;
  }
  const random = randomFrom(seed);
  for (const make of textsFor(source, random)) {
    for (const size of SIZES) {
      const text = make(size);
      const ms = leastMs(expression, text);
      if (ms > LIMIT_MS) return `${ms} ms for ${text.length} of ${JSON.stringify(make(16))}`;
    }
  }
  return null;
}

function isSlow(expression: Expression, { complexity, attack }: VulnerableDiagnostics): boolean {
  if (complexity.type === 'exponential' || !complexity.isFuzz) return true;
  const { pumps, suffix, base } = attack;
  const textOf = (times: number) =>
    pumps.map(({ prefix, pump, bias }) => prefix + pump.repeat(times + bias)).join('') + suffix;
  let longest = '';
  for (let times = base; longest.length < LONGEST_CHARACTERS; times = Math.ceil(times * GROWTH)) {
    longest = textOf(times);
    if (leastMs(expression, longest) > LIMIT_MS) return true;
  }
  return false;
}

/** Processor time; a second time where the first may have been somebody else's. */
function leastMs(expression: Expression, text: string): number {
  const first = msOf(expression, text);
  return first > LIMIT_MS ? Math.min(first, msOf(expression, text)) : first;
}

function msOf({ source, flags }: Expression, text: string): number {
  const pattern = new RegExp(source, flags);
  const before = process.cpuUsage();
  text.replace(pattern, '');
  return process.cpuUsage(before).user / 1000;
}

/** One letter or word of its own again and again, behind one of its words, before another. */
function* textsFor(source: string, random: () => number): Generator<(size: number) => string> {
  const own = lettersOf(source);
  const one = () => own[Math.floor(random() * own.length)] ?? '';
  const some = () => Array.from({ length: Math.floor(random() * 4) }, one).join('');
  const repeated = (before: string, inner: string, after: string) => (size: number) =>
    before + inner.repeat(Math.ceil(size / inner.length)).slice(0, size) + after;
  for (const letter of own) yield repeated('', letter, '');
  for (let n = 0; n < TRIES; n += 1) {
    const inner = one() + some();
    yield repeated(some(), inner, `${some()}\0`);
  }
}

const CLASSES: Readonly<Record<string, readonly string[]>> = {
  ...{ s: [' ', '\t', '\n'], S: ['!'], d: ['0', '1'], D: ['x'], w: ['a', '_'], W: ['-'], b: [' '] },
  ...{
    n: ['\n'],
    r: ['\r'],
    t: ['\t'],
    p: ['L', 'é', '漢', '\u200b'],
    P: ['é'],
    u: ['é'],
    x: ['\0'],
  },
};

/** What stands in it, letter by letter and in words, and somebody of each class. */
export function lettersOf(source: string): readonly string[] {
  const letters = ['a', 'A', '0', ' ', '\n', 'é'];
  for (const [whole, escaped, plain] of source.matchAll(/\\(.)|([^\\])/gsu)) {
    letters.push(
      ...(plain === undefined ? (CLASSES[escaped ?? ''] ?? [escaped ?? whole]) : [plain]),
    );
  }
  const words = source.match(/[a-z:@/<>"=-]{2,}/gi) ?? [];
  return [...new Set([...letters, ...words])];
}

export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
