/**
 * A mail of commands, line by line, before anything is known of the tickets that it names.
 *
 * Reads its own lines alone: quotes and what is attached within the text are nobody's
 * commands; a line directly at a quote is one that was meant, and is not carried out. Ends at
 * `--`, `quit`, `stop` or `thanks`. Pure.
 */

import { ownLines } from '../reading/quotes/new-lines.ts';
import { type NamedTicket, parseTicketName, type TicketNames } from '../ticket/id.ts';
import type { Action } from './action.ts';
import { commandNamed } from './grammar.ts';

/** More are not carried out: the last one that is read says that there are more. */
export const MAX_COMMANDS = 100;
/** Tickets that one list shows. */
export const MAX_LISTED = 100;
const STOP = /^(--\s*|quit|stop|thanks?)$/i;

export interface ControlLine {
  readonly line: string;
  readonly command: ControlCommand;
}

/** What a line asks for. `word` is its first one; of other words for a command, the command. */
export type ControlCommand =
  | { readonly type: 'help' }
  | { readonly type: 'list'; readonly words: string }
  /** It names no ticket, or is not to be carried out. */
  | { readonly type: 'refused'; readonly problem: string; readonly isUnknown?: true }
  | AboutTicket;

type AboutTicket = { readonly word: string; readonly ticket: NamedTicket } & (
  | { readonly type: 'show' }
  | { readonly type: 'act'; readonly action: Action }
  /** The words behind the ticket are wrong. */
  | { readonly type: 'wrong'; readonly problem: string }
);

export function controlLines(
  { text, firstPartLines }: { readonly text: string; readonly firstPartLines: number },
  names: TicketNames,
): readonly ControlLine[] {
  const found: ControlLine[] = [];
  const lines = text.split('\n').slice(0, firstPartLines);
  for (const { text: own, atQuote } of ownLines(lines.join('\n'))) {
    const line = own.trim();
    if (line === '' || line.startsWith('#') || line.startsWith('>')) continue;
    if (atQuote !== null && !isLikeCommand(line)) continue;
    if (atQuote === null && STOP.test(line)) break;
    const command: ControlCommand =
      atQuote === null ? commandIn(line, names) : { type: 'refused', problem: AT_A_QUOTE };
    found.push({ line, command });
    if (found.length > MAX_COMMANDS) break;
  }
  return found;
}

const AT_A_QUOTE =
  'it stands directly at a quote, and was not carried out: leave an empty line between';

/** The rest of a quoted line, which a client has wrapped, is nobody's mistake. */
function isLikeCommand(line: string): boolean {
  const word = line.split(/\s/, 1)[0]?.toLowerCase() ?? '';
  return ['help', 'list', 'show'].includes(word) || commandNamed(word) !== null;
}

function commandIn(line: string, names: TicketNames): ControlCommand {
  const [name, rest] = firstWord(line);
  const word = name.toLowerCase();
  if (word === 'help') return { type: 'help' };
  if (word === 'list') return { type: 'list', words: rest };
  const known = commandNamed(word);
  if (word !== 'show' && known === null) {
    const problem = `"${name}" is not a command: "help" lists them`;
    return { type: 'refused', problem, isUnknown: true };
  }
  const [id, words] = firstWord(rest);
  const ticket = parseTicketName(id, names);
  if (ticket === null) {
    return { type: 'refused', problem: `"${id}" is not a ticket: ${name} 7102, or another number` };
  }
  if (known === null) return { type: 'show', word, ticket };
  const action = known.read(words, names);
  return 'refused' in action
    ? { type: 'wrong', word: known.name, ticket, problem: action.refused }
    : { type: 'act', word: known.name, ticket, action };
}

/** And what comes behind it. */
function firstWord(line: string): readonly [string, string] {
  const [word = ''] = /^\S*/.exec(line) ?? [];
  return [word, line.slice(word.length).trimStart()];
}
