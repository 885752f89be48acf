/**
 * A snippet as an answer says it: its text as it is written, with the values in their places, and
 * the same as HTML.
 *
 * Markdown is read first, with a word that stands nowhere else in the place of each value, and the
 * values are put into the words of the tree that comes of it: so no value is Markdown, HTML or a
 * variable. Throws a BadTemplate for what cannot be filled. Pure.
 */
import { fromText } from '../html/from-text.ts';
import { fromMarkdown } from '../html/markdown.ts';
import { safeTree } from '../html/sanitise.ts';
import { type HtmlNode, type HtmlTree, isBlock } from '../html/tree.ts';
import { BadTemplate } from '../letters/templates/bad-template.ts';
import { render, valuesIn } from '../letters/templates/render.ts';
import { hasMark } from './mark.ts';
import { type SnippetValues, VARIABLES } from './values.ts';

export interface Filled {
  readonly text: string;
  readonly tree: HtmlTree;
  /** There is something in it that a text cannot show. */
  readonly isMarkdown: boolean;
}

export function fill(source: string, values: SnippetValues): Filled {
  const [stranger] = strangersIn(source);
  if (stranger !== undefined) throw new BadTemplate(stranger);
  const text = rendered(source, values);
  let word = 'Zq';
  const taken = `${source}${text}`.toLowerCase();
  while (taken.includes(word.toLowerCase())) word += 'q';
  const placed = Object.fromEntries(
    VARIABLES.map((name, n) => [name, values[name] === '' ? '' : `${word}${n}Z`]),
  );
  const marked = rendered(source, placed);
  // Under other delimiters, or in other braces.
  if (hasMark(marked)) throw new BadTemplate('it names another snippet, which is not put in');
  const markdown = fromMarkdown(marked);
  const { html } = markdown?.fragment ?? fromText(marked);
  const tree = safeTree(html, { targets: 'none' });
  if (tree === null) throw new BadTemplate('it is too large');
  const put = (words: string) =>
    VARIABLES.reduce((all, name, n) => all.replaceAll(`${word}${n}Z`, () => values[name]), words);
  return { text, tree: withWords(tree, put, word), isMarkdown: markdown?.isSame === true };
}

/** Mustache says what is wrong in several lines. */
function rendered(source: string, values: Readonly<Record<string, string>>): string {
  try {
    return render(source, values);
  } catch (error) {
    throw error instanceof BadTemplate ? new BadTemplate(inOneLine(error.message)) : error;
  }
}

function inOneLine(words: string): string {
  return words.replace(/\s+/g, ' ').slice(0, 200);
}

function withWords(nodes: HtmlTree, put: (words: string) => string, word: string): HtmlTree {
  return nodes.map((node) => {
    if (hasBesideWords(node, word))
      throw new BadTemplate('a variable stands in the address of a link, and not in words');
    if (isBlock(node)) return { ...node, children: withWords(node.children, put, word) };
    return node.kind === 'text' ? { ...node, text: put(node.text) } : node;
  });
}

/** The host of a link has small letters, whatever somebody writes. */
function hasBesideWords(node: HtmlNode, word: string): boolean {
  const beside = { ...node, text: '', children: [] };
  return JSON.stringify(beside).toLowerCase().includes(word.toLowerCase());
}

function strangersIn(source: string): readonly string[] {
  const known: readonly string[] = VARIABLES;
  try {
    return valuesIn(source).flatMap(({ name, line, isPartial }) => {
      if (isPartial) return [`line ${line}: {{> ${name}}} puts in another text: there is none`];
      if (known.includes(name)) return [];
      return [`line ${line}: {{${name}}} is not one of ${known.join(', ')}`];
    });
  } catch (error) {
    throw error instanceof BadTemplate ? new BadTemplate(inOneLine(error.message)) : error;
  }
}

/** All that is wrong with it. */
export function problemsOfSource(source: string): readonly string[] {
  try {
    const strangers = strangersIn(source);
    if (strangers.length > 0) return strangers;
    for (const isEmpty of [false, true])
      fill(source, { ...SAMPLE, ...(isEmpty && { name: '', subject: '' }) });
    return [];
  } catch (error) {
    if (error instanceof BadTemplate) return [error.message];
    throw error;
  }
}

const SAMPLE: SnippetValues = {
  ...{ ticket: 'SUPPORT-7102', address: 'support-7102@support.example', queue: 'Support' },
  ...{ name: 'Nic', subject: 'Login', author: 'bob' },
};
