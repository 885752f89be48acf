/** The config, and what Postfix is told of it. */
import { command, group } from './declare.ts';
import { JSON_OBJECT } from './shared.ts';

export const configCommands = [
  group({
    words: 'config',
    summary: 'check the config',
    description: 'The config of the desk.',
    examples: ['mailrobot config check'],
  }),
  command({
    words: 'config check',
    options: JSON_OBJECT,
    exits: { 1: 'something is wrong with the config, or it could not be read' },
    summary: 'say what is wrong with the config, and where; ends with 1 if something is',
    examples: [
      'mailrobot config check',
      'mailrobot config check --config new.json && mv new.json config.json',
    ],
    about: `One line for each problem: the file, the line, the column, and what is wrong. With
      \`--json\`: \`file\`, and \`problems\`, each with \`line\`, \`column\`, \`key\` and \`problem\`.

      Reads that file alone, and needs no store.`,
    load: async () => (await import('../config-check.ts')).checkConfigFile,
  }),
];

export const ruleCommands = [
  group({
    words: 'rules',
    summary: 'check the rules of the queues',
    description: 'Rules: what is done with mail that opens a ticket in a queue.',
    examples: ['mailrobot rules check', 'mailrobot rules check < message.eml'],
  }),
  command({
    words: 'rules check',
    options: {
      '--queue <prefix>': { text: 'ask the rules of that queue', offers: 'queues' },
      ...JSON_OBJECT,
    },
    exits: { 1: 'something is wrong with the config, or it could not be read' },
    summary: 'say what is wrong with the rules, and which of them fit a mail on stdin',
    examples: ['mailrobot rules check', 'mailrobot rules check < message.eml'],
    about: `One line for each problem, as of \`mailrobot config check\`. With a mail on stdin: the
      queue that it is for, and for each of its rules whether it fits, and why. With \`--json\`:
      \`file\`, \`problems\`, and \`mail\` with \`queue\` and \`rules\`.

      Reads the config alone. \`mailrobot new --dry-run\` also says what would become of the mail,
      and \`mailrobot replay\` what other rules would have done with the mail of the last days.`,
    load: async () => (await import('../rules-check.ts')).checkRules,
  }),
];

export const postfixCommands = [
  group({
    words: 'postfix',
    summary: 'print what Postfix needs for the config as it is',
    description: 'What Postfix needs for the config as it is.',
    note: `mailrobot init --print makes one shell script of it all. After a queue is added
or renamed in the config, these lines are others.`,
    examples: ['mailrobot postfix aliases', 'mailrobot postfix main.cf'],
  }),
  command({
    words: 'postfix aliases',
    summary: 'print the alias file: each queue, the tickets of each prefix, control and help',
    examples: [
      'mailrobot postfix aliases',
      'mailrobot postfix aliases |\n  install -o mailrobot -m 644 /dev/stdin /etc/mailrobot/postfix/aliases',
    ],
    about: `Each line names the copy of mailrobot that prints it. The file belongs to the owner of
      the store, since Postfix runs a command as the owner of its alias file, and so does its
      folder: write it with install(1), which follows no link in there. After a change:
      \`postalias hash:/etc/mailrobot/postfix/aliases\`.`,
    load: async () => (await import('../postfix.ts')).postfixAliases,
  }),
  command({
    words: 'postfix maps',
    summary: 'print the map that brings the addresses of tickets to their aliases',
    examples: ['mailrobot postfix maps > /etc/mailrobot/tickets.regexp'],
    about: 'It touches no other address. The file belongs to root.',
    load: async () => (await import('../postfix.ts')).postfixMaps,
  }),
  command({
    words: 'postfix main.cf',
    summary: 'print the settings of main.cf, with what they have already',
    examples: ['mailrobot postfix main.cf'],
    about: `What the settings have already is asked of postconf(1). If that is not there, they are
      printed as for a fresh Postfix.`,
    load: async () => (await import('../postfix.ts')).postfixMainCf,
  }),
  command({
    words: 'postfix recipients',
    summary: 'print how Postfix looks recipients up, and what keeps the desk apart from that',
    examples: ['mailrobot postfix recipients'],
    load: async () => (await import('../postfix.ts')).postfixRecipients,
  }),
  command({
    words: 'postfix lmtp',
    summary: 'print what takes the place of all this for mailrobot serve --lmtp',
    examples: ['mailrobot postfix lmtp'],
    load: async () => (await import('../postfix.ts')).postfixLmtp,
  }),
];
