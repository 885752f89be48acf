/**
 * What a reader of a tree reads, as lines: numbers of lists, a row of a table in a line, its
 * cells between bars, behind a link where it leads unless its words say it, and what stands for a
 * picture. Pure.
 */
import { isSaidBy } from './links.ts';
import { linkOf, wordsIn } from './targets.ts';
import {
  type Block,
  type BlockName,
  type HtmlNode,
  type HtmlTree,
  inRuns,
  isBlock,
  type Leaf,
} from './tree.ts';

type Take = (line: string) => void;

/** Each line goes once through all that it stands in: time by what comes out. */
export function linesOf(nodes: HtmlTree): readonly string[] {
  const lines: string[] = [];
  const take = shown((line) => lines.push(line));
  putAll(nodes, take);
  return lines;
}

/** One empty line between others, and none above and below all. */
function shown(take: Take): Take {
  let isBegun = false;
  let isEmptyDue = false;
  return (line) => {
    if (line === '') {
      isEmptyDue = isBegun;
      return;
    }
    if (isEmptyDue) take('');
    isEmptyDue = false;
    isBegun = true;
    take(line);
  };
}

function putAll(nodes: HtmlTree, take: Take): void {
  for (const piece of inRuns(nodes)) {
    if (piece.kind === 'run') {
      for (const line of lineOf(piece.leaves).replace(/\n$/, '').split('\n'))
        take(line.replaceAll('\u00A0', ' ').trimEnd());
      continue;
    }
    const isSetOff = SET_OFF.has(piece.name);
    if (isSetOff) take('');
    putBlock(piece, take);
    if (isSetOff) take('');
  }
}

/** An empty line stands above and below them. */
const SET_OFF: ReadonlySet<BlockName> = new Set<BlockName>([
  ...(['p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'pre', 'blockquote', 'table'] as const),
  ...(['ul', 'ol', 'dl'] as const),
]);

function putBlock(block: Block, take: Take): void {
  const { name, children } = block;
  if (name === 'hr') take('---');
  else if (name === 'tr') take(children.map(inOneLine).join(' | ').trimEnd());
  else if (name === 'ul' || name === 'ol') putList(block, take);
  else if (name === 'blockquote')
    putAll(
      children,
      shown((line) => take(line === '' ? '>' : `> ${line}`)),
    );
  else putAll(children, take);
}

function inOneLine(node: HtmlNode): string {
  return linesOf([node])
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ');
}

function putList({ name, attributes, children }: Block, take: Take): void {
  const given = (key: string) => attributes.find(([one]) => one === key)?.[1];
  let n = Number(given('start') ?? 1);
  for (const item of children) {
    if (!isBlock(item)) continue;
    if (item.name !== 'li') {
      putBlock(item, (line) => take(line === '' ? '' : `  ${line}`));
      continue;
    }
    let sign = name === 'ul' ? '* ' : `${numbered(n, given('type') ?? '1')}. `;
    n += 1;
    putAll(item.children, (line) => {
      if (line === '') return;
      take(sign + line);
      sign = '  ';
    });
  }
}

function numbered(n: number, type: string): string {
  if (type === 'a' || type === 'A') return inLetters(n, type === 'A');
  if (type === 'i' || type === 'I') return inRoman(n, type === 'I');
  return String(n);
}

function inLetters(n: number, areLarge: boolean): string {
  if (n < 1) return String(n);
  const letters: string[] = [];
  for (let rest = n; rest > 0; rest = Math.floor((rest - 1) / 26))
    letters.unshift(String.fromCodePoint(97 + ((rest - 1) % 26)));
  return areLarge ? letters.join('').toUpperCase() : letters.join('');
}

const ROMAN = [
  ...([
    [1000, 'm'],
    [900, 'cm'],
    [500, 'd'],
    [400, 'cd'],
    [100, 'c'],
    [90, 'xc'],
  ] as const),
  ...([
    [50, 'l'],
    [40, 'xl'],
    [10, 'x'],
    [9, 'ix'],
    [5, 'v'],
    [4, 'iv'],
    [1, 'i'],
  ] as const),
];

function inRoman(n: number, areLarge: boolean): string {
  if (n < 1 || n > 3999) return String(n);
  let rest = n;
  let said = '';
  for (const [value, sign] of ROMAN) {
    while (rest >= value) {
      said += sign;
      rest -= value;
    }
  }
  return areLarge ? said.toUpperCase() : said;
}

function lineOf(run: readonly Leaf[]): string {
  let line = '';
  let from = 0;
  for (const [n, leaf] of run.entries()) {
    if (leaf.kind === 'break') line += '\n';
    else if (leaf.kind === 'text') line += leaf.text;
    else if (leaf.alt !== '') line += `[${leaf.alt}]`;
    const link = linkOf(leaf);
    if (linkOf(run[n + 1]) === link) continue;
    const words = wordsIn(run.slice(from, n + 1));
    from = n + 1;
    if (link?.href !== undefined && !isSaidBy(words, link.href)) line += ` [${link.href}]`;
  }
  return line;
}
