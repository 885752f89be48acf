/**
 * Snippets in the places of their marks, in a text and in the HTML that says the same.
 *
 * Each line is looked at once: what a snippet or a value of it says is no mark. In HTML a line is
 * what stands between blocks and line breaks; one within a quote or in a `pre` is no mark. null:
 * the HTML does not have the marks of the text, in their order. Pure.
 */
import { safeTree } from '../html/sanitise.ts';
import { serialised } from '../html/serialise.ts';
import { tidy } from '../html/tidy.ts';
import { type HtmlNode, type HtmlTree, isBlock, type Leaf } from '../html/tree.ts';
import type { Filled } from './fill.ts';
import { isQuoted, likeMarks, namedBy, namesIn } from './mark.ts';

export type FilledByName = ReadonlyMap<string, Filled>;

export function placedInText(text: string, filled: FilledByName): string {
  return text
    .split('\n')
    .map((line) => {
      const name = namedBy(line);
      return (name === null ? undefined : filled.get(name)?.text.trimEnd()) ?? line;
    })
    .join('\n');
}

export function placedInHtml(html: string, text: string, filled: FilledByName): string | null {
  const whole = safeTree(html, { targets: 'none' });
  if (whole === null) return null;
  const found: string[] = [];
  const tree = tidy(placed(whole, filled, found));
  return found.join('\n') === namesIn(text).join('\n') ? serialised(tree) : null;
}

/** Lines of HTML that look like marks and are none, or are marks that its text does not have. */
export function likeMarksInHtml(html: string, names: readonly string[]): readonly string[] {
  const tree = safeTree(html, { targets: 'none' });
  if (tree === null) return [];
  const lines = shownLines(tree);
  const like = new Set(likeMarks(lines));
  return lines.filter((line, at) => {
    const name = isQuoted(line) ? null : namedBy(line);
    return like.has(at) || (name !== null && !names.includes(name));
  });
}

/** What it says outside of quotes. */
export function shownLines(tree: HtmlTree): readonly string[] {
  const lines = [''];
  const add = (nodes: HtmlTree) => {
    for (const node of nodes.flatMap(inLines)) {
      if (isBlock(node)) {
        lines.push('');
        if (node.name !== 'blockquote') add(node.children);
        lines.push('');
      } else if (node.kind === 'break') lines.push('');
      else lines.push(`${lines.pop() ?? ''}${wordsIn([node])}`);
    }
  };
  add(tree);
  return lines;
}

function placed(nodes: HtmlTree, filled: FilledByName, found: string[]): HtmlTree {
  const all: HtmlNode[] = [];
  let line: Leaf[] = [];
  let end: Leaf | null = null;
  const close = () => {
    const name = namedBy(wordsIn(line));
    const snippet = name === null ? undefined : filled.get(name);
    if (name === null || snippet === undefined) all.push(...line, ...(end === null ? [] : [end]));
    else {
      found.push(name);
      // The break above it would leave an empty line there.
      const above = all.at(-1);
      if (above !== undefined && !isBlock(above) && above.kind === 'break') all.pop();
      for (const node of snippet.tree) all.push(node);
    }
    [line, end] = [[], null];
  };
  for (const node of nodes.flatMap(inLines)) {
    if (isBlock(node)) {
      close();
      const isClosed = node.name === 'blockquote' || node.name === 'pre';
      all.push(isClosed ? node : { ...node, children: placed(node.children, filled, found) });
    } else if (node.kind === 'break') {
      end = node;
      close();
    } else line.push(node);
  }
  close();
  return all;
}

function wordsIn(line: readonly Leaf[]): string {
  return line.map((leaf) => (leaf.kind === 'text' ? leaf.text : '\u{FFFC}')).join('');
}

/** Where its line breaks are seen without a `pre`. */
function inLines(node: HtmlNode): readonly HtmlNode[] {
  if (isBlock(node) || node.kind !== 'text' || !node.isAsIs) return [node];
  const { marks } = node;
  return node.text
    .split('\n')
    .flatMap((text, n): readonly Leaf[] => [
      ...(n === 0 ? [] : [{ kind: 'break' as const, marks }]),
      ...(text === '' ? [] : [{ ...node, text }]),
    ]);
}
