/** The texts that go to customers by themselves. */
import { command, group } from './declare.ts';
import { JSON_ARRAY, JSON_ROWS } from './shared.ts';

export const templateCommands = [
  group({
    words: 'template',
    summary: 'list, show and check the texts that go out by themselves',
    description: 'The texts that go to customers by themselves.',
    note: `A text of your own is a file in templates/ beside the config: NAME.txt for
every language, NAME.de.txt for one; in templates/BILLING/ for one queue alone.`,
    examples: ['mailrobot template list', 'mailrobot template show acknowledgement --language de'],
  }),
  command({
    words: 'template list',
    options: JSON_ROWS,
    summary: 'list all texts, and where they come from',
    examples: ['mailrobot template list'],
    load: async () => (await import('../template.ts')).listTemplates,
  }),
  command({
    words: 'template show',
    arguments: [['<name>', 'its name in template list']],
    options: {
      '--queue <prefix>': { text: 'for this queue (default: the first one)', offers: 'queues' },
      '--language <language>': "for a customer who writes it (default: the queue's)",
    },
    summary: 'show a text as it is used, to begin your own with',
    examples: [
      'mailrobot template show acknowledgement',
      'mailrobot template show reminder --queue BILLING --language de',
    ],
    load: async () => (await import('../template.ts')).showTemplate,
  }),
  command({
    words: 'template check',
    options: JSON_ARRAY,
    exits: { 1: 'something is wrong with a text, or it could not be read' },
    summary: 'say what is wrong with your own texts; ends with 1 if something is',
    examples: ['mailrobot template check'],
    load: async () => (await import('../template.ts')).checkTemplates,
  }),
];
