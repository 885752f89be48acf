/**
 * What a mail of the staff orders, read from its own new text: never from a quote, nor from a
 * line that stands directly at one.
 *
 * A first line `note` keeps all of it inside. A block of pseudo-headers at the top
 * (`Status: resolved`) is commands; the rest is the answer. What looks like such a block
 * and has a word that is none, or could be a misspelt `note`, is a problem: it must not
 * reach a customer. In the style of debbugs' pseudo-headers. Pure.
 */

import type { OwnLine } from '../reading/quotes/new-lines.ts';
import type { TicketNames } from '../ticket/id.ts';
import type { Refusal } from '../ticket/refusal.ts';
import { type KnownSuffix, meaningOf } from '../ticket/suffix.ts';
import type { Action } from './action.ts';
import { COMMANDS, commandNamed, type TicketCommand } from './grammar.ts';

export interface CommandBlock {
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

/** Words that keep a text inside, in a line of their own: English, German, French, Spanish. */
const NOTE =
  /^((internal |private )?notes?|internal|internes?|(nur )?intern|(interne )?notiz(en)?|note interne|nota)$/i;
/** What such a line may begin with, if it is not alone there. */
const LIKE_NOTE = /^((internal|private) note|note|internal|intern|(interne )?notiz(en)?)\b/i;
const FIELD = /^([A-Za-z][A-Za-z-]{1,19})[ \t]*:(?!\/\/)(.*)$/;
const CONTROL_LINE = /^([a-z]+)\s+#?(?:[a-z0-9]+-)?\d+(?:\s(.*))?$/i;
const HOW_TO_SEND_ANYWAY = 'To send it as it stands, begin with another line, such as a greeting';

/** Whether its address says already that nothing of it goes out. */
export function isKeptInside(suffix: KnownSuffix | null): boolean {
  return meaningOf(suffix).command === 'note';
}

/** `isInside`: its address says already that it is a note. */
export function readCommandBlock(
  own: readonly OwnLine[],
  names: TicketNames,
  isInside = false,
): CommandBlock | Refusal<readonly WrongLine[]> {
  const lines = withoutArmor(own);
  const at = firstOwn(lines, 0);
  const isMarked = at < lines.length && NOTE.test(bare(lines[at]));
  const top = isMarked ? firstOwn(lines, at + 1) : at;
  const { block, end } = blockAt(lines, top);
  const isBlock = block.some(looksLikeCommand);
  const from = isBlock ? end : top;
  const second = firstOwn(lines, from);
  const isMarkedBelow = isBlock && NOTE.test(bare(lines[second]));
  const isNote = isInside || isMarked || isMarkedBelow;
  const words = isMarkedBelow && !isMarked ? second + 1 : from;
  const above = lines.slice(0, at);
  const below = lines.slice(words);
  // A quote above it is the answer's context.
  const isContext = isMarked && firstWritten(above) === undefined;
  const rest = [...(isContext ? [] : above), ...below];
  const misplaced = [above, below].flatMap(misplacedIn);
  if (misplaced.length > 0) return { refused: misplaced };
  const doubts = isNote ? [] : doubtsAbout(rest, names);
  if (doubts.length > 0) return { refused: doubts };
  const said = rest.map((line) => line.text).join('\n');
  if (!isBlock) return { isNote, before: [], after: [], text: said };
  const read = block.map((line) => readField(line, names));
  const problems = read.flatMap(({ line, action }) =>
    'refused' in action ? [{ line, problem: action.refused }] : [],
  );
  const actions = read.flatMap(({ line, command, action }) =>
    'refused' in action || command === null ? [] : [{ line, command, action }],
  );
  const against = contradictions(actions);
  if (problems.length + against.length > 0) return { refused: [...problems, ...against] };
  const are = (last: boolean) =>
    actions.filter(({ command }) => (command.isLast ?? false) === last).map(({ action }) => action);
  return {
    ...{ isNote, before: are(false), after: are(true).toSorted(mergeLast) },
    text: said,
  };
}

function trimmed(line: OwnLine | undefined): string {
  return (line?.text ?? '').trim();
}

function nextFilled(lines: readonly OwnLine[], from: number): number {
  let next = from;
  while (next < lines.length && trimmed(lines[next]) === '') next += 1;
  return next;
}

/**
 * The fields at the top. Blank lines may stand between known ones, since some clients put them
 * there.
 */
function blockAt(lines: readonly OwnLine[], at: number) {
  const block: string[] = [];
  let end = at;
  for (;;) {
    const line = trimmed(lines[end]);
    const next = nextFilled(lines, end);
    if (FIELD.test(line) && isFree(lines[end])) {
      block.push(line);
      end += 1;
    } else if (line === '' && block.length > 0 && isField(trimmed(lines[next]))) end = next;
    else return { block, end };
  }
}

const AT_A_QUOTE = 'It stands directly above a quote: leave an empty line between them';

/** Somebody meant a command by it, since it is no rest of a quote. */
function misplacedIn(lines: readonly OwnLine[]): readonly WrongLine[] {
  const first = firstWritten(lines);
  if (first?.atQuote !== 'above') return [];
  const line = first.text.trim();
  return isField(line) || NOTE.test(bare(first)) ? [{ line, problem: AT_A_QUOTE }] : [];
}

/** What a line may have been meant for, if it must not go out unasked. */
function doubtsAbout(lines: readonly OwnLine[], names: TicketNames): readonly WrongLine[] {
  const written = firstWritten(lines);
  const own = lines[firstOwn(lines, 0)];
  const doubt = written === undefined ? null : doubtAboutNote(written);
  const commanded = own === undefined ? null : doubtAboutCommand(trimmed(own), names);
  const [first, problem] = doubt !== null ? [trimmed(written), doubt] : [trimmed(own), commanded];
  const inside = lines.find((line) => NOTE.test(bare(line)) || /^internal\s*:/i.test(bare(line)));
  return [
    ...(problem === null ? [] : [{ line: first, problem: `${problem}. ${HOW_TO_SEND_ANYWAY}` }]),
    ...(inside === undefined || (problem !== null && trimmed(inside) === first)
      ? []
      : [
          {
            line: trimmed(inside),
            problem: 'Is that for the customer? A note has "note" alone in its first line',
          },
        ]),
  ];
}

function isWritten(line: OwnLine): boolean {
  return line.text.trim() !== '' && !line.text.trimStart().startsWith('>');
}

function isFree(line: OwnLine | undefined): boolean {
  return (line?.atQuote ?? null) === null;
}

/** The first line that is neither blank nor a quote. */
function firstWritten(lines: readonly OwnLine[]): OwnLine | undefined {
  return lines.find(isWritten);
}

/** And surely its author's: none that stands directly at a quote. */
function firstOwn(lines: readonly OwnLine[], from: number): number {
  const first = lines.findIndex((line, at) => at >= from && isWritten(line) && isFree(line));
  return first < 0 ? lines.length : first;
}

/**
 * Without what clients put around a word: invisible characters, marks of lists and links, wide
 * letters.
 */
function bare(line: OwnLine | undefined): string {
  return withoutLink((line?.text ?? '').normalize('NFKC').replace(/\p{Cf}/gu, ''))
    .replaceAll('_', ' ')
    .replace(
      /^[^\p{L}\p{N}]*(?:\d{1,2}[.)]\s+)?[^\p{L}\p{N}]*|(?<=[\p{L}\p{N}])[^\p{L}\p{N}]+$/gu,
      '',
    );
}

