/**
 * A mail of commands, line by line, before anything is known of the tickets that it names.
 *
 * Reads its own lines alone: quotes and what is attached within the text are nobody's
 * commands; a line directly at a quote is one that was meant, and is not carried out. Ends at
 * `--`, `quit`, `stop` or `thanks`, and at a paragraph below the commands in which nothing is like
 * one: that is how its author signs. The subject is read if there is no command below it, and no mark of a reply. A line
 * that names several tickets is one command for each. Pure.
 */

import type { OwnLine } from '../reading/quotes/authors-lines.ts';
import { ownLines } from '../reading/quotes/new-lines.ts';
import { type NamedTicket, parseTicketName, type TicketNames } from '../ticket/id.ts';
import type { Action } from './action.ts';
import { isNearly } from './command-fields.ts';
import { COMMANDS, commandNamed } from './grammar.ts';

/** More are not carried out: the last one that is read says that there are more. */
export const MAX_COMMANDS = 100;
/** Words that are no command, after which no more is read. */
const MAX_UNKNOWN = 5;
/** Tickets that one list shows. */
export const MAX_LISTED = 100;
const STOP = /^(--\s*|(quit|stop|thanks?|thank you|cheers|(best |kind )?regards)[\s,.!]*)$/i;

export interface ControlLine {
  readonly line: string;
  readonly command: ControlCommand;
}

/** What a line asks for. `word` is its first one; of other words for a command, the command. */
export type ControlCommand =
  | { readonly type: 'help' }
  | { readonly type: 'list'; readonly words: string }
  | OfStore
  /** The one who asks is away, until the day in these words; or back. */
  | { readonly type: 'away'; readonly words: string }
  | { readonly type: 'back' }
  /** It names no ticket, or is not to be carried out. */
  | { readonly type: 'refused'; readonly problem: string; readonly isUnknown?: true }
  | AboutTicket;

/** What the whole store is asked for, or done with held mail: before anything else of the mail. */
export type OfStore =
  | { readonly type: 'search'; readonly words: readonly string[] }
  | { readonly type: 'stats' | 'held' }
  /** Texts to answer with: all, or what one says. */
  | { readonly type: 'snippets'; readonly name: string | null }
  /** `add ADDRESS DESTINATION`, `remove ADDRESS`, `list`: valid addresses (recipients/). */
  | { readonly type: 'recipient'; readonly words: string }
  | {
      readonly type: 'decide';
      readonly word: 'release' | 'open' | 'discard';
      readonly ids: readonly number[];
    };

type AboutTicket = { readonly word: string; readonly ticket: NamedTicket } & (
  | { readonly type: 'show' }
  /** A file of it, by the number of its message, and of the file in that. */
  | { readonly type: 'get'; readonly serial: number; readonly file: number }
  | { readonly type: 'act'; readonly action: Action }
  /** The words behind the ticket are wrong. */
  | { readonly type: 'wrong'; readonly problem: string }
);

interface MailOfCommands {
  readonly text: string;
  readonly firstPartLines: number;
  readonly subject: string;
}

export function controlLines(
  { text, firstPartLines, subject }: MailOfCommands,
  names: TicketNames,
): readonly ControlLine[] {
  const found: ControlLine[] = [];
  const lines = ownLines(text.split('\n').slice(0, firstPartLines).join('\n'));
  for (const [at, { text: own, atQuote }] of lines.entries()) {
    const line = withoutMark(own.trim());
    if (line === '' || line.startsWith('#') || line.startsWith('>')) continue;
    if (atQuote !== null && !isKnown(line)) continue;
    if (atQuote === null && STOP.test(line)) break;
    if (isSignedAt(at, lines, found, names)) break;
    found.push(
      ...(atQuote === null
        ? commandsIn(line, names)
        : [{ line, command: { type: 'refused', problem: AT_A_QUOTE } } as const]),
    );
    if (found.length > MAX_COMMANDS) break;
  }
  // Behind the mark of a reply it is the subject of an old mail, and was done then.
  const asked = withoutMark(subject.trim());
  const isInSubject = found.length === 0 && isKnown(asked);
  return (isInSubject ? commandsIn(asked, names) : found).slice(0, MAX_COMMANDS + 1);
}

export function isOfStore(command: ControlCommand): command is OfStore {
  return ['search', 'stats', 'held', 'snippets', 'recipient', 'decide'].includes(command.type);
}

