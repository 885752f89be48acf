/**
 * Command lines in documents, held against what the program and package.json know: words,
 * options, how many arguments. A line of code must be whole; `ticket show` in a sentence
 * need not be.
 */
import { basename } from 'node:path';
import { type Documents, piecesOf, spansIn } from './documents.ts';

export interface KnownCommand {
  /** `ticket show`; empty for what may stand before every command. */
  readonly words: string;
  /** `<id>`, `[file]`, `<words...>` */
  readonly arguments: readonly string[];
  /** `-m, --message <text>` */
  readonly options: readonly string[];
  /** Words that begin with a dash are arguments like any other. */
  readonly takesDashes: boolean;
}

export interface Known {
  readonly commands: readonly KnownCommand[];
  /** Names in package.json. */
  readonly scripts: readonly string[];
}

export function wrongCommandsIn(documents: Documents, known: Known): readonly string[] {
  const groups = new Set(
    known.commands
      .map(({ words }) => words.split(' '))
      .flatMap(([name, next]) => (next ? [name] : [])),
  );
  return [...documents].flatMap(([file, text]) =>
    piecesOf(text).flatMap((piece) => {
      const lines = piece.kind === 'code' ? piece.text.split('\n') : spansIn(piece);
      const commands = lines.flatMap(commandsIn).map((words) => {
        const isShort = piece.kind !== 'code' && words.length > 1 && groups.has(words[0]);
        return isShort ? ['mailrobot', ...words] : words;
      });
      return commands.flatMap((words) => {
        const problem = problemOf(words, known, piece.kind === 'code');
        return problem === null ? [] : [`${file}: ${words.join(' ')}: ${problem}`];
      });
    }),
  );
}

/** The commands of a line of shell, also of one within quotes, each as its words. */
export function commandsIn(line: string): readonly (readonly string[])[] {
  const commands: string[][] = [[]];
  const inner: string[] = [];
  const token =
    /\s+|#.*|\|\||&&|[|;&()]|\d?(?:>>|[<>])&?\s*[^\s|;&()]*|(?:"[^"]*"|'[^']*'|[^\s|;&()<>"'])+/gy;
  for (const [text] of line.matchAll(token)) {
    if (/^\s|^#/.test(text) || /^\d?[<>]/.test(text)) continue;
    const word = text.replaceAll(/["']/g, '');
    if (/^[|;&()]+$/.test(text)) commands.push([]);
    else commands.at(-1)?.push(word);
    if (/^["']/.test(text) && /mailrobot /.test(word)) inner.push(word.replace(/^\|/, ''));
  }
  return [...commands.filter(({ length }) => length > 0), ...inner.flatMap(commandsIn)];
}

function problemOf(words: readonly string[], known: Known, isWhole: boolean): string | null {
  const [program = '', ...rest] = withoutPrefix(words);
  if (program === 'npm' && rest[0] === 'run') {
    const name = rest.slice(1).find((word) => !word.startsWith('-')) ?? '';
    return known.scripts.includes(name) ? null : `package.json has no script ${name}`;
  }
  return basename(program) === 'mailrobot' ? problemOfArguments(rest, known, isWhole) : null;
}

/** `FIELDS=1 command`, `ssh host command`. */
function withoutPrefix(words: readonly string[]): readonly string[] {
  if (/^\w+=/.test(words[0] ?? '')) return withoutPrefix(words.slice(1));
  return words[0] === 'ssh' ? withoutPrefix(words.slice(2)) : words;
}

export function problemOfArguments(
  words: readonly string[],
  { commands }: Known,
  isWhole = true,
): string | null {
  const find = (name: string) => commands.find((command) => command.words === name);
  const isBegun = (name: string) => commands.some((one) => one.words.startsWith(`${name} `));
  const everywhere = find('')?.options ?? [];
  let name = '';
  let given = 0;
  let areOptions = true;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const command = find(name);
    if (areOptions && word === '--') areOptions = false;
    else if (areOptions && /^-./.test(word)) {
      const wanted = word.split('=')[0] ?? word;
      const option = [...(command?.options ?? []), ...everywhere].find((flags) =>
        flags.split(/[ ,]+/).includes(wanted),
      );
      if (option === undefined && command?.takesDashes !== true) return `no option ${wanted}`;
      if (option?.includes('<') && !word.includes('=')) at += 1;
      if (option === undefined) given += 1;
    } else {
      const longer = name === '' ? word : `${name} ${word}`;
      const isName = given === 0 && (find(longer) !== undefined || isBegun(longer));
      if (isName) name = longer;
      else if (name === '' || isBegun(name)) return `no command ${longer}`;
      else given += 1;
    }
  }
  const wants = find(name)?.arguments ?? [];
  if (!wants.some((flags) => flags.includes('...')) && given > wants.length)
    return 'too many words';
  const isHelp = words.some((word) => word === '--help' || word === '--version');
  const needed = wants.filter((flags) => flags.startsWith('<')).length;
  return isWhole && !isHelp && given < needed ? `${wants.join(' ')} is missing` : null;
}