/** At its end, up to where the line stops. */
function withoutLink(line: string): string {
  const last = line.split(/\s/).at(-1) ?? '';
  const at = last.search(/\[?https?:/);
  return at < 0 ? line : line.slice(0, line.length - last.length + at);
}

/** The text of an OpenPGP message that is signed in the clear (RFC 9580 7). */
function withoutArmor(lines: readonly OwnLine[]): readonly OwnLine[] {
  const begin = nextFilled(lines, 0);
  if (trimmed(lines[begin]) !== '-----BEGIN PGP SIGNED MESSAGE-----') return lines;
  const isHeader = (at: number) => /^[A-Za-z-]+:/.test(lines[at]?.text ?? '');
  let from = begin + 1;
  while (isHeader(from)) from += 1;
  if (lines[from]?.text === '') from += 1;
  const end = lines.findIndex(({ text }) => text.startsWith('-----BEGIN PGP SIGNATURE-----'));
  return lines
    .slice(from, end < 0 ? lines.length : end)
    .map((line) => ({ ...line, text: line.text.replace(/^- /, '') }));
}

function doubtAboutNote(line: OwnLine): string | null {
  if (LIKE_NOTE.test(bare(line))) {
    return 'Is that for the customer? A note has "note" alone in its first line';
  }
  if (isGarbledNote(bare(line).toLowerCase())) {
    return 'Is that a misspelt "note"? Then the customer must not see it';
  }
  return null;
}

function doubtAboutCommand(line: string, names: TicketNames): string | null {
  const [, name = '', words = ''] = CONTROL_LINE.exec(line) ?? [];
  const command = commandNamed(name);
  if (command !== null && !('refused' in command.read(words.trimStart(), names))) {
    return 'A command with its ticket belongs in a mail to the control address';
  }
  if (COMMANDS.some((known) => known.name === line.toLowerCase())) {
    return 'Is that a command? In an answer it is written as a field, such as "Status: resolved"';
  }
  const [field = '', ...rest] = line.split(/\s+/);
  const known = FIELDS.get(field.toLowerCase());
  // "Tag Nic," is a greeting.
  const isSigned = known?.name !== 'tag' || /^[+-]/.test(rest[0] ?? '');
  const isMeant = known !== undefined && isSigned && rest.length > 0 && rest.length < 3;
  return isMeant && !('refused' in known.read(rest.join(' '), names))
    ? `Is that a command? Then it is written with a colon: "${known.field}: ${rest.join(' ')}"`
    : null;
}

/**
 * The letters of `note` in another order, or one of them twice: `noet`, `notte`; but not `not`,
 * `vote` or `noted`.
 */
function isGarbledNote(word: string): boolean {
  const letters = [...word].toSorted().join('');
  return word !== 'note' && (letters === 'enot' || /^(nn+ote|noo+te|nott+e|notee+)$/.test(word));
}

/** Whatever else is said of the ticket is said before it is part of another one. */
function mergeLast(a: Action, b: Action): number {
  return Number(a.type === 'merge') - Number(b.type === 'merge');
}

function isField(line: string): boolean {
  return FIELD.test(line) && FIELDS.has(fieldOf(line).name.toLowerCase());
}

/** Short words are too near to too many others. */
const MIN_MISSPELT_CHARACTERS = 5;

function looksLikeCommand(line: string): boolean {
  const word = fieldOf(line).name.toLowerCase();
  return KNOWN_FIELDS.some(
    (known) => word === known || (known.length >= MIN_MISSPELT_CHARACTERS && isNearly(word, known)),
  );
}

/** Words before a colon that mean a command, in lower case. */
const FIELDS: ReadonlyMap<string, TicketCommand> = new Map(
  COMMANDS.flatMap((command) =>
    command.field === undefined
      ? []
      : [command.field, command.name, ...(command.aliases ?? [])].map(
          (word) => [word.toLowerCase(), command] as const,
        ),
  ),
);
const KNOWN_FIELDS = [...FIELDS.keys()];

function fieldOf(line: string): { readonly name: string; readonly words: string } {
  const [, name = '', words = ''] = FIELD.exec(line) ?? [];
  return { name, words: words.trim() };
}

function readField(line: string, names: TicketNames) {
  const { name, words } = fieldOf(line);
  const command = FIELDS.get(name.toLowerCase()) ?? null;
  const fields = [...new Set(COMMANDS.flatMap(({ field }) => field ?? []))].join(', ');
  const action =
    command?.read(words, names) ?? ({ refused: `"${name}" is not one of ${fields}` } as const);
  return { line, command, action };
}

/** The same field twice with two values; what is put on and taken off adds up. */
function contradictions(
  actions: readonly { readonly line: string; readonly action: Action }[],
): readonly WrongLine[] {
  const first = new Map<Action['type'], { readonly line: string; readonly words: string }>();
  return actions.flatMap(({ line, action }) => {
    if (action.type === 'tag' || action.type === 'cc') return [];
    const words = JSON.stringify(action);
    const twin = first.get(action.type);
    if (twin === undefined) first.set(action.type, { line, words });
    if (twin === undefined || twin.words === words) return [];
    return [{ line, problem: `It contradicts "${twin.line}"` }];
  });
}

/** One letter more, less or another, or two neighbours swapped. */
function isNearly(word: string, known: string): boolean {
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
