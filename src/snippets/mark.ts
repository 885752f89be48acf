/**
 * `{{snippet:vpn}}` on a line of its own: the mark that a snippet of this name is put in the place
 * of. A line that is quoted has none. What stands behind the colon is given as it is, so that a
 * name that is none is told as such.
 *
 * What only looks like a mark to a person is known by its letters, since nobody sees an invisible
 * character, another blank, a full-width colon or a backslash in it. Pure.
 */

/** In lower case, so that a file of this name is the same on every disk. */
const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;
const BEGIN = /^\{\{\s{0,9}snippet\s{0,9}:/i;
/** Longer ones hold more than a mark. */
const MAX_CHARACTERS = 300;
/** Letters of what stands in braces that nothing closes. */
const MAX_LETTERS = 80;
const WORD = 'snippet';
/** Nobody sees that it is there. */
const UNSEEN = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
/** Of every form. */
const BRACE = /[{\u2774\u2983\uFE37\uFE5B\uFF5B]/;

export function isSnippetName(name: string): boolean {
  return NAME.test(name);
}

export function markOf(name: string): string {
  return `{{snippet:${name}}}`;
}

/** The name in a line that is a mark and nothing else; null for any other line. */
export function namedBy(line: string): string | null {
  const bare = line.replace(UNSEEN, '').trim();
  if (bare.length > MAX_CHARACTERS || !bare.endsWith('}}')) return null;
  const [begin] = BEGIN.exec(bare) ?? [];
  return begin === undefined ? null : bare.slice(begin.length, -2).trim();
}

export function isQuoted(line: string): boolean {
  return /^\s*[>＞]/.test(line);
}

/** Whether it may hold one anywhere, or what looks like one. */
export function mayNameSnippets(text: string): boolean {
  if (!BRACE.test(text)) return false;
  const letters = lettersOf(text);
  return letters.includes('{{') && letters.includes(WORD);
}

/** The names in a text, in their order. */
export function namesIn(text: string): readonly string[] {
  if (!mayNameSnippets(text)) return [];
  return text.split('\n').flatMap((line) => namedBy(line) ?? []);
}

/** The names in what others wrote: among other words, quoted, or broken by a line as well. */
export function namesAnywhereIn(text: string): readonly string[] {
  if (!mayNameSnippets(text)) return [];
  const [, ...pieces] = text.split('{{');
  return pieces.flatMap((piece) => {
    const [within = ''] = piece.split('}}', 1);
    return namedBy(`{{${within.replace(/[\s>＞|]/g, '')}}}`) ?? [];
  });
}

/** The lines in which something begins that looks like a mark and is none; by their numbers. */
export function likeMarks(lines: readonly string[]): readonly number[] {
  if (!mayNameSnippets(lines.join('\n'))) return [];
  const starts: number[] = [];
  let letters = '';
  for (const line of lines) {
    starts.push(letters.length);
    letters += isQuoted(line) || namedBy(line) !== null ? '}}' : lettersOf(line);
  }
  const found = new Set<number>();
  let line = 0;
  for (let at = letters.indexOf('{{'); at >= 0; at = letters.indexOf('{{', at + 1)) {
    const [within = ''] = letters.slice(at, at + MAX_LETTERS).split('}}', 1);
    if (!within.includes(WORD)) continue;
    while ((starts[line + 1] ?? letters.length) <= at) line += 1;
    found.add(line);
  }
  return [...found];
}

/** Whether it has a mark, or what looks like one, outside of quotes. */
export function hasMark(text: string): boolean {
  return namesIn(text).length > 0 || likeMarks(text.split('\n')).length > 0;
}

/** Its letters, digits and braces, in one form. */
function lettersOf(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll('\u0131', 'i')
    .replaceAll('\u2774', '{')
    .replaceAll('\u2775', '}')
    .replaceAll('\u2983', '{{')
    .replaceAll('\u2984', '}}')
    .replace(UNSEEN, '')
    .replace(/[^\p{L}\p{N}{}]/gu, '');
}
