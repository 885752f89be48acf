/**
 * `mailrobot postfix`: each of the files that Postfix needs for the config as it is.
 *
 * Reads the config and the names in robots/, as whoever asks, and changes nothing; `main.cf` asks postconf(1), if
 * it is there, for what the settings have now.
 */
import { resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { readConfig } from '../config/read.ts';
import { robotAddresses } from '../config/robots.ts';
import { aliasFile, lmtpFiles, mainCf, ticketsFile } from '../mta/lines.ts';
import { settingsFor } from '../mta/needs.ts';
import { recipientFiles } from '../mta/recipients.ts';
import type { WithConfig } from './commands/given.ts';
import { holeAddressesOf } from './hole-addresses.ts';
import { settingsOfPostfix } from './postfix-programs.ts';
import { Refused } from './refused.ts';
import type { Run } from './run.ts';

export async function postfixAliases({ config }: WithConfig, run: Run): Promise<void> {
  write(aliasFile(readConfig(config), programOf(run)));
}

export async function postfixMaps({ config }: WithConfig): Promise<void> {
  const desk = readConfig(config);
  write(ticketsFile(desk, holeAddressesOf(desk), robotAddresses(desk).names));
}

export async function postfixMainCf({ config }: WithConfig, run: Run): Promise<void> {
  const desk = readConfig(config);
  const current = await currentFor(desk, run);
  write(mainCf(desk, (name) => current?.get(name) ?? null));
}

export async function postfixRecipients({ config }: WithConfig, run: Run): Promise<void> {
  const desk = readConfig(config);
  const current = await currentFor(desk, run);
  const lines = recipientFiles(
    desk,
    (name) => current?.get(name) ?? null,
    holeAddressesOf(desk),
    robotAddresses(desk).names,
  );
  if (lines === null) throw new Refused(`${desk.file} does not say where recipients lie`);
  write(lines);
}

export async function postfixLmtp({ config }: WithConfig): Promise<void> {
  const desk = readConfig(config);
  write(lmtpFiles(desk, holeAddressesOf(desk)));
}

async function currentFor(config: Config, run: Run) {
  const names = settingsFor(config).map(({ name }) => name);
  return settingsOfPostfix(names, run.environment);
}

/** The copy of mailrobot that runs now, as it was called, from the root on; every line names it. */
export function programOf({ environment }: Pick<Run, 'environment'>): string {
  const program = environment['MAILROBOT_PROGRAM'] ?? '';
  return program === '' ? '/usr/local/bin/mailrobot' : resolve(program);
}

/** Lines of a file, to be copied. */
function write(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}
