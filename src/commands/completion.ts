/**
 * Completion for bash, zsh and fish: a short script each, which asks `mailrobot complete`
 * what may come in the place of the last word. Commands and options come from the
 * command line's own declaration, ticket ids (the newest open ones, with their subjects)
 * from the store; where that cannot be read, there are none. Takes no lock and changes nothing.
 */
import { prefixesOf } from '../config/config.ts';
import { readConfig } from '../config/read.ts';
import type { Run } from '../run.ts';
import { inertLine } from '../terminal/inert.ts';
import type { WordTree } from './lines/completion.ts';
import { openStoreOf } from './open-desk.ts';
import { Refused } from './refused.ts';

const BASH = `_mailrobot() {
  local IFS=$'\\n'
  COMPREPLY=($(mailrobot complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1))
}
complete -o default -F _mailrobot mailrobot
`;
const ZSH = `#compdef mailrobot
_mailrobot() {
  local -a found
  local line
  for line in "\${(@f)$(mailrobot complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n $line ]] && found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  (( $#found )) && _describe mailrobot found || _files
}
(( $+functions[compdef] )) && compdef _mailrobot mailrobot || _mailrobot "$@"
`;
const FISH = `complete -c mailrobot -f -a '(mailrobot complete (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'
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
  const { command, given } = commandAt(words.slice(0, -1), tree);
  const candidates: readonly Candidate[] = begun.startsWith('-')
    ? [...command.options, { name: '--help', summary: 'show this help' }]
    : [
        ...(given === 0 ? command.commands.filter(({ name }) => name !== 'complete') : []),
        ...(given === 0 && command.takesTicket ? newestTickets(config, run) : []),
      ];
  const fitting = candidates.filter(({ name }) =>
    name.toLowerCase().startsWith(begun.toLowerCase()),
  );
  for (const { name, summary } of fitting) process.stdout.write(`${name}\t${summary}\n`);
}

/** The command that these words name, and how many arguments of it stand there already. */
function commandAt(words: readonly string[], tree: WordTree) {
  let command = tree;
  let given = 0;
  for (const word of words) {
    const next = command.commands.find(({ name }) => name === word);
    if (next !== undefined) command = next;
    else if (!word.startsWith('-')) given += 1;
  }
  return { command, given };
}

const OFFERED = 50;

function newestTickets(configFile: string, run: Run): readonly Candidate[] {
  try {
    const config = readConfig(configFile);
    const found: Candidate[] = [];
    for (const { id, subject } of openStoreOf(config, run).tickets('open', prefixesOf(config))) {
      found.push({ name: id, summary: inertLine(subject).slice(0, 60) });
      if (found.length === OFFERED) break;
    }
    return found;
  } catch {
    return [];
  }
}
