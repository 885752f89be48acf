/**
 * An answer with the snippets in it that its lines name: text, HTML and files, or why it cannot go
 * out. Loaded for an answer that names one.
 *
 * A line counts if its author alone can have written it. One that stands directly at a quote, below
 * a mail that is passed on, or in a mail of the ticket as well, may be somebody else's: the answer
 * comes back. What is put in is never looked at for further marks. Pure.
 */
import { type Config, queueOf } from '../config/config.ts';
import { fromText } from '../html/from-text.ts';
import { BadTemplate } from '../letters/templates/bad-template.ts';
import { isCopiedHeader } from '../reading/quotes/attribution.ts';
import type { OwnLine } from '../reading/quotes/authors-lines.ts';
import { readLines } from '../reading/quotes/lines.ts';
import { type Filled, fill } from '../snippets/fill.ts';
import {
  isQuoted,
  likeMarks,
  mayNameSnippets,
  namedBy,
  namesAnywhereIn,
  namesIn,
} from '../snippets/mark.ts';
import {
  type FilledByName,
  likeMarksInHtml,
  placedInHtml,
  placedInText,
} from '../snippets/place.ts';
import { type Snippets, snippetMeant } from '../snippets/snippet.ts';
import { type SnippetValues, valuesFor } from '../snippets/values.ts';
import type { OwnFile } from '../ticket/letter.ts';
import type { Refusal } from '../ticket/refusal.ts';
import type { Mailbox, Ticket } from '../ticket/ticket.ts';
import type { WrongLine } from './command-block.ts';

/** More is no answer. */
const MAX_SNIPPETS = 20;
/** Of the files of all of them. */
const MAX_FILES_BYTES = 1024 * 1024;

export interface Placed {
  readonly text: string;
  readonly html?: string;
  readonly enclosed: readonly OwnFile[];
  /** The HTML does not have the lines of the text: it cannot go along. */
  readonly isPlainAlone: boolean;
}

/** Lines that look like marks and are none, or may be marks of others. */
export function doubtsAboutMarks(
  lines: readonly OwnLine[],
  ticket: Pick<Ticket, 'messages' | 'subject'>,
): readonly WrongLine[] {
  const texts = lines.map(({ text }) => text);
  if (!texts.some(mayNameSnippets)) return [];
  const read = readLines(texts.join('\n'));
  const passedOn = read.findIndex((_, at) => isCopiedHeader(read, at));
  const ofOthers = namesOfOthers(ticket);
  const like = new Set(likeMarks(texts));
  return lines.flatMap(({ text, atQuote }, at): readonly WrongLine[] => {
    if (like.has(at)) return [wrongMark(text)];
    const name = isQuoted(text) ? null : namedBy(text);
    if (name === null) return [];
    const isTheirs = atQuote !== null || (passedOn >= 0 && at > passedOn) || ofOthers.has(name);
    return isTheirs ? [{ line: text.trim(), problem: WHOSE }] : [];
  });
}

function wrongMark(line: string): WrongLine {
  return { line: line.trim(), problem: NO_MARK };
}

const NO_MARK =
  'Is that a snippet? It stands in a line of its own as {{snippet:NAME}}, and nothing else in that. If it is quoted, put ">" before it';
const WHOSE =
  'It is not certain that you wrote this line: it stands at a quote, below a mail that is passed on, or in a mail of the ticket. Leave it out, or put ">" before it if it is quoted';

/** What stands as a mark in mail of the ticket, wherever that is. */
function namesOfOthers({ messages, subject }: Pick<Ticket, 'messages' | 'subject'>) {
  const texts = messages.flatMap((one) => (one.direction === 'internal' ? [] : one.text));
  return new Set([subject, ...texts].flatMap(namesAnywhereIn));
}

export interface Placing {
  readonly ticket: Ticket;
  /** To whom its author speaks. */
  readonly to: Mailbox | null;
  readonly by: string;
  readonly config: Config;
  readonly snippets: Snippets;
}

/** `html`: undefined if there is none yet, null if there must be none. */
export function placedSnippets(
  { text, html }: { readonly text: string; readonly html: string | null | undefined },
  { ticket, to, by, config, snippets }: Placing,
): Placed | Refusal<readonly WrongLine[]> {
  const names = namesIn(text);
  const lines = text.split('\n');
  const like = [
    ...likeMarks(lines).flatMap((at) => lines[at] ?? []),
    ...(typeof html === 'string' ? likeMarksInHtml(html, names) : []),
  ];
  if (like.length > 0) return { refused: like.map(wrongMark) };
  if (names.length > MAX_SNIPPETS)
    return { refused: [{ line: '', problem: `it names more than ${MAX_SNIPPETS} snippets` }] };
  const { prefix: queue, language: queueLanguage } = queueOf(ticket.queue, config);
  const meant = { queue, language: ticket.language, queueLanguage };
  const values = valuesFor(ticket, { to, by }, config);
  const filled = new Map<string, Filled>();
  const enclosed: OwnFile[] = [];
  const problems: WrongLine[] = [];
  for (const name of new Set(names)) {
    const snippet = snippetMeant(name, snippets, meant);
    const said = 'problem' in snippet ? snippet : filledWith(snippet, values);
    if ('problem' in said) problems.push({ line: `{{snippet:${name}}}`, problem: said.problem });
    else filled.set(name, said);
    if ('files' in snippet) enclosed.push(...snippet.files.filter(isNotYetIn(enclosed)));
  }
  if (enclosed.reduce((sum, { size }) => sum + size, 0) > MAX_FILES_BYTES)
    problems.push({ line: '', problem: 'the files of its snippets are larger than 1 MiB in all' });
  if (problems.length > 0) return { refused: problems };
  // The HTML that is there has no mark, either.
  if (names.length === 0)
    return { text, ...(typeof html === 'string' && { html }), enclosed, isPlainAlone: false };
  const rich = html === null ? null : htmlWith({ text, html }, filled, config);
  return {
    text: placedInText(text, filled),
    ...(typeof rich === 'string' && { html: rich }),
    enclosed,
    isPlainAlone: html !== null && rich === null,
  };
}

/** Snippets that name the same file send it once; another one of that name goes along. */
function isNotYetIn(enclosed: readonly OwnFile[]): (file: OwnFile) => boolean {
  return ({ filename, base64 }) =>
    enclosed.every((one) => one.filename !== filename || one.base64 !== base64);
}

/** undefined: there is nothing that a text would not show as well. */
function htmlWith(
  { text, html }: { readonly text: string; readonly html: string | undefined },
  filled: FilledByName,
  { markdown }: Pick<Config, 'markdown'>,
): string | null | undefined {
  const isMarkdown = markdown && [...filled.values()].some((one) => one.isMarkdown);
  if (html === undefined && !isMarkdown) return undefined;
  return placedInHtml(html ?? fromText(text).html, text, filled);
}

function filledWith(
  { source, path }: { readonly source: string; readonly path: string },
  values: SnippetValues,
): Filled | { readonly problem: string } {
  try {
    return fill(source, values);
  } catch (error) {
    if (!(error instanceof BadTemplate)) throw error;
    return { problem: `the file ${path} cannot be used: ${error.message}` };
  }
}
