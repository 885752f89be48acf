/**
 * text/enriched (RFC 1896) and text/richtext (RFC 1341) as plain words: commands go, and line
 * ends are those that were meant. Pure, linear.
 *
 * Both fill lines: one line end is a blank, and in enriched text each further one an empty line;
 * `nofill` keeps them. `<<` is a sign of enriched text, `<lt>` one of richtext.
 */
export type Markup = 'enriched' | 'richtext';

/** Commands of up to 60 characters (RFC 1896 2.2), line ends, and what is between. */
const PIECES = /<<|<\/?[a-z0-9-]{1,60}>|\n+|[^<\n]+|</gi;
/** Whose content is not shown. */
const HIDDEN = /^(param|comment)$/;
const BREAKS = /^(nl|np|paragraph|center|flushleft|flushright|flushboth|excerpt|heading)$/;

export function plainOf(text: string, markup: Markup): string {
  const out: string[] = [];
  let hidden = 0;
  let unfilled = 0;
  for (const [piece] of text.replace(/\r\n?/g, '\n').matchAll(PIECES)) {
    const [, slash = '', name = ''] = /^<(\/?)([a-z0-9-]{1,60})>$/i.exec(piece.toLowerCase()) ?? [];
    if (name === '') {
      if (hidden === 0) out.push(shown(piece, markup, unfilled > 0));
      continue;
    }
    const step = slash === '' ? 1 : -1;
    if (HIDDEN.test(name)) hidden = Math.max(0, hidden + step);
    else if (name === 'nofill') unfilled = Math.max(0, unfilled + step);
    else if (hidden > 0) continue;
    else if (name === 'lt') out.push('<');
    else if (BREAKS.test(name) && (step < 0 || name === 'nl' || name === 'np')) out.push('\n');
  }
  return out
    .join('')
    .split('\n')
    .map((line) => line.trim())
    .join('\n');
}

function shown(piece: string, markup: Markup, isUnfilled: boolean): string {
  if (piece === '<<') return markup === 'enriched' ? '<' : '<<';
  if (!piece.startsWith('\n') || isUnfilled) return piece;
  return markup === 'richtext' || piece.length === 1 ? ' ' : piece.slice(1);
}
