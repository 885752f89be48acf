/** Texts that people answer with. */
import { command, group } from './declare.ts';
import { JSON_ARRAY, JSON_ROWS } from './shared.ts';

export const snippetCommands = [
  group({
    words: 'snippet',
    summary: 'list and show the texts that answers are made of',
    description: 'Texts of your own, for people to answer with.',
    note: `A snippet is a file in snippets/ beside the config: vpn.md for every language,
vpn.de.md for one; in snippets/BILLING/ for one queue alone. A line
{{snippet:vpn}} in an answer is what it says.`,
    examples: ['mailrobot snippet list', 'mailrobot ticket reply 7102 --snippet vpn'],
  }),
  command({
    words: 'snippet list',
    options: JSON_ROWS,
    summary: 'list all snippets, and how they begin',
    examples: ['mailrobot snippet list'],
    about: `What cannot be used, and why, is told on stderr; \`config check\` ends with 1 for it.`,
    load: async () => (await import('../snippet.ts')).listSnippets,
  }),
  command({
    words: 'snippet show',
    arguments: [['<name>', { text: 'its name in snippet list', offers: 'snippets' }]],
    options: JSON_ARRAY,
    summary: 'show what a snippet says, for each queue and language',
    examples: ['mailrobot snippet show vpn'],
    load: async () => (await import('../snippet.ts')).showSnippet,
  }),
];
