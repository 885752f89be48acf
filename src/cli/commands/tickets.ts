/** Commands that list, show, answer and sort tickets. */
import { STATUSES } from '../../ticket/ticket.ts';
import { command, group } from './declare.ts';
import { JSON_OBJECT, JSON_ROWS, TICKET } from './shared.ts';

const WRITTEN = 'the text; else it comes from stdin, or from $EDITOR';
const TEXT = { '-m, --message <text>': WRITTEN };
const AS_MAIL = {
  '--plain': 'as text alone, also if it is written as Markdown',
  '--dry-run': 'show the mail that would go out, and send nothing',
};
const AS_MARKDOWN =
  'Markdown in it goes out as HTML beside the text, which stays as it is written.';
const LIMIT = { '--limit <number>': 'at most so many (default: 50)' };

export const ticketCommands = [
  group({
    words: 'ticket',
    summary: 'list, show, answer and sort tickets',
    description: 'List, show, answer and sort tickets.',
    note: 'A ticket is named SUPPORT-7102, support-7102 or 7102.',
    examples: ['mailrobot ticket list', 'mailrobot ticket show 7102'],
  }),
  command({
    words: 'ticket list',
    options: {
      '--all': 'resolved and snoozed ones too',
      '--snoozed': 'those alone that are snoozed',
      '--status <status>': {
        text: `of this status: ${STATUSES.join(', ')}`,
        ...{ isList: true, offers: STATUSES },
      },
      '--queue <prefix>': { text: 'of this queue', ...{ isList: true, offers: 'queues' } },
      '--assignee <name>': {
        text: 'that this person works on, or nobody',
        ...{ isList: true, offers: 'staff' },
      },
      '--tag <tag>': { text: 'with this tag; several: with all of them', isList: true },
      '--field <condition>': {
        text: 'in whose field something stands: order, order=1234, amount>100; order= has nothing there',
        ...{ isList: true, offers: 'fields' },
      },
      '--missing': 'without a field that the staff cannot close it without',
      '--requester <text>': "with this in the requester's name or address",
      '--older <time>': 'not changed for so long: 36h, 7d',
      '--newer <time>': 'changed since: 36h, 7d',
      '--text <text>': 'with this in the subject (ticket search looks into the mails)',
      '--sort <by>': {
        text: 'created (default), updated, priority, status or field:NAME',
        offers: 'sorts',
      },
      ...LIMIT,
      '--watch': 'fill the terminal, and draw it again when something happens; q ends',
      ...JSON_ROWS,
    },
    summary: 'list the open tickets, newest first',
    examples: [
      'mailrobot ticket list --tag login --assignee nobody',
      'mailrobot ticket list --watch --sort priority',
      'mailrobot ticket list --field kind=bug --sort field:due',
      'mailrobot ticket list --all --older 30d --sort updated --json',
    ],
    about: `AGE is since it was opened, CHANGED since anything was done to it; PRIO has a \`-\` for
      normal. ANSWERS is when an answer goes out that waits, UNTIL the end of a snooze. A narrow
      terminal has fewer columns, so that there is room for the subject. What does not fit on a terminal goes through \`$PAGER\`, with the headings in sight; in a pipe there is
      all of it.

      \`--watch\` follows the desk as \`events --follow\` does. It shows as many tickets as there is
      room for, and ends by \`q\` or Ctrl-C with the terminal as it was.`,
    load: async () => (await import('../ticket-list.ts')).list,
  }),
  command({
    words: 'ticket search',
    arguments: [['<word...>', 'all of them, in any order']],
    options: { ...LIMIT, ...JSON_ROWS },
    summary: 'find tickets with all of these words, in subject, texts, notes or names',
    examples: ['mailrobot ticket search login password'],
    about: `Below each ticket are the lines that the words are in, three at most, with the number of
      the message; on a terminal the words are marked. Words that subject or requester have are not
      shown twice. With \`--json\` the lines are \`excerpts\` of a ticket: \`serial\` and \`line\`.

      Reads the journal from its end on, until enough tickets are found: there is no index that each
      mail would have to keep.`,
    load: async () => (await import('../ticket-search.ts')).search,
  }),
  command({
    words: 'ticket show',
    arguments: [TICKET],
    options: {
      '--full': 'quoted lines and signatures too',
      '--log': 'who did what with it, and when, in the place of its messages',
      ...JSON_OBJECT,
    },
    summary: 'show a ticket and its messages',
    examples: ['mailrobot ticket show 7102 --log', 'mailrobot ticket show 7102 --json'],
    about: `Quoted lines and signatures are folded unless \`--full\` is given. On a terminal, what
      does not fit goes through \`$PAGER\`.

      \`--log\` reads the journal on from where the ticket began. With \`--json\` it is \`log\` of the
      ticket: \`time\`, \`by\` (a person, or \`mailrobot\`), and \`what\` they did, in words.`,
    load: async () => (await import('../ticket-show.ts')).show,
  }),
  command({
    words: 'ticket reply',
    arguments: [TICKET],
    options: {
      ...TEXT,
      '--snippet <name>': {
        text: 'a snippet, below the text if there is one; several: one below the other',
        ...{ isList: true, offers: 'snippets' },
      },
      '--at <time>': 'when it goes out: "tomorrow 8:00", "monday 9:00"',
      ...AS_MAIL,
    },
    summary: 'reply to the requester and whoever gets copies',
    about: `${AS_MARKDOWN} A line \`{{snippet:vpn}}\` in it is what that snippet says; with \`--snippet\` nothing is read from stdin. If a colleague has written, or the ticket was closed, since its customer wrote last, it asks first; if stdin is no terminal, it sends the reply, and says so.

      \`--at\` needs something that runs by the clock: the timer (\`mailrobot due\`), or \`mailrobot serve --lmtp\`. Until it goes out, \`mailrobot ticket undo\` takes it back.`,
    examples: [
      'mailrobot ticket reply 7102 -m "I have reset your password."',
      'mailrobot ticket reply 7102 --snippet vpn -m "Hello Nic,"',
      'mailrobot ticket reply 7102 --at "tomorrow 8:00" -m "Good morning."',
    ],
    load: async () => (await import('../ticket-text.ts')).reply,
  }),
  command({
    words: 'ticket new',
    arguments: [['<address>', 'of the customer; with a name: "Nic Ferrier <nic@ferrier.example>"']],
    options: {
      '--subject <subject>': { text: 'of the ticket and of the mail', isRequired: true },
      '--queue <prefix>': {
        text: 'the queue (default: the first of the config)',
        offers: 'queues',
      },
      '-m, --message <text>': WRITTEN,
      ...AS_MAIL,
    },
    summary: 'open a ticket for a customer, and send them its first mail',
    examples: ['mailrobot ticket new nic@ferrier.example --subject Tablet -m "Ready."'],
    about: `${AS_MARKDOWN} Their reply is on the ticket. The ticket waits for the customer then (pending).`,
    load: async () => (await import('../ticket-new.ts')).begin,
  }),
  command({
    words: 'ticket note',
    arguments: [TICKET],
    options: TEXT,
    summary: 'write down what the customer never sees',
    examples: ['mailrobot ticket note 7102 -m "They call back on Monday."'],
    load: async () => (await import('../ticket-text.ts')).note,
  }),
  command({
    words: 'ticket forward',
    arguments: [TICKET, ['<address>', 'whom it goes to']],
    options: { '-m, --message <text>': 'what is said above it' },
    summary: 'send what was said last, and its files, to somebody outside',
    examples: ['mailrobot ticket forward 7102 dev@lab.example -m "Can you look at this?"'],
    load: async () => (await import('../ticket-text.ts')).forward,
  }),
  command({
    words: 'ticket attachment',
    arguments: [TICKET, ['<number>', 'its number in ticket show']],
    summary: 'write an attachment to stdout, by its number in ticket show',
    examples: ['mailrobot ticket attachment 7102 1 > scan.pdf'],
    about: 'Never to a terminal.',
    load: async () => (await import('../ticket-attachment.ts')).attachment,
  }),
];
