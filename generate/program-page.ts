/** The manual page of mailrobot as a whole: what it is, and how the pieces fit. Pure. */
import { PROGRAM } from '../src/cli/commands/program.ts';
import { rowsOf, type Section } from '../src/cli/commands/table.ts';
import { sentence } from '../src/cli/commands/texts.ts';
import { code, commandItem, exitItems, optionItem, pageName, seeAlso } from './command-page.ts';
import { type Block, type Page, prose } from './roff.ts';

const DESCRIPTION = `Mail to the address of a queue becomes a ticket in a store of plain files.
Its sender gets one acknowledgement, from the ticket's own address, and what they reply to that
is appended to the ticket. There is no daemon, no cron job and no database server: each mail
starts one process.

Postfix gives each mail to a pipe verb, by a line in an alias file: \`new\` for the address of a
queue, \`reply\` for the addresses of tickets, \`control\` for mail that is commands. Without a
verb the recipient decides: a mail to SUPPORT-7102@ is appended to that ticket, and every other
mail opens one. \`mailrobot init\` writes a config, makes an empty store, and prints the lines
that Postfix needs.

The staff work by mail, or with the commands \`mailrobot ticket ...\` in a terminal. Mail that
waits for a person is held: \`mailrobot held\` lists it. \`mailrobot explain\` says of each mail
what was decided about it, and why.

Every change is an event. \`mailrobot events\` gives them to other programs, \`mailrobot apply\`
takes orders from other programs, and \`mailrobot subscriber\` shows those who are told of every
change.

What is left to do (a reply that could not be handed over, a reminder that is due) is done by
the next run of any command. \`mailrobot status\` says whether a person should look.

As root a command becomes the store's owner before it opens anything. Any other
user gets a one-line error.`;

const JSON_OUT = `With \`--json\` a command writes one JSON value to standard output, in which
paths are relative to the store. With \`--ndjson\`, what gives several rows writes one JSON
object a line.`;

const ENVIRONMENT: readonly (readonly [string, string])[] = [
  [
    'SENDER, RECIPIENT, ORIGINAL_RECIPIENT, EXTENSION, CLIENT_ADDRESS, SASL_USERNAME',
    'The envelope of the mail, as local(8) exports it.',
  ],
  ['MAILROBOT_CONFIG', 'The config file, if `--config` names none.'],
  ['VISUAL, EDITOR', 'The editor for `mailrobot ticket reply` and `mailrobot ticket note`.'],
  ['PAGER', 'What shows a page that does not fit the terminal (default: less).'],
  ['NO_COLOR', 'No colour, also on a terminal.'],
];

const FILES: readonly (readonly [string, string])[] = [
  ['/etc/mailrobot/config.json', 'The config: mailrobot.conf(5).'],
  [
    '/etc/mailrobot/templates',
    `Texts in place of the built-in ones: NAME.txt, NAME.de.txt for one language, or either in a
      folder that has the prefix of a queue as its name. \`mailrobot template list\` has the
      names.`,
  ],
  [
    '/var/lib/mailrobot',
    `The store: \`journal/\` (one JSON line a commit), \`texts/\` (the words of the commits),
      \`raw/\` (every mail as it came or went), \`tickets/\` (ticket.json, attachments, and a Maildir for \`mutt -f\`).`,
  ],
];

export function programPage(sections: readonly Section[]): Page {
  const verbs = rowsOf(sections).filter(({ kind }) => kind === 'pipe');
  return {
    name: PROGRAM.name,
    chapter: 1,
    summary: PROGRAM.summary,
    sections: [
      { title: 'SYNOPSIS', blocks: synopsis(verbs.map(({ words }) => words)) },
      { title: 'DESCRIPTION', blocks: prose(DESCRIPTION) },
      { title: 'COMMANDS', blocks: commands(sections) },
      { title: 'OPTIONS', blocks: options() },
      { title: 'EXIT STATUS', blocks: exits(sections) },
      { title: 'ENVIRONMENT', blocks: ENVIRONMENT.map(item) },
      { title: 'FILES', blocks: FILES.map(item) },
      {
        title: 'EXAMPLES',
        blocks: [...PROGRAM.examples.map(code), ...noteBlocks(PROGRAM.note)],
      },
      {
        title: 'SEE ALSO',
        blocks: seeAlso([
          ...verbs.map(pageName),
          'mailrobot.conf(5)',
          'local(8)',
          'aliases(5)',
          'mutt(1)',
        ]),
      },
    ],
  };
}

function synopsis(verbs: readonly string[]): readonly Block[] {
  return [
    {
      ...{ type: 'synopsis', line: PROGRAM.name },
      parts: [`[${verbs.join('|')}]`, '[--queue <prefix>]', '[--dry-run]', '< <message>'],
    },
    { type: 'synopsis', line: PROGRAM.name, parts: ['<command>', '[<options>]', '[<arguments>]'] },
    { type: 'synopsis', line: PROGRAM.name, parts: ['help', '[<command>]'] },
  ];
}

/** Commands below a group are on the page of the group. */
function commands(sections: readonly Section[]): readonly Block[] {
  return sections.flatMap(({ title, rows }): readonly Block[] => [
    { type: 'heading', text: title },
    ...rows.filter(({ words }) => !words.includes(' ')).map(commandItem),
  ]);
}

function options(): readonly Block[] {
  const { help } = PROGRAM;
  return [
    ...prose('Every command takes these.'),
    ...PROGRAM.options.map(optionItem),
    { type: 'item', term: help.flags, text: sentence(help.text) },
    ...prose(JSON_OUT),
  ];
}

function exits(sections: readonly Section[]): readonly Block[] {
  const verb = rowsOf(sections).find(({ kind }) => kind === 'pipe');
  return [
    ...prose('A pipe verb, whatever happens:'),
    ...exitItems(verb?.kind === 'pipe' ? verb.exits : {}),
    ...prose('Any other command, unless its own page says more:'),
    ...exitItems(),
  ];
}

function item([term, text]: readonly [string, string]): Block {
  return { type: 'item', term, text };
}

function noteBlocks(note: string): readonly Block[] {
  const [intro = '', ...lines] = note.split('\n');
  return [
    { type: 'prose', text: intro },
    { type: 'code', lines: lines.map((line) => line.trimStart()) },
  ];
}
