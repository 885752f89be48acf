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

/** Words that keep a text inside, in a line of their own: English, German, French, Spanish. */
const NOTE =
  /^((internal |private )?notes?|internal|internes?|(nur )?intern|(interne )?notiz(en)?|note interne|nota)$/i;
/** What such a line may begin with, where it is not alone there. */
const LIKE_NOTE = /^((internal|private) note|note|internal|intern|(interne )?notiz(en)?)\b/i;
const FIELD = /^([A-Za-z][A-Za-z-]{1,19})[ \t]*:(?!\/\/)(.*)$/;
const CONTROL_LINE = /^([a-z]+)\s+#?(?:[a-z0-9]+-)?\d+(?:\s(.*))?$/i;
const ASIDE = 'To send it as it stands, begin with another line, such as a greeting';

/** `isInside`: its address says already that it is a note. */
export function readInstructions(
  text: string,
  prefixes: readonly string[],
  isInside = false,
): Instructions | Misread {
  const lines = withoutArmor(text).split('\n');
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
  // A quote above it is the answer's context.
  const rest = [...lines.slice(0, isMarked ? 0 : at), ...lines.slice(words)].join('\n');
  const doubts = isNote ? [] : doubtsAbout(lines.slice(words), prefixes);
  if (doubts.length > 0) return { problems: doubts };
  if (!isBlock) return { isNote, before: [], after: [], text: rest };
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
    ...{ isNote, before: are(false), after: are(true).toSorted(mergeLast) },
    text: rest,
  };
}

function trimmed(line: string | undefined): string {
  return (line ?? '').trim();
}

function nextFilled(lines: readonly string[], from: number): number {
  let next = from;
  while (next < lines.length && trimmed(lines[next]) === '') next += 1;
  return next;
}

/** The fields at the top; blank lines may stand between known ones, for some clients put them there. */
function blockAt(lines: readonly string[], at: number) {
  const block: string[] = [];
  let end = at;
  for (;;) {
    const line = trimmed(lines[end]);
    const next = nextFilled(lines, end);
    if (FIELD.test(line)) {
      block.push(line);
      end += 1;
    } else if (line === '' && block.length > 0 && isField(trimmed(lines[next]))) end = next;
    else return { block, end };
  }
}

/** What a line may have been meant for, where it must not go out unasked. */
function doubtsAbout(lines: readonly string[], prefixes: readonly string[]): readonly WrongLine[] {
  const at = firstOwn(lines, 0);
  const first = trimmed(lines[at]);
  const doubt = first === '' ? null : doubtAboutFirst(first, prefixes);
  const inside = lines
    .map(trimmed)
    .find((line) => NOTE.test(bare(line)) || /^internal\s*:/i.test(bare(line)));
  return [
    ...(doubt === null ? [] : [{ line: first, problem: `${doubt}. ${ASIDE}` }]),
    ...(inside === undefined || (doubt !== null && inside === first)
      ? []
      : [
          {
            line: inside,
            problem: 'Is that for the customer? A note has "note" alone in its first line',
          },
        ]),
  ];
}

/** The first line that is neither blank nor a quote. */
function firstOwn(lines: readonly string[], from: number): number {
  const first = lines.findIndex(
    (line, at) => at >= from && line.trim() !== '' && !line.trimStart().startsWith('>'),
  );
  return first < 0 ? lines.length : first;
}

/** Without what clients put around a word: invisible characters, marks of lists and links, other widths. */
function bare(line: string | undefined): string {
  return withoutLink((line ?? '').normalize('NFKC').replace(/\p{Cf}/gu, ''))
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
function withoutArmor(text: string): string {
  const found =
    /^\s*-----BEGIN PGP SIGNED MESSAGE-----\n(?:[A-Za-z-]+:[^\n]*\n)*\n?(.*?)(?:\n-----BEGIN PGP SIGNATURE-----.*)?$/s.exec(
      text,
    );
  return found?.[1]?.replace(/^- /gm, '') ?? text;
}

function doubtAboutFirst(line: string, prefixes: readonly string[]): string | null {
  if (LIKE_NOTE.test(bare(line))) {
    return 'Is that for the customer? A note has "note" alone in its first line';
  }
  if (isGarbledNote(bare(line).toLowerCase())) {
    return 'Is that a misspelt "note"? Then the customer must not see it';
  }
  const [, name = '', words = ''] = CONTROL_LINE.exec(line) ?? [];
  const command = commandNamed(name);
  if (command !== null && !('problem' in command.read(words.trimStart(), prefixes))) {
    return 'A command with its ticket belongs into a mail to the control address';
  }
  if (COMMANDS.some((known) => known.name === line.toLowerCase())) {
    return 'Is that a command? In an answer it is written as a field, such as "Status: resolved"';
  }
  const [field = '', ...rest] = line.split(/\s+/);
  const known = FIELDS.get(field.toLowerCase());
  // "Tag Nic," is a greeting.
  const isSigned = known?.name !== 'tag' || /^[+-]/.test(rest[0] ?? '');
  const isMeant = known !== undefined && isSigned && rest.length > 0 && rest.length < 3;
  return isMeant && !('problem' in known.read(rest.join(' '), prefixes))
    ? `Is that a command? Then it is written with a colon: "${known.field}: ${rest.join(' ')}"`
    : null;
}

/** Its letters in another order, or one of them twice: `noet`, `notte`; not `not`, `vote` or `noted`. */
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
const LEAST_MISSPELT = 5;

function looksLikeCommand(line: string): boolean {
  const word = fieldOf(line).name.toLowerCase();
  return KNOWN.some(
    (known) => word === known || (known.length >= LEAST_MISSPELT && isNearly(word, known)),
  );
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

/** The same field twice with two values; what is put on and taken off adds up. */
function contradictions(
  actions: readonly { readonly line: string; readonly action: Action }[],
): readonly WrongLine[] {
  return actions.flatMap(({ line, action }, n) => {
    const isSum = action.type === 'tag' || action.type === 'cc';
    const twin = actions
      .slice(0, n)
      .find(
        (earlier) =>
          earlier.action.type === action.type &&
          JSON.stringify(earlier.action) !== JSON.stringify(action),
      );
    return twin === undefined || isSum ? [] : [{ line, problem: `It contradicts "${twin.line}"` }];
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
