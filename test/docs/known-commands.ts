/** What the program and package.json know, as they declare it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rowsOf, SECTIONS } from '../../src/cli/commands/table.ts';
import type { Known, KnownCommand } from './commands.ts';

const EVERYWHERE: KnownCommand = {
  words: '',
  arguments: [],
  options: ['--config <file>', '-h, --help', '--version'],
  takesDashes: false,
};

export function knownCommands(): Known {
  const commands = rowsOf(SECTIONS).flatMap((row): KnownCommand | readonly [] => {
    if (row.kind === 'group') return [];
    const { words, takesDashes } = row;
    const flagsOf = (all: readonly { readonly flags: string }[]) => all.map(({ flags }) => flags);
    return { words, takesDashes, arguments: flagsOf(row.arguments), options: flagsOf(row.options) };
  });
  return { commands: [EVERYWHERE, ...commands], scripts: Object.keys(packageScripts()) };
}

function packageScripts(): object {
  const file = join(import.meta.dirname, '../../package.json');
  const { scripts }: { scripts: object } = JSON.parse(readFileSync(file, 'utf8'));
  return scripts;
}
