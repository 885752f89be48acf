/**
 * What a mail of the staff orders, read from its own new text: never from a quote, nor from a
 * line that stands directly at one.
 *
 * A first line `note` keeps all of it inside. A block at the top is commands, pseudo-headers
 * (`Status: resolved`) or lone ones (`close`), and so is a last paragraph of pseudo-headers alone;
 * the rest is the answer. What looks like such a block
 * and has a word that is none, or could be a misspelt `note`, is a problem: it must not
 * reach a customer. In the style of debbugs' pseudo-headers. Pure.
 */

import type { OwnLine } from '../reading/quotes/authors-lines.ts';
import type { TicketNames } from '../ticket/id.ts';
import type { Refusal } from '../ticket/refusal.ts';
import { type KnownSuffix, meaningOf } from '../ticket/suffix.ts';
import type { Action } from './action.ts';
import {
  type CommandLine,
  FIELD,
  FIELDS,
  fieldOf,
  isField,
  isLone,
  looksLikeCommand,
  readCommandLine,
} from './command-fields.ts';
import { COMMANDS, commandNamed } from './grammar.ts';

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
  /** Whether it is meant as it stands: its author's word is enough. */
  readonly isQuestion?: true;
  /** Lines that stand below it. */
  readonly shown?: readonly string[];
}

/** Words that keep a text inside, in a line of their own: English, German, French, Spanish. */
const NOTE =
  /^((internal |private )?notes?|internal|internes?|(nur )?intern|(interne )?notiz(en)?|note interne|nota)$/i;
/** What such a line may begin with, if it is not alone there. */
const LIKE_NOTE = /^((internal|private) note|note|internal|intern|(interne )?notiz(en)?)\b/i;
const CONTROL_LINE = /^([a-z]+)\s+#?(?:[a-z0-9]+-)?\d+(?:\s(.*))?$/i;
const HOW_TO_SEND_ANYWAY = 'To send it as it stands, begin with another line, such as a greeting';

/** Whether its address says already that nothing of it goes out. */
export function isKeptInside(suffix: KnownSuffix | null): boolean {
  return meaningOf(suffix).command === 'note';
}

/**
 * `isInside`: its address says already that it is a note. `isMeant`: its author has been asked, and
 * says that what looks like a mistake is none.
 */
export function readCommandBlock(
  own: readonly OwnLine[],
  names: TicketNames,
  {
    isInside = false,
    isMeant = false,
    isStaff = () => true,
  }: {
    isInside?: boolean;
    isMeant?: boolean;
    /** Whether it names one of the staff. */
    isStaff?: (name: string) => boolean;
  } = {},
): CommandBlock | Refusal<readonly WrongLine[]> {
  const lines = withoutArmor(own);
  const at = firstOwn(lines, 0);
  const isMarked = at < lines.length && NOTE.test(bare(lines[at]));
  const top = isMarked ? firstOwn(lines, at + 1) : at;
  const { block, end } = blockAt(lines, top, names);
  const isBlock = block.some((line) => looksLikeCommand(line) || isLone(line, names));
  const from = isBlock ? end : top;
  const second = firstOwn(lines, from);
  const isMarkedBelow = isBlock && NOTE.test(bare(lines[second]));
  const isNote = isInside || isMarked || isMarkedBelow;
  const words = isMarkedBelow && !isMarked ? second + 1 : from;
  const above = lines.slice(0, at);
  const below = lines.slice(words);
  // A quote above it is the answer's context.
  const isContext = isMarked && firstWritten(above) === undefined;
  const { rest, closing } = closingOf([...(isContext ? [] : above), ...below], names);
  const misplaced = [above, below].flatMap((some) => misplacedIn(some, names));
  const doubts = isNote ? [] : doubtsAbout(rest, names);
  const questions = misplaced.length > 0 ? misplaced : doubts;
  if (questions.length > 0 && !isMeant) return asking(questions);
  const said = rest.map((line) => line.text).join('\n');
  const commands = [...(isBlock ? block : []), ...closing];
  if (commands.length === 0) return { isNote, before: [], after: [], text: said };
  const read = commands.map((line) => ofStaff(readCommandLine(line, names), isStaff));
  const problems = read.flatMap(({ line, action }) =>
    'refused' in action ? [{ line, problem: action.refused }] : [],
  );
  const actions = read.flatMap(({ line, command, action }) =>
    'refused' in action || command === null ? [] : [{ line, command, action }],
  );
  const against = contradictions(actions);
  // Both are commands: neither is a word to the customer, whatever its author says to that.
  if (against.length > 0) return { refused: [...problems, ...against] };
  if (problems.length > 0) {
    if (!isMeant) return asking(problems);
    const all = lines.slice(isMarked ? top : 0).map((line) => line.text);
    return { isNote, before: [], after: [], text: all.join('\n') };
  }
  const are = (last: boolean) =>
    actions.filter(({ command }) => (command.isLast ?? false) === last).map(({ action }) => action);
  return {
    ...{ isNote, before: are(false), after: are(true).toSorted(mergeLast) },
    text: said,
  };
}

