/**
 * A tree in its one form: blanks as they are seen, nothing empty, every block where it may stand.
 * What comes out comes out the same once more, and a browser that reads it moves nothing: no block
 * is within a paragraph, a heading or a `pre`, and lists and tables hold their own parts alone.
 * Pure.
 */
import {
  type Block,
  type BlockName,
  type HtmlNode,
  type HtmlTree,
  inRuns,
  isBlock,
  type Leaf,
} from './tree.ts';

/** Hold leaves alone: with a block in it, such a one is a `div`. */
const OF_LEAVES: ReadonlySet<BlockName> = new Set([
  ...(['p', 'pre', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6'] as const),
]);
/** What each holds, and in what everything else is put there. */
const PARTS: ReadonlyMap<
  BlockName,
  { readonly own: ReadonlySet<BlockName>; readonly as: BlockName }
> = new Map([
  ['ul', { own: new Set<BlockName>(['li']), as: 'li' }],
  ['ol', { own: new Set<BlockName>(['li']), as: 'li' }],
  ['dl', { own: new Set<BlockName>(['dt', 'dd']), as: 'dd' }],
]);
const ELSEWHERE: ReadonlySet<BlockName> = new Set(['li', 'dt', 'dd']);
/** Of table, by the table itself (allow.ts). */
const OF_TABLE: ReadonlySet<BlockName> = new Set(['table', 'thead', 'tbody', 'tfoot', 'tr']);
const MAY_BE_EMPTY: ReadonlySet<BlockName> = new Set(['hr', 'td', 'th']);
/** A `div` that is all they have adds nothing. */
const NEEDS_NO_DIV: ReadonlySet<BlockName> = new Set(['div', 'li', 'dd', 'td', 'th', 'blockquote']);

export function tidy(nodes: HtmlTree): HtmlTree {
  const [whole] = tidied({ kind: 'block', name: 'div', attributes: [], children: nodes });
  if (whole === undefined) return [];
  return whole.name === 'div' && whole.attributes.length === 0 ? whole.children : [whole];
}

/** The block in its form; none if nothing of it is seen. */
function tidied(block: Block): readonly Block[] {
  const inner = block.children.flatMap((node): readonly HtmlNode[] =>
    isBlock(node) ? tidied(node) : [node],
  );
  const isParted = OF_LEAVES.has(block.name) && inner.some(isBlock);
  const name = isParted ? 'div' : block.name;
  const leaves = withRuns(inner, name);
  const children = lone(name, fitted(leaves, name));
  if (children.length === 0 && !MAY_BE_EMPTY.has(name)) return [];
  if (name === 'table' && !isSeen(children)) return [];
  const [only, ...others] = children;
  const attributes = name === block.name ? block.attributes : [];
  const isPlain = name === 'div' && attributes.length === 0;
  if (isPlain && only !== undefined && others.length === 0 && isBlock(only)) return [only];
  return [{ ...block, name, attributes, children }];
}

function lone(name: BlockName, children: readonly HtmlNode[]): readonly HtmlNode[] {
  const [only, ...others] = children;
  const isOne = only !== undefined && others.length === 0 && isBlock(only) && only.name === 'div';
  return isOne && only.attributes.length === 0 && NEEDS_NO_DIV.has(name) ? only.children : children;
}

/** A table in it has been found to have something. */
function isSeen(nodes: readonly HtmlNode[]): boolean {
  return nodes.some(
    (node) =>
      !isBlock(node) || node.name === 'hr' || node.name === 'table' || isSeen(node.children),
  );
}

function fitted(nodes: readonly HtmlNode[], parent: BlockName): readonly HtmlNode[] {
  const parts = PARTS.get(parent);
  if (parts === undefined) {
    if (OF_TABLE.has(parent)) return nodes;
    return nodes.flatMap((node) =>
      isBlock(node) && ELSEWHERE.has(node.name) ? asDiv(node) : [node],
    );
  }
  const all: HtmlNode[] = [];
  let open: HtmlNode[] = [];
  let beside: Block[] = [];
  const putBeside = () => {
    const last = all.at(-1);
    if (beside.length > 0 && last !== undefined && isBlock(last))
      all[all.length - 1] = { ...last, children: [...last.children, ...beside] };
    beside = [];
  };
  const close = () => {
    putBeside();
    const { as: name } = parts;
    if (open.length > 0)
      all.push({ kind: 'block', name, attributes: [], children: lone(name, open) });
    open = [];
  };
  for (const node of nodes) {
    if (!isBlock(node)) open.push(node);
    else if (open.length === 0 && all.length > 0 && isListIn(node, parent)) beside.push(node);
    else if (parts.own.has(node.name)) {
      close();
      all.push(node);
    } else if (ELSEWHERE.has(node.name)) for (const one of asDiv(node)) open.push(one);
    else open.push(node);
  }
  close();
  return all;
}

/** Outlook and Gmail write a list within another one beside the item that it belongs to. */
function isListIn({ name }: Block, parent: BlockName): boolean {
  return parent !== 'dl' && (name === 'ul' || name === 'ol');
}

function asDiv(block: Block): readonly HtmlNode[] {
  const attributes = block.attributes.filter(([name]) => name === 'dir');
  const [only, ...others] = block.children;
  const isOne = only !== undefined && others.length === 0 && isBlock(only);
  return isOne && attributes.length === 0 ? [only] : [{ ...block, name: 'div', attributes }];
}

function withRuns(nodes: readonly HtmlNode[], name: BlockName): readonly HtmlNode[] {
  return inRuns(nodes).flatMap((piece): readonly HtmlNode[] => {
    if (piece.kind === 'block') return [piece];
    return name === 'pre' ? asTheyAre(piece.leaves) : collapsed(piece.leaves);
  });
}

function asTheyAre(run: readonly Leaf[]): readonly Leaf[] {
  const isBlank = run.every((leaf) => leaf.kind === 'text' && /^[ \t\n\f]*$/.test(leaf.text));
  return isBlank ? [] : run;
}

/** Blanks as browsers show them: one between words, none at the ends of a line. */
function collapsed(run: readonly Leaf[]): readonly Leaf[] {
  const all: Leaf[] = [];
  let isAfterBlank = true;
  const trimLast = () => {
    const last = all.at(-1);
    if (last?.kind !== 'text' || !last.text.endsWith(' ')) return;
    all.pop();
    if (last.text !== ' ') all.push({ ...last, text: last.text.slice(0, -1) });
  };
  for (const leaf of run.flatMap(inLines)) {
    if (leaf.kind === 'text') {
      const words = leaf.text.replace(/[ \t\n\f\r]+/g, ' ');
      const text: string = isAfterBlank && words.startsWith(' ') ? words.slice(1) : words;
      if (text === '') continue;
      all.push({ ...leaf, text, isAsIs: false });
      isAfterBlank = text.endsWith(' ');
    } else {
      if (leaf.kind === 'break') trimLast();
      all.push(leaf);
      isAfterBlank = leaf.kind === 'break';
    }
  }
  trimLast();
  return all;
}

/** Where its line breaks are seen without a `pre`. */
function inLines(leaf: Leaf): readonly Leaf[] {
  if (leaf.kind !== 'text' || !leaf.isAsIs || !leaf.text.includes('\n')) return [leaf];
  const { marks } = leaf;
  return leaf.text
    .split('\n')
    .flatMap((text, n): readonly Leaf[] => [
      ...(n === 0 ? [] : [{ kind: 'break' as const, marks }]),
      { ...leaf, text },
    ]);
}
