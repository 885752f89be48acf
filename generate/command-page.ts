/** The manual page of one command or group, made from its row. Pure. */
import type {
  Argument,
  Command,
  Group,
  Option,
  PipeVerb,
  Row,
} from '../src/cli/commands/declare.ts';
import { PROGRAM } from '../src/cli/commands/program.ts';
import { sentence } from '../src/cli/commands/texts.ts';
import { DESK_EXIT } from '../src/outcome.ts';
import { type Block, type Page, prose } from './roff.ts';

/** `mailrobot-ticket-show` */
export function pageName({ words }: Row): string {
  return [PROGRAM.name, ...words.split(' ')].join('-');
}

export function pageOf(row: Row, rows: readonly Row[]): Page {
  const { summary, examples } = row;
  const above = rows.filter(
    (other) => other.kind === 'group' && row.words.startsWith(`${other.words} `),
  );
  return {
    name: pageName(row),
    chapter: 1,
    summary,
    sections: [
      ...(row.kind === 'group' ? groupSections(row, rows) : commandSections(row)),
      { title: examples.length === 1 ? 'EXAMPLE' : 'EXAMPLES', blocks: examples.map(code) },
      { title: 'SEE ALSO', blocks: seeAlso([PROGRAM.name, ...above.map(pageName)]) },
    ],
  };
}

export function seeAlso(names: readonly string[]): readonly Block[] {
  return prose(names.map((name) => (name.includes('(') ? name : `${name}(1)`)).join(', '));
}

export function synopsisOf(row: Command | PipeVerb): Block {
  const options = row.options.map(({ flags, isList, isRequired }) => {
    const short = flags.replace(/^(-\w), --[\w-]+/, '$1');
    return isRequired ? short : `[${short}]${isList ? '...' : ''}`;
  });
  const line = `${PROGRAM.name} ${row.words}`;
  const input = row.kind === 'pipe' ? ['< <message>'] : [];
  return { type: 'synopsis', line, parts: [...options, ...row.arguments.map(part), ...input] };
}

/** `<words...>` is several, `[file]` may be left out: the name alone is italic. */
function part({ flags }: Argument): string {
  const name = flags.replace(/^.|\.*.$/g, '');
  const several = flags.includes('...') ? '...' : '';
  return flags.startsWith('[') ? `[<${name}>]${several}` : `<${name}>${several}`;
}

export function code(example: string): Block {
  return { type: 'code', lines: example.split('\n') };
}

function commandSections(row: Command | PipeVerb) {
  const { summary, about, options, exits } = row;
  const args = row.arguments.map(
    (argument): Block => ({ type: 'item', term: part(argument), text: argument.text }),
  );
  return [
    { title: 'SYNOPSIS', blocks: [synopsisOf(row)] },
    { title: 'DESCRIPTION', blocks: [...prose(sentence(summary)), ...prose(about)] },
    { title: 'ARGUMENTS', blocks: args },
    { title: 'OPTIONS', blocks: [...options.map(optionItem), ...commonOptions()] },
    {
      title: 'EXIT STATUS',
      blocks: exitItems(row.kind === 'pipe' ? exits : { ...DESK_EXITS, ...exits }),
    },
  ];
}

function groupSections(group: Group, rows: readonly Row[]) {
  const inner = rows.flatMap((row) =>
    row.kind !== 'group' && row.words.startsWith(`${group.words} `) ? [row] : [],
  );
  const { description, about, note } = group;
  return [
    { title: 'SYNOPSIS', blocks: inner.map(synopsisOf) },
    { title: 'DESCRIPTION', blocks: [...prose(description), ...prose(about), ...prose(note)] },
    { title: 'COMMANDS', blocks: inner.map(commandItem) },
  ];
}

/** A command in a list of them. */
export function commandItem(row: Row): Block {
  return { type: 'item', term: `${pageName(row)}(1)`, text: sentence(row.summary) };
}

const DESK_EXITS = {
  [DESK_EXIT.done]: 'done',
  [DESK_EXIT.failed]: 'it could not be done; one line on stderr says why',
  [DESK_EXIT.usage]: 'wrong usage; one line on stderr says what is wrong',
};

export function exitItems(exits: Readonly<Record<number, string>> = DESK_EXITS): readonly Block[] {
  return Object.entries(exits).map(([exit, text]) => ({
    ...{ type: 'item', term: exit },
    text: text.endsWith('.') ? text : sentence(text),
  }));
}

export function optionItem({ flags, text, isList, preset }: Option): Block {
  const several = isList ? ' May be given several times.' : '';
  const usual = preset === undefined ? '' : ` (default: ${preset})`;
  return { type: 'item', term: flags, text: `${sentence(`${text}${usual}`)}${several}` };
}

function commonOptions(): readonly Block[] {
  const config = PROGRAM.options.filter(({ takesValue }) => takesValue).map(optionItem);
  const { flags, text } = PROGRAM.help;
  return [...config, { type: 'item', term: flags, text: sentence(text) }];
}