/** Whom it names is known, or it was none. */
function ofStaff(read: CommandLine, isStaff: (name: string) => boolean): CommandLine {
  const { action } = read;
  if ('refused' in action || action.type !== 'assign' || action.to === null) return read;
  if (isStaff(action.to)) return read;
  return { ...read, action: { refused: `nobody on the staff is called "${action.to}"` } };
}

/** Of other fields, such as "Subject", a copied header has lines as well. */
const CLOSING_FIELDS = new Set(['status', 'assign', 'priority', 'tag', 'merge', 'queue']);

/**
 * The last paragraph, if each line of it is a command as it is written exactly, an empty line sets
 * it off from words of its author, and no quote does.
 */
function closingOf(
  lines: readonly OwnLine[],
  names: TicketNames,
): { readonly rest: readonly OwnLine[]; readonly closing: readonly string[] } {
  const last = lines.findLastIndex((line) => trimmed(line) !== '');
  const before = lines.findLastIndex((line, at) => at < last && trimmed(line) === '');
  const above = lines.findLast((line, at) => at < before && trimmed(line) !== '');
  const paragraph = lines.slice(before + 1, last + 1);
  const isExact = (line: OwnLine) =>
    isFree(line) &&
    isField(trimmed(line)) &&
    CLOSING_FIELDS.has(fieldOf(trimmed(line)).name.toLowerCase()) &&
    !('refused' in readCommandLine(trimmed(line), names).action);
  const isSetOff = above !== undefined && isWritten(above) && isFree(above);
  return isSetOff && paragraph.length > 0 && paragraph.every(isExact)
    ? { rest: lines.slice(0, before), closing: paragraph.map(trimmed) }
    : { rest: lines, closing: [] };
}

/**
 * All that may be carried out of a text, before it is known which of its lines are its author's:
 * what the others name is asked for in vain.
 */
export function possibleActions(text: string, names: TicketNames): readonly Action[] {
  return text
    .split('\n')
    .map((line) => line.trim().replace(/^- /, ''))
    .filter((line) => isField(line) || isLone(line, names))
    .slice(0, MAX_POSSIBLE_ACTIONS)
    .flatMap((line) => {
      const { action } = readCommandLine(line, names);
      return 'refused' in action ? [] : [action];
    });
}

const MAX_POSSIBLE_ACTIONS = 1000;

