/**
 * The files that are written from the table of commands and the schemas, by path. Pure: it is given
 * the table, and what bin/mailrobot, package.json and the schemas hold today.
 */
import { rowsOf, type Section } from '../src/cli/commands/table.ts';
import { deskWords } from '../src/cli/desk-line.ts';
import { pageOf } from './command-page.ts';
import { commandsPage } from './commands-page.ts';
import { configPage } from './config-page.ts';
import { withDeskWords } from './launcher.ts';
import { programPage } from './program-page.ts';
import { robotTypes } from './robot-types.ts';
import { roffOf } from './roff.ts';

export const MAN = 'man';

export interface Today {
  readonly launcher: string;
  readonly packageFile: string;
  readonly configSchema: string;
  readonly robotSchema: string;
}

export function generatedFiles(
  sections: readonly Section[],
  { launcher, packageFile, configSchema, robotSchema }: Today,
): ReadonlyMap<string, string> {
  const rows = rowsOf(sections);
  const description: { version: string } = JSON.parse(packageFile);
  const pages = [
    programPage(sections),
    configPage(configSchema),
    ...rows.map((row) => pageOf(row, rows)),
  ].map(
    (page) => [`${MAN}/${page.name}.${page.chapter}`, roffOf(page, description.version)] as const,
  );
  const man = pages.map(([path]) => path).sort();
  return new Map([
    ...pages,
    ['docs/commands.md', commandsPage(sections)],
    ['robot.d.ts', robotTypes(robotSchema)],
    ['bin/mailrobot', withDeskWords(launcher, deskWords(rows))],
    ['package.json', `${JSON.stringify({ ...description, man }, null, 2)}\n`],
  ]);
}
