/**
 * The desk's command line. The one file that knows commander.
 *
 * Every command is declared in a file of lines/ with its help, and loaded when it is
 * called. Exit codes: 0, 1 for "could not", 2 for wrong usage; an error is one line on
 * stderr. The pipe verbs are declared for their help alone: mail never comes
 * through here.
 */
import { Command, CommanderError } from 'commander';
import { DESK_EXIT } from '../outcome.ts';
import { inertLine } from '../pages/inert.ts';
import { configFile } from './arguments.ts';
import type { Definable, Group, GroupTexts, Place } from './define.ts';
import { completionLines } from './lines/completion.ts';
import { feedLines } from './lines/feed.ts';
import { mailLines } from './lines/mail.ts';
import { serverLines } from './lines/server.ts';
import { storeLines } from './lines/store.ts';
import { templateLines } from './lines/template.ts';
import { ticketLines } from './lines/ticket.ts';
import { Ended, Refused } from './refused.ts';
import type { Run } from './run.ts';
import type { WordTree } from './word-tree.ts';

export async function desk(run: Run): Promise<number> {
  const output = watchOutput();
  const exit = await carryOut(run);
  const error = await output.error();
  if (error === null) return exit;
  run.explain(`mailrobot: the output could not be written: ${error.message}`);
  return DESK_EXIT.failed;
}

async function carryOut(run: Run): Promise<number> {
  try {
    await program(run).parseAsync([...run.args], { from: 'user' });
    return DESK_EXIT.done;
  } catch (error) {
    if (error instanceof CommanderError) return exitOf(error, run.args);
    const message = error instanceof Error ? error.message : String(error);
    run.explain(`mailrobot: ${inertLine(message)}`);
    if (error instanceof Ended) return error.exit;
    return error instanceof Refused && error.isUsage ? DESK_EXIT.usage : DESK_EXIT.failed;
  }
}

/** Help that was asked for is done; help that is shown instead of a command is wrong usage. */
function exitOf({ code }: CommanderError, args: readonly string[]): number {
  const isAsked = code === 'commander.help' && args.includes('help');
  return isAsked || code === 'commander.helpDisplayed' || code === 'commander.version'
    ? DESK_EXIT.done
    : DESK_EXIT.usage;
}

/** Nobody reading on (EPIPE, as under head) is no error; a full disk is. */
function watchOutput(): { error(): Promise<Error | null> } {
  let failed: Error | null = null;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') failed = error;
  });
  return {
    error: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return failed;
    },
  };
}

function program(run: Run): Command {
  const root = new Command('mailrobot')
    .description('Turns a Postfix alias into a ticket desk.')
    .version(run.version, '--version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .option('--config <file>', 'default: $MAILROBOT_CONFIG or /etc/mailrobot/config.json')
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError(false)
    .exitOverride()
    .configureOutput({
      outputError: (text, write) =>
        write(`${text.replace(/^error: /, 'mailrobot: ').trimEnd()}; see mailrobot --help\n`),
    })
    .addHelpText(
      'after',
      `
In an alias file:
  new:     "|/usr/local/bin/mailrobot new || exit 75"
  support: "|/usr/local/bin/mailrobot reply || exit 75"
  control: "|/usr/local/bin/mailrobot control || exit 75"

Examples:
  mailrobot init --domain support-ticket.example --user mailrobot
  mailrobot < message.eml
  mailrobot ticket list
  mailrobot ticket reply SUPPORT-7102 -m "I have reset your password."`,
    );
  const lines = groupOf(root);
  const place: Place = {
    run,
    config: () => configFile(root.opts<{ config?: string }>().config, run.environment),
  };
  mailLines(lines, place);
  ticketLines(lines, place);
  feedLines(lines, place);
  templateLines(lines, place);
  storeLines(lines, place);
  serverLines(lines, place);
  completionLines(lines, place, () => treeOf(root));
  for (const command of [root, ...root.commands]) {
    for (const inner of [command, ...command.commands]) inner.copyInheritedSettings(root);
  }
  return root;
}

function groupOf(parent: Command): Group {
  return {
    define: (words, summary, example) =>
      definable(
        parent
          .command(words)
          .description(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`)
          .summary(summary)
          .addHelpText('after', `\nExample:\n  ${example}`),
      ),
    group: (name, { description, summary, help }: GroupTexts) =>
      groupOf(
        parent.command(name).description(description).summary(summary).addHelpText('after', help),
      ),
  };
}

function definable(command: Command): Definable {
  const same: Definable = {
    option: (flags, text, preset) => {
      command.option(flags, text, preset);
      return same;
    },
    list: (flags, text) => {
      const add = (word: string, before: readonly string[] = []) => [...before, word];
      command.option(flags, text, add);
      return same;
    },
    requiredOption: (flags, text) => {
      command.requiredOption(flags, text);
      return same;
    },
    takesDashes: (are = true) => {
      command.allowUnknownOption(are);
      return same;
    },
    action: (work) => {
      // Commander gives the arguments that were declared, and the options.
      command.action(work as (...given: unknown[]) => Promise<void>);
      return same;
    },
  };
  return same;
}

function treeOf(command: Command): WordTree {
  return {
    name: command.name(),
    summary: command.summary(),
    takesTicket: command.registeredArguments[0]?.name() === 'id',
    options: command.options.flatMap(({ long, short, description, required }) =>
      typeof long === 'string'
        ? [{ name: long, short: short ?? null, summary: description, takesValue: required }]
        : [],
    ),
    commands: command.commands.map(treeOf),
  };
}
