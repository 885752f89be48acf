/**
 * The pipe verbs, which take one mail on stdin, and the commands that look at a mail.
 *
 * A pipe verb is read by arguments.ts and never comes through here: its rows are for
 * the texts alone. Their summaries say how they end.
 */
import { command, pipeVerb } from './declare.ts';
import { JSON_ROWS } from './shared.ts';

const ENDS = 'ends with 0 (the mail is kept) or 75 (the MTA should try again)';

const TAKES = {
  options: {
    '--queue <prefix>': 'for this queue, if its address names none',
    '--dry-run': 'change nothing; show the decision and the mail that would go out',
  },
  exits: {
    0: `The mail is on disk, durable, and belongs to a ticket, a held mail or a recorded decision.
      Its reply has been handed over, or sendmail has it and has not ended within 30 seconds: then
      \`mailrobot ticket show\` says that it is under way.`,
    75: `The MTA should try again: the mail is not kept, or its reply could not be handed over yet.
      One line on stdout that begins with an RFC 3463 status code of class 4 says why.`,
  },
};

const NEVER_IN_AN_ALIAS = 'Never use `--dry-run` in an alias: nothing is kept.';

export const pipeVerbs = [
  pipeVerb({
    words: 'new',
    summary: `take a mail on stdin as a new ticket; ${ENDS}`,
    ...TAKES,
    examples: ['mailrobot new < message.eml'],
    about: `The mail opens a ticket, or is appended to the one that its recipient's address
      names (SUPPORT-7102@), or the one that its References name. Without a recipient in the
      environment, as by hand, no address makes it a reply.

      ${NEVER_IN_AN_ALIAS}`,
  }),
  pipeVerb({
    words: 'reply',
    summary: `take a mail on stdin as a reply; ${ENDS}`,
    ...TAKES,
    examples: ['mailrobot reply < reply.eml'],
    about: `As \`mailrobot new\`, but a bare number in the extension of the recipient
      (help-7102@) also names a ticket, and by hand the addresses in To and Cc do.

      ${NEVER_IN_AN_ALIAS}`,
  }),
  pipeVerb({
    words: 'control',
    summary: `take a mail of commands on stdin; ${ENDS}`,
    ...TAKES,
    examples: ['mailrobot control < orders.eml'],
    about: `The mail has one command a line, such as \`close 7102\`, and gets a transcript as
      its reply. Sent to the \`help\` address it gets an explanation.

      ${NEVER_IN_AN_ALIAS}`,
  }),
  pipeVerb({
    words: 'run',
    arguments: [['<name>', 'the robot']],
    summary: `take a mail on stdin for a robot; ${ENDS}`,
    ...TAKES,
    options: {
      ...TAKES.options,
      '--dry-run': 'run the robot, and show what it says and the mail that would go out',
      '--test <folder>': 'run it on the mails of a folder, and compare what it says',
    },
    examples: [
      'mailrobot run deploy < message.eml',
      'mailrobot run deploy --test /etc/mailrobot/robots/deploy.cases',
    ],
    about: `The mail waits for the robot, which \`mailrobot robot run\` starts. Mail of those whom
      the robot does not take is held, and so is what a machine may have written.

      With \`--dry-run\` and \`--test\` the robot is run, as its user, and nothing of what it
      orders is carried out: what it does by itself is done. As root, unless it runs as the owner.
      Who has sent the mail stands in the environment, as for any mail: \`SASL_USERNAME=kim\`.
      \`--test\` compares what it writes for \`a.eml\` with \`a.out\`, and how it ends with the
      first word in \`a.end\` (\`done\` if there is none), and ends with 75 if something differs.

      ${NEVER_IN_AN_ALIAS}`,
  }),
];

export const mailCommands = [
  command({
    words: 'explain',
    arguments: [['<name>', 'a ticket, a Message-ID, a queue id, or a file']],
    options: JSON_ROWS,
    summary: 'say what was decided about a mail, and why',
    examples: [
      'mailrobot explain 7102',
      'mailrobot explain message.eml',
      'mailrobot explain "<id@host>"',
      'mailrobot explain 4dX1tQ0Lz9z',
    ],
    about: `The mails of a ticket, or one mail by its Message-ID, by the queue id that is in
      Postfix's log, or by a file that holds it; with the copies of it that came before. To find a
      queue id the whole journal is read. \`--json\` also has the queue id.`,
    load: async () => (await import('../explain.ts')).explain,
  }),
  command({
    words: 'replay',
    arguments: [['[file...]', 'mails, and folders of mails; without any, mail of the store']],
    options: {
      '--since <time>': 'mail of the store that came since: 36h, 7d (default: 7d)',
      '--json': 'as one JSON array, of every mail',
      '--ndjson': JSON_ROWS['--ndjson'],
    },
    summary: 'decide mails again by the config as it is, and show where they differ',
    examples: [
      'mailrobot replay --since 7d',
      'mailrobot replay --config new.json',
      'mailrobot replay message.eml',
    ],
    about: `Changes nothing. Each mail is decided once more, and shown if that differs from what was
      decided when it came: what is done with it, how far its author is believed, which checks
      spoke, and which rules of its queue.`,
    load: async () => (await import('../replay.ts')).replayFiles,
  }),
];
