/**
 * A tree as HTML: each element closed, each sign that means something escaped. Pure.
 */
import { type HtmlTree, isBlock, type Leaf, type Mark } from './tree.ts';

export function serialised(nodes: HtmlTree): string {
  return writtenWithin(nodes, Number.POSITIVE_INFINITY) ?? '';
}

/** null: it has more than `most` characters. What is beyond them is not written at all. */
export function writtenWithin(nodes: HtmlTree, most: number): string | null {
  const out = new Out(most);
  put(nodes, out, false);
  return out.isFull ? null : out.written.join('').trimEnd();
}

/** At least as many characters it has: a link of many blocks stands in each of them. */
export function leastLength(nodes: HtmlTree): number {
  let length = 0;
  let open: readonly Mark[] = [];
  for (const node of nodes) {
    if (isBlock(node)) {
      length += node.name.length + leastLength(node.children);
      open = [];
      continue;
    }
    for (const mark of node.marks)
      if (!open.includes(mark)) length += mark.name.length + (mark.href?.length ?? 0);
    open = node.marks;
    if (node.kind === 'text') length += node.text.length;
  }
  return length;
}

class Out {
  readonly written: string[] = [];
  #left: number;

  constructor(most: number) {
    this.#left = most;
  }

  get isFull(): boolean {
    return this.#left < 0;
  }

  push(text: string): void {
    this.#left -= text.length;
    if (!this.isFull) this.written.push(text);
  }
}

function put(nodes: HtmlTree, out: Out, isPre: boolean): void {
  let open: readonly Mark[] = [];
  const goTo = (marks: readonly Mark[]) => {
    let same = 0;
    while (same < open.length && open[same] === marks[same]) same += 1;
    for (const { name } of open.slice(same).toReversed()) out.push(`</${name}>`);
    for (const mark of marks.slice(same)) out.push(startOf(mark));
    open = marks;
  };
  for (const [n, node] of nodes.entries()) {
    if (out.isFull) return;
    if (!isBlock(node)) {
      goTo(node.marks);
      if (isPre && n === 0 && isFirstBreak(node)) out.push('\n');
      out.push(leafOf(node, isPre));
      continue;
    }
    goTo([]);
    const { name, attributes, children } = node;
    out.push(`<${name}${attributes.map(([key, value]) => ` ${key}="${quoted(value)}"`).join('')}>`);
    if (name !== 'hr') {
      put(children, out, name === 'pre');
      out.push(`</${name}>`);
    }
    out.push('\n');
  }
  goTo([]);
}

/** Directly behind `<pre>` a line break would not be seen. */
function isFirstBreak(leaf: Leaf): boolean {
  return leaf.kind === 'text' && leaf.marks.length === 0 && leaf.text.startsWith('\n');
}

function startOf({ name, href }: Mark): string {
  return href === undefined ? `<${name}>` : `<${name} href="${quoted(href)}">`;
}

function leafOf(leaf: Leaf, isPre: boolean): string {
  if (leaf.kind === 'break') return isPre ? '<br>' : '<br>\n';
  if (leaf.kind === 'text') return escaped(leaf.text);
  const { id, alt, width, height } = leaf;
  const sizes = [
    ...(width === null ? [] : [` width="${width}"`]),
    ...(height === null ? [] : [` height="${height}"`]),
  ];
  return `<img src="cid:${quoted(encodeURI(id))}" alt="${quoted(alt)}"${sizes.join('')}>`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\u00A0', '&nbsp;');
}

function quoted(value: string): string {
  return escaped(value).replaceAll('"', '&quot;');
}
