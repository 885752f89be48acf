/** The command line of the shells' own help: completion of words, options and tickets. */
import type { Group, Place } from '../define.ts';
import type { WordTree } from '../word-tree.ts';

export function completionLines(root: Group, { run, config }: Place, tree: () => WordTree): void {
  root
    .define(
      'completion <shell>',
      'print what completes commands and ticket ids in bash, zsh or fish',
      'mailrobot completion bash > /etc/bash_completion.d/mailrobot\n  mailrobot completion zsh > /usr/local/share/zsh/site-functions/_mailrobot\n  mailrobot completion fish > ~/.config/fish/completions/mailrobot.fish',
    )
    .action(async (shell: string) => (await import('../completion.ts')).completion(shell, run));
  root
    .define(
      'complete [word...]',
      'what those scripts call: what may come in the place of the last word',
      'mailrobot complete ticket sh',
    )
    .takesDashes()
    .action(async (words: readonly string[]) =>
      (await import('../completion.ts')).complete(words, tree(), config(), run),
    );
}
