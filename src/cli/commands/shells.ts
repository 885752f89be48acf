/** Completion in the shells, which asks the table of commands itself. */
import { command, type Row } from './declare.ts';

/** `table`: every row there is, these included. */
export function shellCommands(table: () => readonly Row[]) {
  return [
    command({
      words: 'completion',
      arguments: [['<shell>', { text: 'bash, zsh or fish', offers: ['bash', 'zsh', 'fish'] }]],
      summary: 'print what completes commands and ticket ids in bash, zsh or fish',
      examples: [
        'mailrobot completion bash > /etc/bash_completion.d/mailrobot',
        'mailrobot completion zsh > \\\n  /usr/local/share/zsh/site-functions/_mailrobot',
        'mailrobot completion fish > ~/.config/fish/completions/mailrobot.fish',
      ],
      load: async () => (await import('../completion.ts')).completion,
    }),
    command({
      words: 'complete',
      arguments: [['[word...]', 'the words of the command line, the last one unfinished']],
      takesDashes: true,
      isInner: true,
      summary: 'what the scripts of completion call: what may come in the place of the last word',
      examples: ['mailrobot complete ticket sh'],
      about: 'A line for each: the word, a tab, and what it means.',
      load: async () => {
        const { complete } = await import('../completion.ts');
        return (words, { config }, run) => complete(words, { table: table(), config, run });
      },
    }),
  ];
}
