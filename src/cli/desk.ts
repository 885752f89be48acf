/**
 * The desk's command line. The one file that knows commander.
 *
 * Help and reading of every command are made from its row in the table, and its function
 * is loaded when it is called. Exit codes: 0, 1 for "could not", 2 for wrong usage; an
 * error is one line on stderr. The pipe verbs are declared for their help alone: mail
 * never comes through here.
 */
import { Command, CommanderError, Help, type OutputConfiguration } from 'commander';
import { DESK_EXIT } from '../outcome.ts';
import { inertLine } from '../pages/inert.ts';
import { LEVEL_EXIT } from '../reports/level.ts';
import { aloud, onTerminal } from './aloud.ts';
import { configFile } from './arguments.ts';
import type { Group, Option, PipeVerb, Command as Row } from './commands/declare.ts';
import { PROGRAM } from './commands/program.ts';
import { rowsOf, SECTIONS, type Section } from './commands/table.ts';
import { exampleLines, sentence } from './commands/texts.ts';
import { firstWord } from './desk-line.ts';
import { outputWatched } from './output-watched.ts';
import { Ended, Refused } from './refused.ts';
import type { Run } from './run.ts';

export async function desk(given: Run, sections = SECTIONS): Promise<number> {
  const run = aloud(given);
  return outputWatched(run, DESK_EXIT.failed, () => carryOut(run, sections));
}

async function carryOut(run: Run, sections: readonly Section[]): Promise<number> {
  try {
    const root = program(run, asked(run.args, sections));
    const [first, name] = run.args;
    // Commander shows the help of all instead.
    if (first === 'help' && name !== undefined && !hasCommand(root, name)) {
      root.error(`error: unknown command '${inertLine(name)}'`);
    }
    await root.parseAsync([...run.args], { from: 'user' });
    return DESK_EXIT.done;
  } catch (error) {
    if (error instanceof CommanderError) {
      const exit = exitOf(error, run.args);
      return exit === DESK_EXIT.usage && isPlugin(run.args, sections) ? unknown(error) : exit;
    }
    const message = error instanceof Error ? error.message : String(error);
    run.explain(`mailrobot: ${inertLine(message)}`);
    if (error instanceof Ended) return error.exit;
    return error instanceof Refused && error.isUsage ? DESK_EXIT.usage : DESK_EXIT.failed;
  }
}

/** For a command that is named plainly, it alone: of all others, only help and what is wrong speaks. */
function asked(args: readonly string[], sections: readonly Section[]): readonly Section[] {
  const word = firstWord(args);
  const at = word === null ? -1 : args.indexOf(word);
  const named = `${word} ${args[at + 1]}`;
  const isAsked = ({ words }: Group | PipeVerb | Row) => words === word || words === named;
  const rows = rowsOf(sections).filter(isAsked);
  const isPlain = !args.slice(0, at).some((one) => /^(--help|-h|--version)$/.test(one));
  if (!isPlain || !rows.some(({ kind }) => kind === 'command')) return sections;
  return sections.map((section) => ({ ...section, rows: section.rows.filter(isAsked) }));
}

function hasCommand(root: Command, name: string): boolean {
  return (
    name === 'help' || name.startsWith('-') || root.commands.some((row) => row.name() === name)
  );
}

/** Help that was asked for is done; help that is shown instead of a command is wrong usage. */
function exitOf({ code }: CommanderError, args: readonly string[]): number {
  const isAsked = code === 'commander.help' && args.includes('help');
  return isAsked || code === 'commander.helpDisplayed' || code === 'commander.version'
    ? DESK_EXIT.done
    : DESK_EXIT.usage;
}

function isPlugin(args: readonly string[], sections: readonly Section[]): boolean {
  const word = firstWord(args);
  return rowsOf(sections).some(
    (row) => row.kind === 'command' && row.isPlugin && row.words === word,
  );
}

/** Monitoring systems show the first line of stdout; why it is so stands on stderr already. */
function unknown({ message }: CommanderError): number {
  process.stdout.write(`UNKNOWN: ${inertLine(withoutError(message))}\n`);
  return LEVEL_EXIT.unknown;
}

