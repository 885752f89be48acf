/**
 * The pattern of a field: a regular expression of RE2, which has no backtracking, so that its cost
 * is at most that of its size times that of the text, whatever both are. RE2 has neither
 * look-around nor back-references. The one file that knows re2js. Pure.
 */
import { type Matcher, RE2JS } from 're2js';

export interface Pattern {
  /** Instructions: a character of the text costs at most so many steps. */
  readonly size: number;
  /** What its first group took, or all of it if it has none; null if it is nowhere. */
  readonly find: (text: string) => string | null;
}

/** `.{0,1000}` has about a thousand. */
export const MAX_PATTERN_SIZE = 1000;

/** null for what is no such expression, or too large a one. */
export function patternOf(text: string): Pattern | null {
  const compiled = compile(text);
  if (compiled === null) return null;
  const size = compiled.programSize();
  if (size > MAX_PATTERN_SIZE) return null;
  return {
    size,
    find: (searched) => {
      const matcher = compiled.matcher(searched);
      return matcher.find() ? taken(matcher) : null;
    },
  };
}

function compile(text: string): RE2JS | null {
  try {
    return RE2JS.compile(text, RE2JS.CASE_INSENSITIVE | RE2JS.MULTILINE);
  } catch {
    return null;
  }
}

function taken(matcher: Matcher): string | null {
  return matcher.group(matcher.groupCount() > 0 ? 1 : 0);
}