/** Those of its lines that are carried out, and why the others are not. */
export function carriedOut(lines: readonly ControlLine[]): {
  readonly lines: readonly ControlLine[];
  readonly end: string;
} {
  const isUnknown = ({ command }: ControlLine) =>
    command.type === 'refused' && command.isUnknown === true;
  const unknown = lines.flatMap((line, at) => (isUnknown(line) ? [at + 1] : []));
  const stop = unknown[MAX_UNKNOWN - 1] ?? lines.length;
  if (stop < Math.min(lines.length, MAX_COMMANDS)) {
    return {
      lines: lines.slice(0, stop),
      end: `Stopped after ${MAX_UNKNOWN} lines that are no commands.`,
    };
  }
  if (lines.length <= MAX_COMMANDS) return { lines, end: '' };
  return {
    lines: lines.slice(0, MAX_COMMANDS),
    end: `Stopped after ${MAX_COMMANDS} commands: send the others in another mail.`,
  };
}

const AT_A_QUOTE =
  'it stands directly at a quote, and was not carried out: leave an empty line between';

const OTHER_WORDS = ['help', 'list', 'show', 'get', 'search', 'release', 'open', 'discard'];
/** These are commands if nothing stands behind them: a name or a subject may begin so. */
const LONE_WORDS =
  /^((stats|held|away|back|snippets)[.!]?$|snippet [a-z0-9-]{1,64}[.!]?$|away (until|till|bis) |recipient (add|remove|list)($| ))/i;

/** `- close 7102`, `1. close 7102`, `please close 7102`. */
function withoutMark(line: string): string {
  const bare = line.replace(/^(?:[-*•–]|\d{1,2}[.)]|please)\s{1,9}/i, '');
  return isKnown(bare) ? bare : line;
}

/** The rest of a quoted line, which a client has wrapped, is nobody's mistake. */
function isKnown(line: string): boolean {
  const word = line.split(/\s/, 1)[0]?.toLowerCase() ?? '';
  return OTHER_WORDS.includes(word) || commandNamed(word) !== null || LONE_WORDS.test(line);
}

/** A paragraph below a command, of which no line could have been meant as one. */
function isSignedAt(
  at: number,
  lines: readonly OwnLine[],
  found: readonly ControlLine[],
  names: TicketNames,
): boolean {
  const isBlank = (line: OwnLine | undefined) => (line?.text ?? '').trim() === '';
  if (!isBlank(lines[at - 1]) || !found.some(({ command }) => command.type !== 'refused')) {
    return false;
  }
  const end = lines.findIndex((line, n) => n > at && isBlank(line));
  const paragraph = lines.slice(at, end < 0 ? lines.length : end);
  return paragraph.every(({ text }) => !isLikeCommand(withoutMark(text.trim()), names));
}

/** `clsoe 7102` is one that is misspelt. */
function isLikeCommand(line: string, names: TicketNames): boolean {
  const [first = '', second = ''] = line.toLowerCase().split(/\s+/, 2);
  const isNearOne = COMMANDS.some(({ name }) => isNearly(first, name));
  return isKnown(line) || (isNearOne && ticketIn(second, names) !== null);
}

function commandsIn(line: string, names: TicketNames): readonly ControlLine[] {
  const [name, rest] = firstWord(line);
  const word = name.toLowerCase().replace(/[:.]$/, '');
  const alone = (command: ControlCommand) => [{ line, command }];
  if (word === 'help') return alone({ type: 'help' });
  if (word === 'list') return alone({ type: 'list', words: rest });
  if (word === 'away') return alone({ type: 'away', words: rest });
  if (word === 'back' && rest === '') return alone({ type: 'back' });
  const ofStore = ofStoreIn(word, rest);
  if (ofStore !== null) return alone(ofStore);
  const known = commandNamed(word);
  if (!OTHER_WORDS.includes(word) && known === null) {
    const problem = `"${name}" is not a command: "help" lists them`;
    return alone({ type: 'refused', problem, isUnknown: true });
  }
  const { tickets, words } = ticketsAt(rest, known?.words === '', names);
  const [first] = tickets;
  if (first === undefined) {
    const [id] = firstWord(rest);
    const said = id === '' ? `"${name}" needs a ticket` : `"${id}" is not a ticket`;
    const problem = `${said}: ${name} 7102, or another number`;
    return alone({ type: 'refused', problem });
  }
  return tickets.map(({ as, ticket }) => ({
    line: tickets.length === 1 ? line : `${name} ${as} ${words}`.trim(),
    command: commandOn(ticket, word, words, names),
  }));
}

