/**
 * Links that show where they lead, within their words: those whose words are another address, or
 * all of which the words do not say it. Pure.
 */
import { isSaidBy, saysAnother } from './links.ts';
import { type HtmlNode, type HtmlTree, isBlock, type Leaf, type Mark } from './tree.ts';

export type ShownTargets =
  /** Of none: what is added is no word of its author. */
  | 'none'
  /** Of links whose words are another address. */
  | 'other'
  /** Of each link that does not say it in its words. */
  | 'all';

export function withTargets(nodes: HtmlTree, which: ShownTargets): HtmlTree {
  if (which === 'none') return nodes;
  const all: HtmlNode[] = [];
  let group: Leaf[] = [];
  const close = () => {
    const link = linkOf(group[0]);
    for (const leaf of link === null ? group : shown(group, link, which)) all.push(leaf);
    group = [];
  };
  for (const node of nodes) {
    if (isBlock(node)) {
      close();
      all.push({ ...node, children: withTargets(node.children, which) });
      continue;
    }
    if (linkOf(node) !== linkOf(group[0])) close();
    group.push(node);
  }
  close();
  return all;
}

export function linkOf(leaf: Leaf | undefined): Mark | null {
  return leaf?.marks.find(({ name }) => name === 'a') ?? null;
}

export function wordsIn(leaves: readonly Leaf[]): string {
  return leaves
    .map((leaf) => (leaf.kind === 'text' ? leaf.text : leaf.kind === 'break' ? ' ' : ''))
    .join('');
}

function shown(leaves: readonly Leaf[], { href = '' }: Mark, which: ShownTargets): readonly Leaf[] {
  const words = wordsIn(leaves);
  if (which === 'all' ? isSaidBy(words, href) : !saysAnother(words, href)) return leaves;
  const last = leaves.at(-1);
  if (last === undefined) return leaves;
  if (last.kind !== 'text') {
    const text = `${last.kind === 'break' ? '' : ' '}[${href}]`;
    return [...leaves, { kind: 'text', text, isAsIs: false, marks: last.marks }];
  }
  const bare = last.text.slice(0, endOfWords(last.text));
  const text = `${bare} [${href}]${last.text.slice(bare.length)}`;
  return [...leaves.slice(0, -1), { ...last, text }];
}

/** A blank that is always seen is one of them. */
function endOfWords(text: string): number {
  let end = text.length;
  while (end > 0 && ' \t\n\f'.includes(text.charAt(end - 1))) end -= 1;
  return end;
}
