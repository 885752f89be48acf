/** The command line of the shells' own help: completion of words, options and tickets. */
import type { Group, Place } from '../define.ts';

/** What can be written where. */
export interface WordTree {
  readonly name: string;
  readonly summary: string;
  /** Its first argument is a ticket. */
  readonly takesTicket: boolean;
  readonly options: readonly {
    readonly name: string;
    readonly short: string | null;
    readonly summary: string;
    readonly takesValue: boolean;
  }[];
  readonly commands: readonly WordTree[];
}

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