function ofStoreIn(word: string, rest: string): ControlCommand | null {
  switch (word) {
    case 'stats':
    case 'held':
      return rest === '' ? { type: word } : null;
    case 'snippets':
      return rest === '' ? { type: word, name: null } : null;
    case 'snippet': {
      const name = rest.replace(/[.!]$/, '');
      const problem = 'it needs the name of a snippet, as snippets lists them: snippet vpn';
      return name === '' ? { type: 'refused', problem } : { type: 'snippets', name };
    }
    case 'recipient':
      return { type: word, words: rest };
    case 'search': {
      const words = rest.split(/[\s"“”„]+/).filter((one) => one !== '');
      const problem = 'it needs words to search for: search login password';
      return words.length === 0 ? { type: 'refused', problem } : { type: 'search', words };
    }
    case 'release':
    case 'open':
    case 'discard': {
      const ids = rest.split(/[\s,;.]+/).filter((one) => one !== '' && !AND.test(one));
      const isEach = ids.length > 0 && ids.every((one) => /^#?[1-9]\d{0,9}$/.test(one));
      const problem = `it needs the number of a held mail, as held says it: ${word} 17`;
      if (!isEach) return { type: 'refused', problem };
      return { type: 'decide', word, ids: ids.map((one) => Number(one.replace('#', ''))) };
    }
    default:
      return null;
  }
}

function commandOn(
  ticket: NamedTicket,
  word: string,
  words: string,
  names: TicketNames,
): ControlCommand {
  const known = commandNamed(word);
  if (word === 'get') return fileOf(ticket, words);
  if (known === null) return { type: 'show', word, ticket };
  const action = known.read(words, names);
  return 'refused' in action
    ? { type: 'wrong', word: known.name, ticket, problem: action.refused }
    : { type: 'act', word: known.name, ticket, action };
}

/** `get 7102 3`, or `get 7102 3 2` for the second file of that message. */
function fileOf(ticket: NamedTicket, words: string): ControlCommand {
  const [, serial, file = '1'] = /^#?([1-9]\d{0,8})(?:[\s./]+([1-9]\d{0,3}))?$/.exec(words) ?? [];
  if (serial === undefined) {
    const problem = 'it needs the number of a message, as show says it: get 7102 1';
    return { type: 'wrong', word: 'get', ticket, problem };
  }
  return { type: 'get', word: 'get', ticket, serial: Number(serial), file: Number(file) };
}

interface TicketsAt {
  readonly tickets: readonly { readonly as: string; readonly ticket: NamedTicket }[];
  /** What stands behind them. */
  readonly words: string;
}

/**
 * `#7102, #7103 and 7104`: one ticket, and more behind a comma. `isAll`: nothing else may follow,
 * so they need none.
 */
function ticketsAt(text: string, isAll: boolean, names: TicketNames): TicketsAt {
  const tickets: { readonly as: string; readonly ticket: NamedTicket }[] = [];
  let words = withoutNoun(text, names);
  for (;;) {
    const [token, behind] = firstWord(words);
    const isAnd = AND.test(token);
    const [next] = isAnd ? firstWord(behind) : [token];
    const ticket = ticketIn(next, names);
    if (ticket === null) return { tickets, words };
    words = isAnd ? firstWord(behind)[1] : behind;
    tickets.push({ as: bareName(next), ticket });
    const goesOn = next.endsWith(',') || /^(and|und|et|y|&|,)\s/i.test(words) || isAll;
    if (!goesOn) return { tickets, words };
  }
}

const AND = /^(and|und|et|y|&|,)$/i;

/** `ticket 7102`. */
function withoutNoun(text: string, names: TicketNames): string {
  const [noun, behind] = firstWord(text);
  const isNoun = /^tickets?$/i.test(noun) && ticketIn(firstWord(behind)[0], names) !== null;
  return isNoun ? behind : text;
}

function ticketIn(token: string, names: TicketNames): NamedTicket | null {
  return parseTicketName(bareName(token), names);
}

/** `#7102,`, `[SUPPORT-7102]`, `"7102"`. */
function bareName(token: string): string {
  return token.replace(/^["'([]?#?/, '').replace(/["')\]]?[,;:.]?$/, '');
}

/** And what comes behind it. */
function firstWord(line: string): readonly [string, string] {
  const [word = ''] = /^\S*/.exec(line) ?? [];
  return [word, line.slice(word.length).trimStart()];
}
