/**
 * Completion for bash, zsh and fish: a short script each, which asks `mailrobot complete`
 * what may come in the place of the last word. Commands and options come from the
 * command line's own declaration, ticket ids (the newest open ones, with their subjects)
 * from the store; where that cannot be read, there are none. Takes no lock and changes nothing.
 */
import { prefixesOf } from '../config/config.ts';
import { readConfig } from '../config/read.ts';
import { inertLine } from '../pages/inert.ts';
import { SORTS } from '../ticket/filter.ts';
import { PRIORITIES, STATUSES } from '../ticket/ticket.ts';
import { openStoreOf } from './open-desk.ts';
import { Refused } from './refused.ts';
import type { Run } from './run.ts';
import { becomeOwner } from './store-owner.ts';
import type { WordTree } from './word-tree.ts';

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

export async function completion(shell: string, _: Run): Promise<void> {
  const script = SCRIPTS.get(shell);
  if (script === undefined) {
    throw new Refused(`"${shell}" is none of ${[...SCRIPTS.keys()].join(', ')}`, true);
  }
  process.stdout.write(script);
}

interface Candidate {
  readonly name: string;
  readonly summary: string;
}

export async function complete(
  words: readonly string[],
  tree: WordTree,
  config: string,
  run: Run,
): Promise<void> {
  const begun = words.at(-1) ?? '';
  const { command, given, option } = commandAt(words.slice(0, -1), tree);
  const desk = { config, run };
  const candidates =
    option === null ? await candidatesIn(command, given, begun, desk) : valuesOf(option);
  const fitting = candidates.filter(({ name }) =>
    name.toLowerCase().startsWith(begun.toLowerCase()),
  );
  for (const { name, summary } of fitting) process.stdout.write(`${name}\t${summary}\n`);
}

interface Place {
  readonly config: string;
  readonly run: Run;
}

async function candidatesIn(
  command: WordTree,
  given: number,
  begun: string,
  { config, run }: Place,
): Promise<readonly Candidate[]> {
  if (begun.startsWith('-')) {
    return [...command.options, { name: '--help', summary: 'show this help' }];
  }
  const wantsTicket = command.takesTicket && (given === 0 || command.name === 'merge');
  const tickets = wantsTicket ? await newestTickets(config, run) : [];
  const isNumber = /^\d/.test(begun);
  return [
    ...(given === 0 ? command.commands.filter(({ name }) => name !== 'complete') : []),
    // Who begins with the number goes on with it.
    ...tickets.map(({ name, summary }) => ({ name: isNumber ? numberOf(name) : name, summary })),
    ...(given === 1 ? valuesOf(command.name) : []),
  ];
}

function numberOf(id: string): string {
  return id.slice(id.lastIndexOf('-') + 1);
}

/** Words that an option or a command takes. */
function valuesOf(name: string): readonly Candidate[] {
  const words: Readonly<Record<string, readonly string[]>> = {
    '--status': STATUSES,
    '--sort': SORTS,
    status: STATUSES,
    priority: PRIORITIES,
  };
  return (words[name] ?? []).map((word) => ({ name: word, summary: '' }));
}

/** The command that these words name, how many arguments of it stand there, and an option that waits for its value. */
function commandAt(words: readonly string[], tree: WordTree) {
  let command = tree;
  let given = 0;
  let option: string | null = null;
  for (const word of words) {
    const next = command.commands.find(({ name }) => name === word);
    const named = command.options.find(({ name, short }) => name === word || short === word);
    if (option !== null) option = null;
    else if (named?.takesValue === true || word === '--config') option = named?.name ?? word;
    else if (next !== undefined) command = next;
    else if (!word.startsWith('-')) given += 1;
  }
  return { command, given, option };
}

const OFFERED = 50;

async function newestTickets(configFile: string, run: Run): Promise<readonly Candidate[]> {
  try {
    const config = readConfig(configFile);
    becomeOwner(config);
    const found: Candidate[] = [];
    const tickets = openStoreOf(config, run).tickets('open', prefixesOf(config));
    for await (const { id, subject } of tickets) {
      found.push({ name: id, summary: inertLine(subject).slice(0, 60) });
      if (found.length === OFFERED) break;
    }
    return found;
  } catch {
    return [];
  }
}
