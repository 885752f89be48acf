/**
 * Completion for bash, zsh and fish: a short script each, which asks `mailrobot complete`
 * what may come in the place of the last word. Commands, options and their values come
 * from the table of commands, and what the config and the store know from there (offered.ts).
 * Takes no lock and changes nothing.
 */
import type { Option, Row } from './commands/declare.ts';
import { PROGRAM } from './commands/program.ts';
import { type Candidate, offered } from './offered.ts';
import { Refused } from './refused.ts';
import type { Run } from './run.ts';

const BASH = `_mailrobot() {
  local IFS=$'\\n' word begun
  local -a words=()
  # A colon ends a word of bash, and none of ours: field:due.
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do
    # As it was put there: Anna\\ Bell is a name of two words.
    word=\${word//\\\\/} begun=
    (( \${#words[@]} )) && begun=\${words[-1]}
    if [[ -n $begun && ( $word == : || $begun == *: ) ]]; then words[-1]+=$word; else words+=("$word"); fi
  done
  COMPREPLY=($(mailrobot complete -- "\${words[@]}" 2>/dev/null | cut -f1 |
    while read -r word; do printf '%q\\n' "$word"; done))
  begun=\${words[-1]}
  [[ $begun == *:* ]] && COMPREPLY=("\${COMPREPLY[@]#"\${begun%"\${begun##*:}"}"}")
  return 0
}
complete -o default -F _mailrobot mailrobot
`;
const ZSH = `#compdef mailrobot
_mailrobot() {
  local -a found
  local line begun
  for line in "\${(@f)$(mailrobot complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n $line ]] || continue
    begun=\${\${line%%$'\\t'*}//:/\\\\:}
    line=\${line#*$'\\t'}
    found+=("$begun\${line:+:$line}")
  done
  # Small letters find large ones: support-7102.
  (( $#found )) && _describe mailrobot found -M 'm:{[:lower:]}={[:upper:]}' || _files
}
# Loaded from fpath it is called at once; sourced, it is only made known.
if [[ $funcstack[1] == _mailrobot ]]; then _mailrobot "$@"; else compdef _mailrobot mailrobot; fi
`;
const FISH = `function __mailrobot_complete
  set -l begun (string unescape -- (commandline -ct); or commandline -ct)
  set -l found (mailrobot complete -- (commandline -opc)[2..-1] $begun 2>/dev/null)
  if set -q found[1]
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c mailrobot -f -a '(__mailrobot_complete)'
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
  { table, config, run }: CompletionContext,
): Promise<readonly Candidate[]> {
  const { words, row, given, waiting } = commandAt(before, table);
  if (waiting !== null) return offered(waiting.offers, begun, config, run);
  const options = row === undefined ? PROGRAM.options : row.kind === 'group' ? [] : row.options;
  if (begun.startsWith('-')) {
    const named = options.filter(({ name }) => name.startsWith('--'));
    return [
      ...named.map(({ name, text }) => ({ name, summary: text })),
      { name: '--help', summary: PROGRAM.help.text },
    ];
  }
  if (row === undefined || row.kind === 'group') {
    return given === 0 ? commandsBehind(words, table) : [];
  }
  return offered(row.arguments[given]?.offers ?? [], begun, config, run);
}

function commandsBehind(words: readonly string[], table: readonly Row[]): readonly Candidate[] {
  return table.flatMap((row) => {
    const own = row.words.split(' ');
    const isBehind = own.length === words.length + 1 && words.every((word, n) => word === own[n]);
    const isInner = row.kind === 'command' && row.isInner;
    return isBehind && !isInner ? [{ name: own.at(-1) ?? '', summary: row.summary }] : [];
  });
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
