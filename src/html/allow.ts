/**
 * A tree of what is allowed (allowed.ts) out of HTML as browsers read it. Nothing but words,
 * pictures and line breaks comes through, within blocks and marks of ours; so nothing runs, loads
 * or is hidden, since no style, script or namespace is left. Pure.
 */
import {
  attributesOf,
  blockOf,
  isLeftOut,
  isNotBold,
  isStyledAsIs,
  markOf,
  marksOfStyle,
} from './allowed.ts';
import { saidTarget, targetOf } from './links.ts';
import {
  attributeOf,
  isElement,
  nameOf,
  type ParsedElement,
  type ParsedNode,
  textOf,
} from './parse.ts';
import {
  type Block,
  type BlockName,
  type HtmlNode,
  isBlock,
  type Leaf,
  type Mark,
  type MarkName,
} from './tree.ts';

/** A picture of the HTML as it may stand in a mail: by a Content-ID, or as words. */
export type Shown = { readonly id: string } | { readonly words: string };

export interface FoundPicture {
  /** Of its `src`, as it stands there. */
  readonly source: string;
  readonly alt: string;
}

export interface Showing {
  readonly picture: (picture: FoundPicture) => Shown;
  /** Of links that nobody would see the targets are written out; or of those that may not go out, too. */
  readonly saysLinks: 'none' | 'unseen' | 'all';
}

interface Around {
  readonly marks: readonly Mark[];
  /** How many quotes it stands in. */
  readonly quotes: number;
  readonly isAsIs: boolean;
}

const MAX_ALT_CHARACTERS = 200;
/** Deeper ones are shown in the last: each line would say again that it is in all of them. */
const MAX_QUOTES = 20;
/** Overrides and isolates of the direction make words read as others; controls say nothing. */
const UNSEEN = /[\u202A-\u202E\u2066-\u2069\uFEFF\p{Cs}]|(?![\t\n\f\r])\p{Cc}/gu;

/** The same nodes, each a block or a leaf. */
export function allowed(
  nodes: readonly ParsedNode[],
  show: Showing,
  around: Around = { marks: [], quotes: 0, isAsIs: false },
): readonly HtmlNode[] {
  return nodes.flatMap((node) => {
    const text = textOf(node);
    if (text !== null) return textLeaves(text, around);
    return isElement(node) ? ofElement(node, show, around) : [];
  });
}

function ofElement(element: ParsedElement, show: Showing, around: Around): readonly HtmlNode[] {
  const name = nameOf(element);
  if (name === null || isLeftOut(name)) return [];
  if (name === 'br') return [{ kind: 'break', marks: around.marks }];
  if (name === 'img') return pictureOf(element, show, around);
  const style = attributeOf(element, 'style') ?? '';
  const within = inside(element, name, style, around);
  const block = isLineOfOutlook(element) || isTooDeep(name, around) ? 'div' : blockOf(name);
  if (block === 'table') return tableOf(element, show, within);
  if (block === null) {
    const face = isWingdings(element, style) ? faceIn(element) : null;
    if (face !== null) return textLeaves(face, around);
    const children = allowed(element.childNodes, show, within);
    const says = name === 'a' ? show.saysLinks : 'none';
    return says === 'none' ? children : withItsTarget(element, children, within, says);
  }
  return [blockNode(element, block, allowed(element.childNodes, show, within))];
}

function inside(element: ParsedElement, name: string, style: string, around: Around): Around {
  const own = markOf(name);
  const marks = [...around.marks];
  const put = (mark: Mark) => {
    if (!marks.some((one) => one.name === mark.name)) marks.push(mark);
  };
  const said = marksOfStyle(style);
  if (own === 'a') {
    const href = targetOf(attributeOf(element, 'href') ?? '');
    if (href !== null) put({ name: 'a', href });
  } else if (own !== null && !(own === 'b' && isNotBold(style))) put({ name: own });
  // Links are underlined anyway.
  for (const one of said) if (!(own === 'a' && one === 'u') && !has(marks, one)) put({ name: one });
  const isAsIs = around.isAsIs || blockOf(name) === 'pre' || isStyledAsIs(style);
  return { marks, quotes: around.quotes + (name === 'blockquote' ? 1 : 0), isAsIs };
}

/** Where a link leads that nobody would see, or that is none of those that go out. */
function withItsTarget(
  element: ParsedElement,
  children: readonly HtmlNode[],
  within: Around,
  says: 'unseen' | 'all',
): readonly HtmlNode[] {
  const href = attributeOf(element, 'href') ?? '';
  const isLink = targetOf(href) !== null;
  if (isLink ? children.some(isSeen) : says === 'unseen') return children;
  const target = saidTarget(href);
  if (target === '' || beginningOf(children, target.length + 1) === target) return children;
  return [...children, ...textLeaves(`${children.some(isSeen) ? ' ' : ''}[${target}]`, within)];
}

function isSeen(node: HtmlNode): boolean {
  if ('children' in node) return node.children.some(isSeen);
  return node.kind === 'picture' || (node.kind === 'text' && /\S/.test(node.text));
}

/** Of their words, no more than so many characters. */
function beginningOf(nodes: readonly HtmlNode[], most: number): string {
  let words = '';
  for (const node of nodes) {
    if (words.length >= most) break;
    if ('children' in node) words += beginningOf(node.children, most - words.length);
    else if (node.kind === 'text') words += node.text;
  }
  return words;
}

function isTooDeep(name: string, { quotes }: Around): boolean {
  return name === 'blockquote' && quotes >= MAX_QUOTES;
}

