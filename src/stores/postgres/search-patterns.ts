/**
 * A regular expression of PostgreSQL that every text matches which may hold one of the words,
 * whatever its case and however its accents are written: so the server leaves out the others. What
 * holds the word is decided by journal/search.ts. Pure.
 *
 * The server folds nothing itself: what its locale takes for one letter is not what we do. Each
 * character stands with all that are folded to it; one that can be written by several (a letter and
 * its accents) stands for anything.
 */
import { writtenWord } from '../../journal/search.ts';
import { folded } from '../../ticket/folded.ts';

const ASCII = /^[ -~]$/;
const LETTER = /^[a-z]$/;
/** To which others are folded, too: the sign of kelvin to k, \u0130 to an i and its dot, … */
const FROM_OTHERS = /^[ki;`]$/;

export function searchPattern(words: readonly string[]): string {
  const written = words.map((word) => [...writtenWord(word)]);
  const isPlain = written.every((characters) => characters.every((one) => ASCII.test(one)));
  const origins = isPlain ? new Map<string, string>() : originsOfAll();
  const patterns = written.map((characters) => characters.map((one) => patternOf(one, origins)));
  return patterns.map((parts) => `(?:${parts.join('')})`).join('|');
}

function patternOf(character: string, origins: ReadonlyMap<string, string>): string {
  if (FROM_OTHERS.test(character)) return '.';
  if (LETTER.test(character)) return `[${character}${character.toUpperCase()}]`;
  if (ASCII.test(character)) return /\d/.test(character) ? character : `\\${character}`;
  if (/\p{M}/u.test(character) || character.normalize('NFD') !== character) return '.*';
  return `[${character}${origins.get(character) ?? ''}]`;
}

/** Ideographs and Hangul are folded to themselves; those behind them to one of those. */
const RANGES = [
  [0x80, 0x33ff],
  [0xa000, 0xabff],
  [0xf900, 0x1ffff],
  [0x2f800, 0x2fa1f],
] as const;

/** By each character, all others that are folded to it, or to it and more. */
function originsOfAll(): ReadonlyMap<string, string> {
  // At the end of a word.
  const origins = new Map([['ς', 'Σ']]);
  for (const [first, last] of RANGES) {
    for (let code = first; code <= last; code += 1) {
      const character = String.fromCodePoint(code);
      const to = folded(character);
      if (to === character) continue;
      for (const one of to) origins.set(one, (origins.get(one) ?? '') + character);
    }
  }
  return origins;
}
