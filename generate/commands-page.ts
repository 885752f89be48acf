/** docs/commands.md: the table of commands, for those who read in a browser. Pure. */

import type { Row } from '../src/cli/commands/declare.ts';
import { PROGRAM } from '../src/cli/commands/program.ts';
import type { Section } from '../src/cli/commands/table.ts';
import { lineOf } from '../src/cli/commands/texts.ts';

const INTRODUCTION = `# Commands

<!-- Written by npm run generate from the table in src/cli/commands: do not edit. -->

Every command has \`--help\` and a manual page: \`man mailrobot-ticket-show\`. Every command takes
\`--config <file>\`. How a command ends is on its manual page: mostly 0 (done), 1 (it could not be
done) or 2 (wrong usage), and with a mail on stdin 0 or 75 alone.
`;

export function commandsPage(sections: readonly Section[]): string {
  const tables = sections.map(({ title, rows }) => {
    const lines = rows.filter(({ kind }) => kind !== 'group').map(lineFor);
    return `## ${title}\n\n| command | what it does | options |\n| --- | --- | --- |\n${lines.join('')}`;
  });
  return [INTRODUCTION, ...tables].join('\n');
}

function lineFor(row: Row): string {
  const options = row.kind === 'group' ? [] : row.options.map(({ flags }) => `\`${flags}\``);
  const line = lineOf(row).slice(PROGRAM.name.length + 1);
  const cells = [`\`${line}\``, row.summary, options.join(', ')];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
}
