/**
 * What a person writes in a terminal, as HTML: CommonMark with tables and strikethrough, by
 * markdown-it, and no HTML in it. Its output is made safe as everybody's HTML is.
 *
 * A text that was not written as Markdown must not be spoiled. Line breaks stay. Nothing is
 * decoded (`&copy;`, `\*`), there are no headings by a line below, nor by one `#` (the prompt of
 * root), no pictures, no references. null: there is nothing in it that HTML would show otherwise,
 * or the HTML would say other words than the text. Pure.
 */
import markdownIt, { type MarkdownIt } from 'markdown-it';
import { lettersOf } from './cut.ts';
import { type Fragment, sanitise, wordsOf } from './sanitise.ts';

/** More than a person types. */
const MAX_CHARACTERS = 20_000;

const LEFT_AS_IT_IS = ['lheading', 'reference', 'html_block', 'entity', 'escape', 'image'];

export type Markdown =
  | { readonly isSame: true; readonly fragment: Fragment }
  /** Its author meant some, and it cannot be shown so that it says the same. */
  | { readonly isSame: false; readonly fragment: null };

export function fromMarkdown(text: string): Markdown | null {
  if (text.length > MAX_CHARACTERS) return null;
  const markdown = parser();
  const blocks = markdown.parse(text, {});
  const isMeant = blocks.some(
    ({ type, children }) =>
      !PLAIN_BLOCKS.has(type) || children?.some(({ type: mark }) => !PLAIN_MARKS.has(mark)),
  );
  if (!isMeant) return null;
  const fragment = sanitise(markdown.renderer.render(blocks, markdown.options, {}));
  const isSame = fragment !== null && lettersOf(wordsOf(fragment)) === lettersOf(withoutInfo(text));
  return isSame ? { isSame, fragment } : { isSame: false, fragment: null };
}

const PLAIN_BLOCKS: ReadonlySet<string> = new Set(['paragraph_open', 'paragraph_close', 'inline']);
const PLAIN_MARKS: ReadonlySet<string> = new Set(['text', 'softbreak', 'hardbreak']);

function parser(): MarkdownIt {
  const markdown = markdownIt({
    html: false,
    breaks: true,
    linkify: false,
    typographer: false,
  });
  markdown.disable(LEFT_AS_IT_IS);
  markdown.core.ruler.after('block', 'one-sharp', ({ tokens }) => {
    for (const [n, token] of tokens.entries()) {
      if (token.tag !== 'h1') continue;
      const words = tokens[n + 1];
      if (token.nesting === 1 && words !== undefined) words.content = `# ${words.content}`;
      token.type = token.nesting === 1 ? 'paragraph_open' : 'paragraph_close';
      token.tag = 'p';
    }
  });
  return markdown;
}

/** The word behind a fence names a language, and is shown nowhere. */
function withoutInfo(text: string): string {
  return text.replace(/^[ >]*(?:`{3,}|~{3,})[^`\n]*$/gm, '');
}