function program(run: Run, sections: readonly Section[]): Command {
  const { name, summary, options, help, helpCommand, note, examples } = PROGRAM;
  const root = new Command(name)
    .description(sentence(summary))
    .helpOption(help.flags, help.text)
    .configureHelp({
      showGlobalOptions: true,
      // Whether it has options, its own help says.
      subcommandTerm: (command) => new Help().subcommandTerm(command).replace(' [options]', ''),
    })
    .showSuggestionAfterError(false)
    .exitOverride()
    .addHelpText('after', `\n${note}\n\n${exampleLines(examples)}`);
  for (const option of options) {
    if (option.name === '--version') root.version(run.version, option.flags, option.text);
    else addOption(root, option);
  }
  addRows(root, sections, run);
  // In the last section.
  root.helpCommand(`${helpCommand.words} ${helpCommand.flags}`, helpCommand.summary);
  for (const command of [root, ...root.commands]) {
    for (const inner of [command, ...command.commands]) inner.copyInheritedSettings(root);
  }
  const all = root.commands.flatMap((group) => [group, ...group.commands]);
  for (const command of [root, ...all]) command.configureOutput(errorsOf(command, run));
  return root;
}

/** They say whose help explains it, and of a word that is missing what it is. */
function errorsOf(command: Command, run: Run): OutputConfiguration {
  const words = nameOf(command);
  const line = (text: string) =>
    `mailrobot: ${withWhatIsMissing(withoutError(text), command)}; see ${words} --help`;
  return { outputError: (text, write) => write(`${onTerminal(2, line(text), run)}\n`) };
}

function nameOf(command: Command): string {
  const { parent } = command;
  return parent === null ? command.name() : `${nameOf(parent)} ${command.name()}`;
}

function withWhatIsMissing(text: string, { registeredArguments }: Command): string {
  const [, name] = /^missing required argument '(.+)'$/.exec(text) ?? [];
  const missing = registeredArguments.find((argument) => argument.name() === name);
  return missing === undefined ? text : `${text}: ${missing.description}`;
}

function withoutError(text: string): string {
  return text
    .replace(/^error: /, '')
    .trimEnd()
    .replace(/\.$/, '');
}

function addRows(root: Command, sections: readonly Section[], run: Run): void {
  const groups = new Map<string, Command>();
  for (const { title, rows } of sections) {
    root.commandsGroup(`${title}:`);
    for (const row of rows) {
      const [first = '', second] = row.words.split(' ');
      const parent = second === undefined ? root : groups.get(first);
      if (parent === undefined) throw new Error(`"${row.words}" has no row for ${first} above it`);
      const command = parent.command(second ?? first).summary(row.summary);
      if (row.kind === 'group') groups.set(first, describeGroup(command, row));
      else describe(command, row);
      if (row.kind === 'command') carryOutWith(command, row, root, run);
    }
  }
}

function describeGroup(command: Command, { description, note, examples }: Group): Command {
  const above = note === undefined ? '' : `\n${note}\n`;
  return command
    .description(description)
    .addHelpText('after', `${above}\n${exampleLines(examples)}`);
}

function describe(command: Command, row: Row | PipeVerb): void {
  command
    .description(sentence(row.summary))
    .allowUnknownOption(row.takesDashes)
    .addHelpText('after', `\n${exampleLines(row.examples)}`);
  for (const { flags, text } of row.arguments) command.argument(flags, text);
  for (const option of row.options) addOption(command, option);
}

function addOption(command: Command, { flags, text, isList, isRequired, preset }: Option): void {
  const add = (word: string, before: readonly string[] = []) => [...before, word];
  if (isList) command.option(flags, text, add);
  else if (isRequired) command.requiredOption(flags, text);
  else command.option(flags, text, preset);
}

function carryOutWith(command: Command, { load }: Row, root: Command, run: Run): void {
  command.action(async (...given: readonly unknown[]) => {
    const config = configFile(root.opts<{ config?: string }>().config, run.environment);
    const values = given.slice(0, command.registeredArguments.length);
    // Commander knows no types. It gives what was declared, and declare.ts has compared
    // that with what this function takes.
    const work = (await load()) as (...all: readonly unknown[]) => Promise<void>;
    await work(...values, { ...command.opts(), config }, run);
  });
}
