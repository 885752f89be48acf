/**
 * Which lines of an answer are a copy of texts that its author was sent.
 *
 * Words are compared, letters and digits alone: a client may wrap the lines anew, mark
 * them, or put the addresses of links behind them. A line is a copy only if every word of it
 * stands in one of the texts in that order, from three words on; a shorter one only if it
 * follows where the copy has come to, or begins a text below a line of the desk. So a line that its
 * author has added to is never taken for one. Of very long texts the later ones are known. Pure,
 * linear.
 */
import { tokensOf } from './tokens.ts';

/** Whose words: of the conversation with those who get the answer, of the desk alone, or ours. */
export type Whose = 'shared' | 'inner' | 'frame';

export interface SentText {
  readonly whose: Whose;
  readonly text: string;
}

/** 'added to': it begins as a copy, and goes on with something else. */
export type Copy = Whose | 'added to' | null;

const MAX_KNOWN_CHARACTERS = 256 * 1024;
const KEY_WORDS = 3;
/** Words from which on the beginning of a line is no chance. */
const BEGINNING_WORDS = 4;
const MAX_PLACES = 40;
/** So near below stands the next line. */
const NEAR_LINES = 5;
/** Between two texts; no word is like it. */
const END = '';

interface Known {
  readonly words: readonly string[];
  readonly whose: readonly Whose[];
  readonly places: ReadonlyMap<string, readonly number[]>;
  /** Where each text begins, the latest first. */
  readonly starts: readonly number[];
}

/** `texts`: the latest last. For each line what it is a copy of; null for a line without words. */
export function copiesAmong(
  lines: readonly string[],
  texts: readonly SentText[],
  isFrame: (line: string) => boolean,
): readonly Copy[] {
  const known = knownFrom(texts);
  const tokens = lines.map(tokensOf);
  let next: number | null = null;
  let isBelowFrame = false;
  return tokens.map((words, at) => {
    const copy = copyAt(words, at);
    if (copy !== null || words.length > 0) isBelowFrame = copy === 'frame';
    return copy;
  });

  function copyAt(words: readonly string[], at: number): Copy {
    if (isFrame(lines[at] ?? '')) return 'frame';
    if (words.length === 0) return null;
    const place: number | null =
      placeOf(tokens, at, known, next) ??
      placeBy(tokens, at, known, next) ??
      (isBelowFrame
        ? (known.starts.find((start) => isBeginning(tokens, at, known, start)) ?? null)
        : null);
    if (place === null) return isAddedTo(words, known) ? 'added to' : null;
    next = place + words.length;
    return known.whose[place] ?? null;
  }
}

function knownFrom(texts: readonly SentText[]): Known {
  const words: string[] = [];
  const whose: Whose[] = [];
  let room = MAX_KNOWN_CHARACTERS;
  const latest = texts.toReversed().filter(({ text }) => {
    room -= text.length;
    return room + text.length > 0;
  });
  const starts: number[] = [];
  for (const { text, whose: theirs } of latest.toReversed()) {
    starts.push(words.length);
    for (const word of [...tokensOf(text.slice(0, MAX_KNOWN_CHARACTERS)), END]) {
      words.push(word);
      whose.push(theirs);
    }
  }
  const places = new Map<string, number[]>();
  words.forEach((_, at) => {
    const key = keyAt(words, at);
    if (key === null) return;
    const all = places.get(key);
    if (all === undefined) places.set(key, [at]);
    else if (all.length < MAX_PLACES) all.push(at);
  });
  return { words, whose, places, starts: starts.toReversed() };
}

function keyAt(words: readonly string[], at: number): string | null {
  const key = words.slice(at, at + KEY_WORDS);
  return key.length < KEY_WORDS || key.includes(END) ? null : key.join(' ');
}

/** Where the copy goes on; also at the beginning of the next text. */
function placeOf(
  tokens: readonly (readonly string[])[],
  at: number,
  known: Known,
  next: number | null,
): number | null {
  if (next === null) return null;
  if (known.words[next] === END) return isBeginning(tokens, at, known, next + 1) ? next + 1 : null;
  return isAt(known.words, next, tokens[at] ?? []) ? next : null;
}

/** By its first words; a short line takes those of the lines below it along. */
function placeBy(
  tokens: readonly (readonly string[])[],
  at: number,
  { words, places }: Known,
  next: number | null,
): number | null {
  const line = tokens[at] ?? [];
  const first = [...line.slice(0, KEY_WORDS)];
  for (let below = at + 1; first.length < KEY_WORDS && below < at + 2 * KEY_WORDS; below += 1) {
    first.push(...(tokens[below] ?? []).slice(0, KEY_WORDS - first.length));
  }
  const all = (places.get(first.join(' ')) ?? []).filter((place) => isAt(words, place, line));
  return all.find((place) => next !== null && place >= next) ?? all[0] ?? null;
}

/**
 * Whether a text begins there with the line, and goes on with the next one: "Hello," alone is
 * anybody's.
 */
function isBeginning(
  tokens: readonly (readonly string[])[],
  at: number,
  { words }: Known,
  start: number,
): boolean {
  const line = tokens[at] ?? [];
  const below = tokens.slice(at + 1, at + 1 + NEAR_LINES).find((other) => other.length > 0) ?? [];
  const end = start + line.length;
  return isAt(words, start, line) && (words[end] === END || isAt(words, end, below));
}

function isAt(words: readonly string[], at: number, line: readonly string[]): boolean {
  return line.every((word, n) => words[at + n] === word);
}

function isAddedTo(line: readonly string[], { words, places }: Known): boolean {
  if (line.length <= BEGINNING_WORDS) return false;
  const beginning = line.slice(0, BEGINNING_WORDS);
  const key = beginning.slice(0, KEY_WORDS).join(' ');
  return (places.get(key) ?? []).some((place) => isAt(words, place, beginning));
}
