/**
 * `{{snippet:vpn}}` on a line of its own: the mark that a snippet of this name is put in the place
 * of. A line that is quoted has none. What stands behind the colon is given as it is, so that a
 * name that is none is told as such. Pure.
 */

/** In lower case, so that a file of this name is the same on every disk. */
const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;
const BEGIN = /^\{\{ ?snippet ?:/i;
const WITHIN = /\{\{ ?snippet ?:/i;
/** Longer ones hold more than a mark. */
const MAX_CHARACTERS = 300;

export function isSnippetName(name: string): boolean {
  return NAME.test(name);
}

export function markOf(name: string): string {
  return `{{snippet:${name}}}`;
}

/** The name in a line that is a mark and nothing else; null for any other line. */
export function namedBy(line: string): string | null {
  const bare = line.replace(/\p{Cf}/gu, '').trim();
  if (bare.length > MAX_CHARACTERS || !bare.endsWith('}}')) return null;
  const [begin] = BEGIN.exec(bare) ?? [];
  return begin === undefined ? null : bare.slice(begin.length, -2).trim();
}

/** Whether it may hold one anywhere. */
export function mayNameSnippets(text: string): boolean {
  return WITHIN.test(text);
}

/** The names in a text, in their order. */
export function namesIn(text: string): readonly string[] {
  if (!mayNameSnippets(text)) return [];
  return text.split('\n').flatMap((line) => namedBy(line) ?? []);
}
