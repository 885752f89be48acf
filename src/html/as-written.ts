/**
 * Whether what markdown-it has made of a text is all that was written: each sign of the text, but
 * for blanks, is a word that is shown, or a mark that shows as something else. Pure.
 */
import { targetOf } from './links.ts';

/** Of markdown-it, what is read of it here. */
interface Token {
  readonly type: string;
  readonly nesting: number;
  readonly markup: string;
  readonly info: string;
  readonly content: string;
  /** Its lines: the first, and the one behind the last. */
  readonly map: readonly [number, number] | null;
  readonly children: readonly Token[] | null;
  attrGet(name: string): string | number | null;
}

/** What is shown as words, without blanks; null if the text has more, or something else. */
export function wordsAsWritten(tokens: readonly Token[], text: string): string | null {
  const rest = withoutMarksOfLines(tokens, text);
  const read = readBack(tokens);
  if (rest === null || read === null) return null;
  return withoutBlanks(read.written) === withoutBlanks(rest) ? read.said : null;
}

export function withoutBlanks(text: string): string {
  return text.replace(/\s+/g, '');
}

/** Without what stands in each line of a quote or a table. */
function withoutMarksOfLines(tokens: readonly Token[], text: string): string | null {
  const lines = text.split('\n');
  for (const { type, map } of tokens) {
    if (map === null || (type !== 'blockquote_open' && type !== 'table_open')) continue;
    const [from, to] = map;
    for (let n = from; n < to; n += 1) {
      const line = lines[n] ?? '';
      const isQuote = type === 'blockquote_open';
      // What goes on without the mark would be shown as a part of the quote.
      if (isQuote ? !/^\s*>/.test(line) : line.includes('\\|')) return null;
      if (isQuote) lines[n] = line.replace('>', '');
      else lines[n] = n === from + 1 ? '' : line.replaceAll('|', '');
    }
  }
  return lines.join('\n');
}

/** The signs of the text by the tokens, and, without blanks, those that are shown. */
interface Read {
  written: string;
  said: string;
}

function readBack(tokens: readonly Token[]): Read | null {
  const read: Read = { written: '', said: '' };
  const numbers: number[] = [];
  const begun: number[] = [];
  const hrefs: string[] = [];
  const all = tokens.flatMap((token) =>
    token.type === 'inline' ? (token.children ?? []) : [token],
  );
  for (const token of all) {
    const { type, markup, info, content } = token;
    if (token.nesting === 1) begun.push(read.said.length);
    // A mark around nothing is not seen.
    if (token.nesting === -1 && begun.pop() === read.said.length && !CELLS.has(type)) return null;
    if (type === 'ordered_list_open') numbers.push(Number(token.attrGet('start') ?? 1));
    else if (type === 'bullet_list_open') numbers.push(0);
    else if (/^(?:ordered|bullet)_list_close$/.test(type)) numbers.pop();
    else if (type === 'list_item_open') {
      read.written += info + markup;
      const next = numbers.at(-1) ?? 0;
      if (info !== '' && info !== String(next)) return null;
      numbers[numbers.length - 1] = next + 1;
    } else if (type === 'link_open' && markup !== 'autolink') {
      const href = String(token.attrGet('href') ?? '');
      hrefs.push(href);
      read.written += '[';
    } else if (type === 'link_close' && markup !== 'autolink')
      read.written += `](${hrefs.pop() ?? ''})`;
    else if (type === 'fence') {
      if (content.trim() === '' || !/^\p{L}{0,20}$/u.test(info.trim())) return null;
      read.written += markup + info + content + markup;
      read.said += withoutBlanks(content);
    } else if (WORDS.has(type)) {
      read.written += markup + content + markup;
      read.said += withoutBlanks(content);
    } else if (MARKED.has(type)) read.written += markup;
    else if (!UNMARKED.has(type)) return null;
  }
  return read;
}

const WORDS: ReadonlySet<string> = new Set(['text', 'code_inline', 'code_block']);
const MARKED: ReadonlySet<string> = new Set([
  ...['em_open', 'em_close', 'strong_open', 'strong_close', 's_open', 's_close'],
  ...['heading_open', 'hr'],
]);
const CELLS: ReadonlySet<string> = new Set(['td_close', 'th_close', 'tr_close', 'tbody_close']);
const UNMARKED: ReadonlySet<string> = new Set([
  ...['paragraph_open', 'paragraph_close', 'softbreak', 'hardbreak', 'heading_close'],
  ...['blockquote_open', 'blockquote_close', 'list_item_close', 'link_open', 'link_close'],
  ...['table_open', 'table_close', 'thead_open', 'thead_close', 'tbody_open', 'tr_open', 'th_open'],
  ...['td_open', ...CELLS],
]);

/** What may be a link: an address that somebody else can go to. */
export function mayBeLink(href: string): boolean {
  return /^(?:https?|mailto|tel):/i.test(href) && targetOf(href) !== null;
}