/** `strong` is bold, and `em` is slanted. */
function has(marks: readonly Mark[], name: MarkName): boolean {
  const alike = name === 'b' ? 'strong' : name === 'i' ? 'em' : name;
  return marks.some((mark) => mark.name === name || mark.name === alike);
}

function blockNode(element: ParsedElement, name: BlockName, children: readonly HtmlNode[]): Block {
  const attributes = attributesOf(name, (attribute) => attributeOf(element, attribute));
  return { kind: 'block', name, attributes, children: name === 'hr' ? [] : children };
}

function textLeaves(text: string, { marks, isAsIs }: Around): readonly Leaf[] {
  const seen = text.replace(UNSEEN, '').replace(/\r\n?/g, '\n');
  return seen === '' ? [] : [{ kind: 'text', text: seen, isAsIs, marks }];
}

/** Rows and cells; what else stands in it comes before it, as browsers show it. */
function tableOf(element: ParsedElement, show: Showing, around: Around): readonly HtmlNode[] {
  const before: HtmlNode[] = [];
  const parts: Block[] = [];
  for (const part of element.childNodes) {
    const name = isElement(part) ? nameOf(part) : null;
    if (isElement(part) && (name === 'thead' || name === 'tbody' || name === 'tfoot'))
      parts.push(blockNode(part, name, rowsOf(part, show, inside(part, name, '', around), before)));
    else for (const node of allowed([part], show, around)) before.push(node);
  }
  return [...before, blockNode(element, 'table', parts.map(apart(parts)))];
}

/** A wide cell may lie over one that reaches down from a row above, and hide its words. */
function apart(parts: readonly Block[]): (part: Block) => Block {
  const areApart = !(hasSpan(parts, 'colspan') && hasSpan(parts, 'rowspan'));
  if (areApart) return (part) => part;
  const inOneRow = (block: Block): Block => ({
    ...block,
    attributes: block.attributes.filter(([name]) => name !== 'rowspan'),
  });
  const eachIn = (block: Block, change: (inner: Block) => Block): Block => ({
    ...block,
    children: block.children.map((inner) => (isBlock(inner) ? change(inner) : inner)),
  });
  return (part) => eachIn(part, (row) => eachIn(row, inOneRow));
}

function hasSpan(parts: readonly Block[], name: 'colspan' | 'rowspan'): boolean {
  const rows = parts.flatMap(({ children }) => children.filter(isBlock));
  const cells = rows.flatMap(({ children }) => children.filter(isBlock));
  return cells.some(({ attributes }) => attributes.some(([key]) => key === name));
}

function rowsOf(
  part: ParsedElement,
  show: Showing,
  around: Around,
  before: HtmlNode[],
): readonly Block[] {
  return part.childNodes.flatMap((row) => {
    if (!isElement(row) || nameOf(row) !== 'tr') {
      for (const node of allowed([row], show, around)) before.push(node);
      return [];
    }
    const cells = row.childNodes.flatMap((cell) => {
      const name = isElement(cell) ? nameOf(cell) : null;
      if (isElement(cell) && (name === 'td' || name === 'th')) {
        const within = inside(cell, name, attributeOf(cell, 'style') ?? '', around);
        return [blockNode(cell, name, allowed(cell.childNodes, show, within))];
      }
      for (const node of allowed([cell], show, around)) before.push(node);
      return [];
    });
    return [blockNode(row, 'tr', cells)];
  });
}

function pictureOf(element: ParsedElement, show: Showing, around: Around): readonly Leaf[] {
  const alt = (attributeOf(element, 'alt') ?? '')
    .replace(UNSEEN, '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, MAX_ALT_CHARACTERS)
    .replace(/\p{Cs}/gu, '')
    .trim();
  const shown = show.picture({ source: (attributeOf(element, 'src') ?? '').trim(), alt });
  if ('words' in shown) return textLeaves(shown.words, around);
  const { marks } = around;
  const [width, height] = ['width', 'height'].map((side) => pixels(attributeOf(element, side)));
  return [
    { kind: 'picture', id: shown.id, alt, width: width ?? null, height: height ?? null, marks },
  ];
}

/** A picture of one dot counts readers, and one that is wider than any screen is shown as it fits. */
function pixels(value: string | null): number | null {
  const [, digits = ''] = /^\s*(\d{1,5})(?:px)?\s*$/.exec(value ?? '') ?? [];
  const size = Number(digits);
  return size >= MIN_PIXELS && size <= MAX_PIXELS ? size : null;
}

const MIN_PIXELS = 8;
const MAX_PIXELS = 2000;

/** Outlook's paragraphs are lines: its styles take the room around them away. */
function isLineOfOutlook(element: ParsedElement): boolean {
  return element.tagName === 'p' && /^\s*Mso/.test(attributeOf(element, 'class') ?? '');
}

/** What Outlook makes of `:-)`, and who has not its font sees as a letter. */
function isWingdings(element: ParsedElement, style: string): boolean {
  return /wingdings/i.test(style) || /wingdings/i.test(attributeOf(element, 'face') ?? '');
}

function faceIn({ childNodes }: ParsedElement): string | null {
  const [only, ...others] = childNodes;
  if (only === undefined || others.length > 0) return null;
  return FACES.get((textOf(only) ?? '').trim()) ?? null;
}

const FACES: ReadonlyMap<string, string> = new Map([
  ['J', '😊'],
  ['K', '😐'],
  ['L', '☹'],
]);
