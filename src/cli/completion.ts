/**
 * Completion for bash, zsh and fish: a short script each, which asks `mailrobot complete`
 * what may come in the place of the last word. Commands, options and their values come
 * from the table of commands, ticket ids (the newest open ones, with their subjects) from
 * the store; if that cannot be read, there are none. Takes no lock and changes nothing.
 */
import { prefixesOf } from '../config/config.ts';
import { readConfig } from '../config/read.ts';
import { inertLine } from '../pages/inert.ts';
import { nameOf } from '../ticket/ticket.ts';
import type { Option, Row } from './commands/declare.ts';
import type { Offered } from './commands/given.ts';
import { PROGRAM } from './commands/program.ts';
import { openStore } from './open-store.ts';
import { Refused } from './refused.ts';
import type { Run } from './run.ts';
import { becomeOwner } from './store-owner.ts';

const BASH = `_mailrobot() {
  local IFS=$'\\n'
  COMPREPLY=($(mailrobot complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1))
}
complete -o default -F _mailrobot mailrobot
`;
const ZSH = `#compdef mailrobot
_mailrobot() {
  local -a found
  local line
  for line in "\${(@f)$(mailrobot complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n $line ]] && found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  (( $#found )) && _describe mailrobot found || _files
}
# Loaded from fpath it is called at once; sourced, it is only made known.
if [[ $funcstack[1] == _mailrobot ]]; then _mailrobot "$@"; else compdef _mailrobot mailrobot; fi
`;
const FISH = `complete -c mailrobot -f -a '(mailrobot complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'
`;
const SCRIPTS: ReadonlyMap<string, string> = new Map([
  ['bash', BASH],
  ['zsh', ZSH],
  ['fish', FISH],
]);

export async function completion(shell: string): Promise<void> {
  const script = SCRIPTS.get(shell);
  if (script === undefined) {
    throw new Refused(`"${shell}" is not one of ${[...SCRIPTS.keys()].join(', ')}`, true);
  }
  process.stdout.write(script);
}

interface Candidate {
  readonly name: string;
  readonly summary: string;
}

interface CompletionContext {
  readonly table: readonly Row[];
  readonly config: string;
  readonly run: Run;
}

export async function complete(
  words: readonly string[],
  context: CompletionContext,
): Promise<void> {
  const begun = words.at(-1) ?? '';
  const candidates = await candidatesFor(begun, words.slice(0, -1), context);
  const fitting = candidates.filter(({ name }) =>
    name.toLowerCase().startsWith(begun.toLowerCase()),
  );
  for (const { name, summary } of fitting) process.stdout.write(`${name}\t${summary}\n`);
}

async function candidatesFor(
  begun: string,
  before: readonly string[],
  context: CompletionContext,
): Promise<readonly Candidate[]> {
  const { words, row, given, waiting } = commandAt(before, context.table);
  if (waiting !== null) return offered(waiting.offers, begun, context);
  const options = row === undefined ? PROGRAM.options : row.kind === 'group' ? [] : row.options;
  if (begun.startsWith('-')) {
    const named = options.filter(({ name }) => name.startsWith('--'));
    return [
      ...named.map(({ name, text }) => ({ name, summary: text })),
      { name: '--help', summary: PROGRAM.help.text },
    ];
  }
  if (row === undefined || row.kind === 'group') {
    return given === 0 ? commandsBehind(words, context.table) : [];
  }
  return offered(row.arguments[given]?.offers ?? [], begun, context);
}

function commandsBehind(words: readonly string[], table: readonly Row[]): readonly Candidate[] {
  return table.flatMap((row) => {
    const own = row.words.split(' ');
    const isBehind = own.length === words.length + 1 && words.every((word, n) => word === own[n]);
    const isInner = row.kind === 'command' && row.isInner;
    return isBehind && !isInner ? [{ name: own.at(-1) ?? '', summary: row.summary }] : [];
  });
}

async function offered(
  offers: Offered,
  begun: string,
  { config, run }: CompletionContext,
): Promise<readonly Candidate[]> {
  if (offers !== 'tickets') return offers.map((name) => ({ name, summary: '' }));
  // Who begins with the number goes on with it.
  const isNumber = /^\d/.test(begun);
  return (await newestTickets(config, run)).map(({ name, summary }) => ({
    name: isNumber ? numberOf(name) : name,
    summary,
  }));
}

function numberOf(id: string): string {
  return id.slice(id.lastIndexOf('-') + 1);
}

/** What these words name, how many arguments stand there, and an option without its value. */
function commandAt(before: readonly string[], table: readonly Row[]) {
  let words: readonly string[] = [];
  let row: Row | undefined;
  let given = 0;
  let waiting: Option | null = null;
  for (const word of before) {
    const deeper = [...words, word];
    const next = table.find((one) => one.words === deeper.join(' '));
    const own = row === undefined || row.kind === 'group' ? [] : row.options;
    const named = [...own, ...PROGRAM.options].find(
      ({ name, short }) => name === word || short === word,
    );
    if (waiting !== null) waiting = null;
    else if (named?.takesValue === true) waiting = named;
    else if (next !== undefined) {
      words = deeper;
      row = next;
    } else if (!word.startsWith('-')) given += 1;
  }
  return { words, row, given, waiting };
}

const MAX_OFFERED_TICKETS = 50;

async function newestTickets(configFile: string, run: Run): Promise<readonly Candidate[]> {
  try {
    const config = readConfig(configFile);
    becomeOwner(config);
    const found: Candidate[] = [];
    const tickets = (await openStore(config, run)).store.tickets('open', prefixesOf(config));
    for await (const ticket of tickets) {
      found.push({ name: nameOf(ticket), summary: inertLine(ticket.subject).slice(0, 60) });
      if (found.length === MAX_OFFERED_TICKETS) break;
    }
    return found;
  } catch {
    return [];
  }
}
