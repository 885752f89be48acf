/**
 * Of a tree, what a text says: where the text was cut, so is the HTML, and by no decision of its
 * own. The text is the author's as it goes out; the tree is of all that they sent, with quotes and
 * signatures.
 *
 * A line of the HTML (between blocks and line breaks) stays if its letters are the next ones of the
 * text, and goes as a whole otherwise. What programs add to a plain text is no letter that must be
 * there: numbers of lists, targets of links, what stands for a picture. A line without letters
 * stays between lines that stay. null if not all of the text is found so. Pure, linear.
 */
import { countedIn } from './counted.ts';
import { tidy } from './tidy.ts';
import { type Block, type HtmlNode, type HtmlTree, isBlock, type Leaf } from './tree.ts';

/** A few letters of the text that stand together. */
interface Piece {
  readonly letters: string;
  /** The HTML need not have it. */
  readonly isAdded: boolean;
  readonly isQuote: boolean;
}

interface HtmlLine {
  readonly letters: string;
  readonly isQuote: boolean;
  readonly pictures: readonly string[];
  readonly leaves: readonly Leaf[];
  /** A line across, which has no leaves. */
  readonly rule: Block | null;
}

/**
 * `names`: of pictures, as the text has them in brackets; `pictures`: Content-IDs of those that go
 * along.
 */
export interface Cut {
  readonly text: string;
  readonly names: readonly string[];
  readonly pictures: ReadonlySet<string>;
}

export function cutTo(whole: HtmlTree, { text, names, pictures }: Cut): HtmlTree | null {
  const tree = withLinesOfPre(whole);
  const lines: HtmlLine[] = [];
  collect(tree, false, lines);
  const pieces = piecesOf(text, names);
  const kept = keptBy(lines, pieces, true) ?? keptBy(lines, pieces, false);
  if (kept === null) return null;
  const stay = withBlanks(lines, kept, pictures);
  const nodes = new Set<HtmlNode>();
  for (const [n, { leaves, rule }] of lines.entries()) {
    if (stay[n] !== true) continue;
    for (const leaf of leaves)
      if (leaf.kind !== 'picture' || pictures.has(leaf.id)) nodes.add(leaf);
    if (rule !== null) nodes.add(rule);
  }
  return tidy(only(tree, nodes));
}

/** Letters, digits, emoji, and signs of numbers: what both must have. */
export function lettersOf(text: string): string {
  return lettersIn(text).join('');
}

/** A line of a `pre` is a leaf. */
function withLinesOfPre(nodes: HtmlTree): HtmlTree {
  return nodes.map((node): HtmlNode => {
    if (!isBlock(node)) return node;
    if (node.name !== 'pre') return { ...node, children: withLinesOfPre(node.children) };
    const children = node.children.flatMap((leaf): readonly HtmlNode[] =>
      leaf.kind === 'text'
        ? (leaf.text.match(/[^\n]*\n|[^\n]+$/g) ?? []).map((line) => ({ ...leaf, text: line }))
        : [leaf],
    );
    return { ...node, children };
  });
}

function collect(nodes: HtmlTree, isQuote: boolean, lines: HtmlLine[]): void {
  let leaves: Leaf[] = [];
  const close = () => {
    if (leaves.length > 0) lines.push(lineOf(leaves, isQuote));
    leaves = [];
  };
  for (const node of nodes) {
    if (!isBlock(node)) {
      leaves.push(node);
      if (node.kind === 'break' || (node.kind === 'text' && node.text.endsWith('\n'))) close();
      continue;
    }
    close();
    if (node.name === 'hr')
      lines.push({ letters: '', isQuote, pictures: [], leaves: [], rule: node });
    else collect(node.children, isQuote || node.name === 'blockquote', lines);
  }
  close();
}

function lineOf(leaves: readonly Leaf[], isQuote: boolean): HtmlLine {
  const text = leaves.map((leaf) => (leaf.kind === 'text' ? leaf.text : '')).join('');
  const pictures = leaves.flatMap((leaf) => (leaf.kind === 'picture' ? [leaf.id] : []));
  const isMarked = isQuote || QUOTED.test(text);
  return { letters: lettersOf(text), isQuote: isMarked, pictures, leaves, rule: null };
}

