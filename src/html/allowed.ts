/**
 * What of HTML is let through, and as what. Whatever is in no table here is left out, and its words
 * stay; what browsers never show as words goes with them. Pure.
 */
import type { BlockName, MarkName } from './tree.ts';

/** As which block each element that makes one is shown. */
const BLOCKS: ReadonlyMap<string, BlockName> = new Map<string, BlockName>([
  ...(['div', 'p', 'blockquote', 'pre', 'hr', 'ul', 'ol', 'li', 'dl', 'dt', 'dd'] as const).map(
    (name) => [name, name] as const,
  ),
  ...(['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'table'] as const).map((name) => [name, name] as const),
  ...(['menu', 'dir'] as const).map((name) => [name, 'ul'] as const),
  ...(['listing', 'xmp', 'plaintext'] as const).map((name) => [name, 'pre'] as const),
  ...[
    ...['address', 'article', 'aside', 'caption', 'center', 'details', 'dialog', 'fieldset'],
    ...['figcaption', 'figure', 'footer', 'form', 'header', 'hgroup', 'legend', 'main', 'nav'],
    ...['optgroup', 'option', 'search', 'section', 'summary'],
    // Outside of what they belong to.
    ...['thead', 'tbody', 'tfoot', 'tr', 'td', 'th'],
  ].map((name) => [name, 'div'] as const),
]);

const MARKS: ReadonlyMap<string, MarkName> = new Map<string, MarkName>([
  ...(['b', 'strong', 'i', 'em', 'u', 's', 'sub', 'sup', 'code', 'a'] as const).map(
    (name) => [name, name] as const,
  ),
  ...(['cite', 'dfn', 'var'] as const).map((name) => [name, 'i'] as const),
  ...(['kbd', 'samp', 'tt'] as const).map((name) => [name, 'code'] as const),
  ...(['del', 'strike'] as const).map((name) => [name, 's'] as const),
  ['ins', 'u'],
]);

/** With all that is in them. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  ...['applet', 'area', 'audio', 'base', 'canvas', 'col', 'colgroup', 'datalist', 'embed', 'frame'],
  ...['frameset', 'head', 'iframe', 'input', 'link', 'meta', 'meter', 'noembed', 'noframes'],
  ...['param', 'progress', 'script', 'source', 'style', 'template', 'title', 'track'],
  ...['video'],
]);

export function blockOf(element: string): BlockName | null {
  return BLOCKS.get(element) ?? null;
}

export function markOf(element: string): MarkName | null {
  return MARKS.get(element) ?? null;
}

export function isLeftOut(element: string): boolean {
  return LEFT_OUT.has(element);
}

type Shape = readonly [attribute: string, shape: RegExp];
const SPAN = /^[1-9]\d{0,2}$/;
const SPANS: readonly Shape[] = [
  ['colspan', SPAN],
  ['rowspan', SPAN],
];
/** What each attribute that stays must be, by element; `dir` stands at any block. */
const ATTRIBUTES: ReadonlyMap<string, readonly Shape[]> = new Map<string, readonly Shape[]>([
  [
    'ol',
    [
      ['start', /^\d{1,4}$/],
      ['type', /^[1aAiI]$/],
    ],
  ],
  ['table', [['border', /^[1-9]\d?$/]]],
  ['td', SPANS],
  ['th', SPANS],
]);
const DIRECTION: readonly Shape[] = [['dir', /^(?:ltr|rtl|auto)$/]];

export function attributesOf(
  block: BlockName,
  given: (attribute: string) => string | null,
): readonly (readonly [string, string])[] {
  if (block === 'hr') return [];
  return [...DIRECTION, ...(ATTRIBUTES.get(block) ?? [])].flatMap(([name, shape]) => {
    const value = given(name)?.trim() ?? '';
    return shape.test(value) ? [[name, value] as const] : [];
  });
}

const STYLED: readonly (readonly [MarkName, RegExp])[] = [
  ['b', /(?:^|;)\s*font-weight\s*:\s*(?:bold|bolder|[6-9]00)\b/i],
  ['i', /(?:^|;)\s*font-style\s*:\s*(?:italic|oblique)\b/i],
  ['u', /(?:^|;)\s*text-decoration(?:-line)?\s*:\s*underline\b/i],
  ['s', /(?:^|;)\s*text-decoration(?:-line)?\s*:\s*line-through\b/i],
];
const NOT_BOLD = /(?:^|;)\s*font-weight\s*:\s*(?:normal|lighter|[1-5]00)\b/i;
const AS_IS = /(?:^|;)\s*white-space\s*:\s*(?:pre|pre-wrap|pre-line|break-spaces)\b/i;
const MAX_STYLE_CHARACTERS = 2000;

/** Emphasis that is said by a style alone: no style goes out. */
export function marksOfStyle(style: string): readonly MarkName[] {
  const said = style.slice(0, MAX_STYLE_CHARACTERS);
  return STYLED.flatMap(([name, shape]) => (shape.test(said) ? [name] : []));
}

/** What some programs put around all that they write. */
export function isNotBold(style: string): boolean {
  return NOT_BOLD.test(style.slice(0, MAX_STYLE_CHARACTERS));
}

/** Line breaks in it are seen. */
export function isStyledAsIs(style: string): boolean {
  return AS_IS.test(style.slice(0, MAX_STYLE_CHARACTERS));
}
