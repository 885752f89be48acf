/**
 * What a person writes in a terminal, as HTML: CommonMark with tables and strikethrough, by
 * markdown-it, and no HTML in it. Its output is made safe as everybody's HTML is.
 *
 * A text that was not written as Markdown must not be spoiled: no sign of it is lost that its
 * author may have meant. Line breaks stay. Nothing is decoded (`&copy;`, `\*`), there are no
 * headings by a line below, nor by one `#` (the prompt of root), no pictures, no references;
 * emphasis and code stand around whole words (marks.ts), and lines of words are no lists
 * (not-markdown.ts). All signs but blanks must then be there, or be marks that are shown
 * (as-written.ts). null: there is nothing in it that HTML would show otherwise. Pure.
 */
import markdownIt, { type MarkdownIt, type StateInline, type Token } from 'markdown-it';
import { mayBeLink, withoutBlanks, wordsAsWritten } from './as-written.ts';
import { type Marks, marksIn } from './marks.ts';
import { withoutMarkOfWords, withWordsMarked } from './not-markdown.ts';
import { type Fragment, safeTree, sanitise } from './sanitise.ts';
import { type HtmlTree, isBlock } from './tree.ts';

/** More than a person types. */
const MAX_CHARACTERS = 20_000;

const LEFT_AS_IT_IS = [
  ...['lheading', 'reference', 'html_block', 'entity', 'escape'],
  ...['emphasis', 'strikethrough'],
];

export type Markdown =
  | { readonly isSame: true; readonly fragment: Fragment }
  /** Its author meant some, and it cannot be shown so that it says the same. */
  | { readonly isSame: false; readonly fragment: null };

export function fromMarkdown(text: string): Markdown | null {
  if (text.length > MAX_CHARACTERS) return null;
  const marked = withWordsMarked(text);
  if (marked === null) return null;
  const markdown = parser();
  const blocks = markdown.parse(marked, {});
  for (const token of blocks) withOwnWords(token);
  const isMeant = blocks.some(
    ({ type, children }) =>
      !PLAIN_BLOCKS.has(type) || children?.some(({ type: mark }) => !PLAIN_MARKS.has(mark)),
  );
  if (!isMeant) return null;
  const html = markdown.renderer.render(blocks, markdown.options, {});
  const words = wordsAsWritten(blocks, text);
  const shown = safeTree(html, { targets: 'none' });
  const isSame = words !== null && shown !== null && withoutBlanks(wordsIn(shown)) === words;
  const fragment = isSame ? sanitise(html) : null;
  return fragment === null ? { isSame: false, fragment } : { isSame: true, fragment };
}

const PLAIN_BLOCKS: ReadonlySet<string> = new Set(['paragraph_open', 'paragraph_close', 'inline']);
const PLAIN_MARKS: ReadonlySet<string> = new Set(['text', 'softbreak', 'hardbreak']);

function withOwnWords(token: Token): void {
  token.content = withoutMarkOfWords(token.content);
  for (const child of token.children ?? []) withOwnWords(child);
}

function wordsIn(nodes: HtmlTree): string {
  return nodes
    .map((node) => (isBlock(node) ? wordsIn(node.children) : node.kind === 'text' ? node.text : ''))
    .join('');
}

function parser(): MarkdownIt {
  const markdown = markdownIt({
    html: false,
    breaks: true,
    linkify: false,
    typographer: false,
  });
  markdown.disable(LEFT_AS_IT_IS);
  markdown.validateLink = mayBeLink;
  markdown.inline.ruler.at('image', pictureAsWords);
  markdown.inline.ruler.at('backticks', marksAsMeant());
  markdown.core.ruler.after('block', 'one-sharp', ({ tokens }) => {
    for (const [n, token] of tokens.entries()) {
      if (token.tag !== 'h1') continue;
      const words = tokens[n + 1];
      if (token.nesting === 1 && words !== undefined) words.content = `# ${words.content}`;
      token.type = token.nesting === 1 ? 'paragraph_open' : 'paragraph_close';
      token.tag = 'p';
    }
  });
  markdown.core.ruler.after('inline', 'brackets-of-addresses', ({ tokens, Token }) => {
    const bracket = (content: string) => Object.assign(new Token('text', '', 0), { content });
    for (const token of tokens) {
      token.children =
        token.children?.flatMap((child) => {
          if (child.markup !== 'autolink') return [child];
          return child.nesting === 1 ? [bracket('<'), child] : [child, bracket('>')];
        }) ?? null;
    }
  });
  return markdown;
}

const NAMES: ReadonlyMap<string, readonly [type: string, tag: string]> = new Map([
  ['*', ['em', 'em']],
  ['_', ['em', 'em']],
  ['**', ['strong', 'strong']],
  ['__', ['strong', 'strong']],
  ['~~', ['s', 's']],
]);

/** In the place of the rules for code, emphasis and strikethrough. */
function marksAsMeant(): (state: StateInline, isSilent: boolean) => boolean {
  const known = new Map<string, Marks>();
  return (state, isSilent) => {
    const { src, pos, posMax } = state;
    if (!'`*_~'.includes(src.charAt(pos))) return false;
    const marks = known.get(src) ?? marksIn(src);
    known.set(src, marks);
    const end = marks.get(pos);
    const sign = src.charAt(pos);
    const mark = src.charAt(pos + 1) === sign ? sign + sign : sign;
    if (end === undefined || end + mark.length > posMax) return false;
    const [type, tag] = NAMES.get(mark) ?? [];
    if (!isSilent && (type === undefined || tag === undefined)) {
      const code = state.push('code_inline', 'code', 0);
      code.markup = mark;
      code.content = src.slice(pos + mark.length, end);
    } else if (!isSilent) {
      state.push(`${type}_open`, `${tag}`, 1).markup = mark;
      state.pos = pos + mark.length;
      state.posMax = end;
      state.md.inline.tokenize(state);
      state.posMax = posMax;
      state.push(`${type}_close`, `${tag}`, -1).markup = mark;
    }
    state.pos = end + mark.length;
    return true;
  };
}

const PICTURE = /^!\[[^\]\n]{0,300}\](?:\([^)\n]{0,2000}\))?/;

function pictureAsWords(state: StateInline, isSilent: boolean): boolean {
  const rest = state.src.slice(state.pos, state.pos + 2400);
  const [picture] = PICTURE.exec(rest) ?? [];
  if (picture === undefined || state.pos + picture.length > state.posMax) return false;
  if (!isSilent) state.pending += picture;
  state.pos += picture.length;
  return true;
}