const QUOTED = /^\s*[>＞]/;
/** What stands before an item in a plain text. */
const ITEM = /^[\s>＞]{0,40}(?:\(?\d{1,3}[.)]|[a-z][.)]|[ivx]{1,5}[.)]|o(?=\s{2}))(?=\s)/i;
const ADDED = /(?:https?:\/\/|mailto:|tel:)[^\s<>[\]]+|\[[^[\]\n]{1,300}\]/gi;
const PICTURE = /^\[(?:image|inline image|cid|bild)\b/i;
const LINK = /^\[?(?:https?:\/\/|mailto:|tel:)/i;

function piecesOf(text: string, names: readonly string[]): readonly Piece[] {
  return text.split('\n').flatMap((line) => {
    const isQuote = QUOTED.test(line);
    const [item = ''] = ITEM.exec(line) ?? [];
    const rest = line.slice(item.length);
    const all: Piece[] = [];
    const take = (words: string, isAdded: boolean) => {
      for (const letters of lettersIn(words)) all.push({ letters, isAdded, isQuote });
    };
    take(item, true);
    let from = 0;
    for (const { index, 0: found } of rest.matchAll(ADDED)) {
      const isAdded = LINK.test(found) || PICTURE.test(found) || names.includes(found.slice(1, -1));
      take(rest.slice(from, index), false);
      take(found, isAdded);
      from = index + found.length;
    }
    take(rest.slice(from), false);
    return all;
  });
}

function lettersIn(words: string): readonly string[] {
  return countedIn(words.normalize('NFC'));
}

/** By line. `isStrict`: what the text does not mark as a quote is in none of the HTML. */
function keptBy(
  lines: readonly HtmlLine[],
  pieces: readonly Piece[],
  isStrict: boolean,
): readonly boolean[] | null {
  let next = 0;
  const kept = lines.map((line) => {
    const end = line.letters === '' ? null : endOf(line, pieces, next, isStrict);
    next = end ?? next;
    return end !== null;
  });
  return pieces.slice(next).every(({ isAdded }) => isAdded) ? kept : null;
}

/** Behind the pieces that the line is made of; null if it is not. */
function endOf(
  { letters, isQuote }: HtmlLine,
  pieces: readonly Piece[],
  from: number,
  isStrict: boolean,
): number | null {
  let at = 0;
  let next = from;
  for (let added = 0; at < letters.length; next += 1) {
    const piece = pieces[next];
    if (piece === undefined || added > MAX_ADDED) return null;
    if (letters.startsWith(piece.letters, at)) {
      if (piece.isQuote && !isQuote) return null;
      if (isStrict && isQuote && !piece.isQuote) return null;
      at += piece.letters.length;
      added = 0;
    } else if (piece.isAdded) added += 1;
    else return null;
  }
  return next;
}

/** One behind the other: the words of a long link. */
const MAX_ADDED = 300;

/**
 * With lines that have no letters: pictures that go along, and what stands between lines that stay.
 */
function withBlanks(
  lines: readonly HtmlLine[],
  kept: readonly boolean[],
  pictures: ReadonlySet<string>,
): readonly boolean[] {
  const isFilled = lines.map(
    ({ letters, pictures: shown }) => letters !== '' || shown.some((id) => pictures.has(id)),
  );
  const stay = lines.map(
    ({ letters }, n) => kept[n] === true || (letters === '' && isFilled[n] === true),
  );
  const below: boolean[] = [];
  let isNextKept = false;
  for (let n = lines.length - 1; n >= 0; n -= 1) {
    below[n] = isNextKept;
    if (isFilled[n] === true) isNextKept = stay[n] === true;
  }
  let isLastKept = false;
  return lines.map((_, n) => {
    if (isFilled[n] !== true) return isLastKept && below[n] === true;
    isLastKept = stay[n] === true;
    return isLastKept;
  });
}

/** What had nothing of it goes; an empty cell stays beside others. */
function only(nodes: HtmlTree, kept: ReadonlySet<HtmlNode>): HtmlTree {
  return nodes.flatMap((node) => {
    if (!isBlock(node) || node.name === 'hr') return kept.has(node) ? [node] : [];
    const children = only(node.children, kept);
    if (node.name === 'td' || node.name === 'th') return [{ ...node, children }];
    return node.name === 'tr' && !children.some(isFilledCell) ? [] : [{ ...node, children }];
  });
}

function isFilledCell(cell: HtmlNode): boolean {
  return isBlock(cell) && cell.children.length > 0;
}