/** Problems that are none if their author says so. */
export function asking(lines: readonly WrongLine[]): Refusal<readonly WrongLine[]> {
  return { refused: lines.map((line) => ({ ...line, isQuestion: true as const })) };
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
 * there. Lone commands are among them if an empty line sets them off from the words below.
 */
function blockAt(lines: readonly OwnLine[], at: number, names: TicketNames) {
  const all = blockOf(lines, at, (line) => FIELD.test(line) || isLone(line, names));
  const hasLone = all.block.some((line) => isLone(line, names));
  const isSetOff = trimmed(lines[all.end]) === '';
  return !hasLone || isSetOff ? all : blockOf(lines, at, (line) => FIELD.test(line));
}

function blockOf(lines: readonly OwnLine[], at: number, isPart: (line: string) => boolean) {
  const block: string[] = [];
  let end = at;
  for (;;) {
    const line = trimmed(lines[end]);
    const next = nextFilled(lines, end);
    if (isPart(line) && isFree(lines[end])) {
      block.push(line);
      end += 1;
    } else if (line === '' && block.length > 0 && isField(trimmed(lines[next]))) end = next;
    else return { block, end };
  }
}

const AT_A_QUOTE = 'It stands directly above a quote: leave an empty line between them';

/** Somebody meant a command by it, since it is no rest of a quote. */
function misplacedIn(lines: readonly OwnLine[], names: TicketNames): readonly WrongLine[] {
  const first = firstWritten(lines);
  if (first?.atQuote !== 'above') return [];
  const line = first.text.trim();
  const isMeant = isField(line) || isLone(line, names) || NOTE.test(bare(first));
  return isMeant ? [{ line, problem: AT_A_QUOTE }] : [];
}

/** What a line may have been meant for, if it must not go out unasked. */
function doubtsAbout(lines: readonly OwnLine[], names: TicketNames): readonly WrongLine[] {
  const written = firstWritten(lines);
  const own = lines[firstOwn(lines, 0)];
  const doubt = written === undefined ? null : doubtAboutNote(written);
  const isAlone = lines.filter(isWritten).length === 1;
  const commanded = own === undefined ? null : doubtAboutCommand(own, names, isAlone);
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

const OF_ANOTHER_MAIL = 'Is that a command? It belongs in a mail to the control address';
const LONELY =
  'Is that a command? At the top it is a line such as "close" or "Status: resolved", with an empty line below';

/** Of a mail to control@. `isAlone`: nothing else is written. */
const OF_CONTROL =
  /^(stats|held|help|back|snippets|snippet [a-z0-9-]{1,64}|list( \w{1,50})?|away( (until|till|bis) .{1,50})?|(release|discard) #?\d{1,9}|(show|get) #?\S{0,20}\d{1,9}.{0,20})$/i;
const SEARCH = /^search \S{1,50}( \S{1,50}){0,3}$/i;

function doubtAboutCommand(own: OwnLine, names: TicketNames, isAlone: boolean): string | null {
  const line = trimmed(own);
  const said = bare(own).toLowerCase();
  if (OF_CONTROL.test(said) || (isAlone && SEARCH.test(said))) return OF_ANOTHER_MAIL;
  const [, name = '', words = ''] = CONTROL_LINE.exec(line) ?? [];
  const command = commandNamed(name);
  if (command !== null && !('refused' in command.read(words.trimStart(), names))) {
    return OF_ANOTHER_MAIL;
  }
  if (COMMANDS.some((known) => known.name === said)) return LONELY;
  const [field = '', ...rest] = line.split(/\s+/);
  const known = FIELDS.get(field.toLowerCase());
  // "Tag Nic," is a greeting.
  const isSigned = known?.name !== 'tag' || /^[+-]/.test(rest[0] ?? '');
  // "Send it in." is a word to a customer.
  const isWord = known === undefined || known.name === 'send';
  const isMeant = !isWord && isSigned && rest.length > 0 && rest.length < 3;
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

/** The same field twice with two values; what is put on and taken off adds up. */
function contradictions(
  actions: readonly { readonly line: string; readonly action: Action }[],
): readonly WrongLine[] {
  const first = new Map<string, { readonly line: string; readonly words: string }>();
  return actions.flatMap(({ line, action }) => {
    if (action.type === 'tag' || action.type === 'cc') return [];
    const words = JSON.stringify(action);
    const what = action.type === 'field' ? `field ${action.field}` : action.type;
    const twin = first.get(what);
    if (twin === undefined) first.set(what, { line, words });
    if (twin === undefined || twin.words === words) return [];
    return [{ line, problem: `It contradicts "${twin.line}" above it: leave one of them out` }];
  });
}
