/** Recipients: valid addresses of the desk's domain, and where each goes. */
import { command, group } from './declare.ts';
import { JSON_ROWS } from './shared.ts';

const ADDRESS = [
  '<address>',
  'an address of the domain, such as anna@support-ticket.example',
] as const;

export const recipientCommands = [
  group({
    words: 'recipient',
    summary: 'say which addresses are valid, and where each goes',
    description: 'Valid addresses besides those of the desk, and where the mail for each goes.',
    examples: ['mailrobot recipient add anna@support-ticket.example anna@ferrier.example'],
    about: `They lie where Postfix looks them up: in a table of PostgreSQL, or in a file of which
      postmap makes one, as \`recipients\` in the config says. A change counts with the next mail,
      and is an event. \`mailrobot postfix recipients\` prints what Postfix needs.`,
  }),
  command({
    words: 'recipient add',
    arguments: [ADDRESS, ['<destination>', 'where its mail goes: one address, anywhere']],
    summary: 'make an address valid, or send its mail elsewhere',
    examples: ['mailrobot recipient add anna@support-ticket.example anna@ferrier.example'],
    load: async () => (await import('../recipient.ts')).addRecipient,
  }),
  command({
    words: 'recipient remove',
    arguments: [ADDRESS],
    summary: 'refuse mail for an address from now on',
    examples: ['mailrobot recipient remove anna@support-ticket.example'],
    load: async () => (await import('../recipient.ts')).removeRecipient,
  }),
  command({
    words: 'recipient list',
    options: JSON_ROWS,
    summary: 'list the recipients and where each goes',
    examples: ['mailrobot recipient list --ndjson'],
    load: async () => (await import('../recipient.ts')).listRecipients,
  }),
  command({
    words: 'recipient import',
    arguments: [['<file>', 'lines with an address and its destination, or CSV']],
    options: { '--dry-run': 'say what would change, and change nothing' },
    summary: 'add all recipients of a file, or none of them',
    examples: ['mailrobot recipient import recipients.csv'],
    about: `Each line has an address and its destination, with blanks, a comma or a semicolon
      between them. A first line may name the columns, \`address\` and \`destination\`; then others
      may stand beside these. Every line that is wrong is told, and nothing is done then. What is in
      the table and not in the file stays.`,
    load: async () => (await import('../recipient.ts')).importRecipients,
  }),
];
