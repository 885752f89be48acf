/**
 * A line of an answer as a command: a field (`Status: resolved`), or a lone command as it is said
 * (`close`, `take`, `assign me`).
 *
 * Lone ones are few, exact, and nothing that somebody writes to a customer in a line of its own:
 * `done`, `block` and whatever takes free words are none. Pure.
 */
import type { TicketNames } from '../ticket/id.ts';
import type { Refusal } from '../ticket/refusal.ts';
import type { Action } from './action.ts';
import { ANSWER_FIELDS, COMMANDS, commandNamed, type TicketCommand } from './grammar.ts';

export interface CommandLine {
  readonly line: string;
  readonly command: TicketCommand | null;
  readonly action: Action | Refusal;
}

export const FIELD = /^([A-Za-z][A-Za-z-]{1,19})[ \t]*:(?!\/\/)(.*)$/;
/** What follows each: nothing, one word, or tags with their signs. */
const LONE: ReadonlyMap<string, RegExp> = new Map([
  ...['close', 'reopen', 'take'].map((word) => [word, /^$/] as const),
  ...['assign', 'status', 'priority', 'move'].map((word) => [word, /^\S{1,254}$/] as const),
  ['cc', /^\+$/],
  ['requester', /^(?:\+?|[^\s@]{1,64}@\S{1,253})$/],
  ['tag', /^[+-]\S{1,50}(\s{1,9}[+-]\S{1,50}){0,9}$/],
]);
const MAX_LONE_CHARACTERS = 300;

export function isLone(line: string, names: TicketNames): boolean {
  return loneCommandIn(line, names) !== null;
}

function loneCommandIn(
  line: string,
  names: TicketNames,
): { readonly command: TicketCommand; readonly action: Action } | null {
  if (line.length > MAX_LONE_CHARACTERS) return null;
  const [, word = '', behind = ''] = /^([A-Za-z]{2,10})(?:[ \t](.*))?$/.exec(line) ?? [];
  const rest = behind.trim();
  const command = LONE.get(word.toLowerCase())?.test(rest) ? commandNamed(word) : null;
  if (command === null) return null;
  const action = command.read(rest, names);
  return 'refused' in action ? null : { command, action };
}

export function isField(line: string): boolean {
  return FIELD.test(line) && FIELDS.has(fieldOf(line).name.toLowerCase());
}

/** Short words are too near to too many others. */
const MIN_MISSPELT_CHARACTERS = 5;

export function looksLikeCommand(line: string): boolean {
  const word = fieldOf(line).name.toLowerCase();
  return KNOWN_FIELDS.some(
    (known) => word === known || (known.length >= MIN_MISSPELT_CHARACTERS && isNearly(word, known)),
  );
}

/** Words before a colon that mean a command, in lower case. */
export const FIELDS: ReadonlyMap<string, TicketCommand> = new Map(
  [...COMMANDS, ...ANSWER_FIELDS].flatMap((command) =>
    command.field === undefined
      ? []
      : [command.field, command.name, ...(command.aliases ?? [])].map(
          (word) => [word.toLowerCase(), command] as const,
        ),
  ),
);
const KNOWN_FIELDS = [...FIELDS.keys()];

export function fieldOf(line: string): { readonly name: string; readonly words: string } {
  const [, name = '', words = ''] = FIELD.exec(line) ?? [];
  return { name, words: words.trim() };
}

/** A field, or a lone command. */
export function readCommandLine(line: string, names: TicketNames): CommandLine {
  const lone = loneCommandIn(line, names);
  if (lone !== null) return { line, ...lone };
  const { name, words } = fieldOf(line);
  const command = FIELDS.get(name.toLowerCase()) ?? null;
  const known = [...COMMANDS, ...ANSWER_FIELDS];
  const fields = [...new Set(known.flatMap(({ field }) => field ?? []))].join(', ');
  const action =
    command?.read(words, names) ?? ({ refused: `"${name}" is not one of ${fields}` } as const);
  return { line, command, action };
}

/** One letter more, less or another, or two neighbours swapped. */
export function isNearly(word: string, known: string): boolean {
  if (word === known || Math.abs(word.length - known.length) > 1) return false;
  let at = 0;
  while (at < word.length && word[at] === known[at]) at += 1;
  const rest = (text: string, from: number) => text.slice(at + from);
  return (
    rest(word, 1) === rest(known, 1) ||
    rest(word, 1) === rest(known, 0) ||
    rest(word, 0) === rest(known, 1) ||
    (word[at] === known[at + 1] && word[at + 1] === known[at] && rest(word, 2) === rest(known, 2))
  );
}
