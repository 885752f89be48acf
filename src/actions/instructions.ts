/**
 * What a mail of the desk orders, read from its own new text: never from a quote.
 *
 * A first line `note` keeps all of it inside. A block of pseudo-headers at the top
 * (`Status: resolved`) is commands; the rest is the answer. What looks like such a block
 * and has a word that is none, or could be a misspelt `note`, is a problem: it must not
 * reach a customer. In the style of debbugs' pseudo-headers. Pure.
 */
import type { Action } from './action.ts';
import { COMMANDS, type Command, commandNamed } from './grammar.ts';

export interface Instructions {
  readonly isNote: boolean;
  /** In the order in which they are carried out: before the text, and after it. */
  readonly before: readonly Action[];
  readonly after: readonly Action[];
  readonly text: string;
}

export interface WrongLine {
  readonly line: string;
  readonly problem: string;
}

export interface Misread {
  readonly problems: readonly WrongLine[];
}

const NOTE = /^(note|internal)\s*:?$/i;
const FIELD = /^([A-Za-z][A-Za-z-]{1,19}):(?:[ \t]+(.*))?$/;
const CONTROL_LINE = /^([a-z]+)\s+#?([a-z0-9]+-)?\d+\b/i;

export function readInstructions(
  text: string,
  prefixes: readonly string[],
): Instructions | Misread {
  const lines = text.split('\n');
  let at = lines.findIndex((line) => line.trim() !== '');
  if (at < 0) return { isNote: false, before: [], after: [], text: '' };
  const isNote = NOTE.test(trimmed(lines[at]));
  if (isNote) at = nextFilled(lines, at + 1);
  else {
    const doubt = doubtAbout(
      trimmed(lines[at]),
      lines
        .slice(at + 1)
        .join('')
        .trim() === '',
    );
    if (doubt !== null) return { problems: [{ line: trimmed(lines[at]), problem: doubt }] };
  }
  let end = at;
  while (FIELD.test(trimmed(lines[end]))) end += 1;
  const block = lines.slice(at, end).map(trimmed);
  if (!block.some(looksLikeCommand)) {
    return { isNote, before: [], after: [], text: lines.slice(at).join('\n') };
  }
  const read = block.map((line) => readField(line, prefixes));
  const problems = read.flatMap(({ line, action }) =>
    'problem' in action ? [{ line, problem: action.problem }] : [],
  );
  const actions = read.flatMap(({ line, command, action }) =>
    'problem' in action || command === null ? [] : [{ line, command, action }],
  );
  const against = contradictions(actions);
  if (problems.length + against.length > 0) return { problems: [...problems, ...against] };
  const are = (last: boolean) =>
    actions.filter(({ command }) => (command.isLast ?? false) === last).map(({ action }) => action);
  return {
    ...{ isNote, before: are(false), after: are(true) },
    text: lines.slice(end).join('\n'),
  };
}

function trimmed(line: string | undefined): string {
  return (line ?? '').trim();
}

function nextFilled(lines: readonly string[], from: number): number {
  const next = lines.findIndex((line, at) => at >= from && line.trim() !== '');
  return next < 0 ? lines.length : next;
}

/** What a first line may have been meant for, where it must not go out unasked. */
function doubtAbout(line: string, isAll: boolean): string | null {
  if (/^note:/i.test(line))
    return 'is that for the customer? A note has "note" alone in its first line';
  if (/^\S{2,8}$/.test(line) && distance(line.toLowerCase(), 'note', 1) === 1) {
    return 'is that a misspelt "note"? Then the customer must not see it';
  }
  const name = CONTROL_LINE.exec(line)?.[1];
  if (name !== undefined && commandNamed(name) !== null) {
    return 'a command with its ticket belongs into a mail to the control address';
  }
  if (isAll && commandNamed(line) !== null) {
    return 'is that a command? In an answer it is written as a field: Status: resolved';
  }
  return null;
}

function looksLikeCommand(line: string): boolean {
  const word = fieldOf(line).name.toLowerCase();
  return KNOWN.some((known) => distance(word, known, known.length < 5 ? 1 : 2) !== null);
}

/** Words before a colon that mean a command, in lower case. */
const FIELDS: ReadonlyMap<string, Command> = new Map(
  COMMANDS.flatMap((command) =>
    command.field === undefined
      ? []
      : [command.field, command.name, ...(command.aliases ?? [])].map(
          (word) => [word.toLowerCase(), command] as const,
        ),
  ),
);
const KNOWN = [...FIELDS.keys()];

function fieldOf(line: string): { readonly name: string; readonly words: string } {
  const [, name = '', words = ''] = FIELD.exec(line) ?? [];
  return { name, words: words.trim() };
}

function readField(line: string, prefixes: readonly string[]) {
  const { name, words } = fieldOf(line);
  const command = FIELDS.get(name.toLowerCase()) ?? null;
  const names = [...new Set(COMMANDS.flatMap(({ field }) => field ?? []))].join(', ');
  const action =
    command?.read(words, prefixes) ?? ({ problem: `"${name}" is none of ${names}` } as const);
  return { line, command, action };
}

/** The same field twice with two values. */
function contradictions(
  actions: readonly { readonly line: string; readonly action: Action }[],
): readonly WrongLine[] {
  return actions.flatMap(({ line, action }, n) => {
    const twin = actions
      .slice(0, n)
      .find((earlier) => earlier.action.type === action.type && earlier.line !== line);
    return twin === undefined ? [] : [{ line, problem: `contradicts "${twin.line}"` }];
  });
}

/** Of Damerau and Levenshtein (swapped neighbours are one step); null above `limit`. */
function distance(a: string, b: string, limit: number): number | null {
  if (Math.abs(a.length - b.length) > limit) return null;
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, n) => n)];
  const cost = (i: number, j: number) => rows[i]?.[j] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j += 1) {
      const swap =
        a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? cost(i - 2, j - 2) + 1 : Infinity;
      const step = cost(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(step, swap, cost(i - 1, j) + 1, cost(i, j - 1) + 1));
    }
  }
  const found = cost(a.length, b.length);
  return found > limit ? null : found;
}
