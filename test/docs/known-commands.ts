/** What the program and package.json know, as they declare it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Definable, Group, Place } from '../../src/cli/define.ts';
import { completionLines } from '../../src/cli/lines/completion.ts';
import { feedLines } from '../../src/cli/lines/feed.ts';
import { mailLines } from '../../src/cli/lines/mail.ts';
import { serverLines } from '../../src/cli/lines/server.ts';
import { storeLines } from '../../src/cli/lines/store.ts';
import { templateLines } from '../../src/cli/lines/template.ts';
import { ticketLines } from '../../src/cli/lines/ticket.ts';
import type { Known, KnownCommand } from './commands.ts';

const EVERYWHERE: KnownCommand = {
  words: '',
  arguments: [],
  options: ['--config <file>', '-h, --help', '--version'],
  takesDashes: false,
};

export function knownCommands(): Known {
  const commands: KnownCommand[] = [EVERYWHERE];
  const root = recorder('', commands);
  // What a command does with them is never called.
  const place = { config: () => '' } as Place;
  for (const declare of [
    mailLines,
    ticketLines,
    feedLines,
    templateLines,
    storeLines,
    serverLines,
  ]) {
    declare(root, place);
  }
  completionLines(root, place, () => {
    throw new Error('nobody completes here');
  });
  return { commands, scripts: Object.keys(packageScripts()) };
}

function recorder(before: string, commands: KnownCommand[]): Group {
  return {
    define: (declared) => {
      const [name = '', ...args] = declared.split(' ');
      const options: string[] = [];
      const command = { words: `${before}${name}`, arguments: args, options, takesDashes: false };
      commands.push(command);
      const add = (flags: string) => {
        options.push(flags);
        return same;
      };
      const same: Definable = {
        ...{ option: add, list: add, requiredOption: add, action: () => same },
        takesDashes: (are = true) => {
          command.takesDashes = are;
          return same;
        },
      };
      return same;
    },
    group: (name) => recorder(`${before}${name} `, commands),
  };
}

function packageScripts(): object {
  const file = join(import.meta.dirname, '../../package.json');
  const { scripts }: { scripts: object } = JSON.parse(readFileSync(file, 'utf8'));
  return scripts;
}
