/**
 * `mailrobot upgrade`: writes what an older program wrote in the newest format; before, in a
 * database, the schema (upgrade-database.ts).
 */
import { readConfig } from '../config/read.ts';
import { RECORD_VERSION } from '../journal/record.ts';
import type { WithConfig } from './commands/given.ts';
import { maintenance } from './maintain.ts';
import { Refused } from './refused.ts';
import type { Run } from './run.ts';

interface UpgradeOptions extends WithConfig {
  readonly ownerStore?: string;
}

export async function upgrade(
  { config: file, ownerStore }: UpgradeOptions,
  run: Run,
): Promise<void> {
  const config = readConfig(file);
  if (config.store.kind === 'database') {
    const { upgradeDatabase } = await import('./upgrade-database.ts');
    const { from, to } = await upgradeDatabase(config, config.store, ownerStore ?? null);
    if (from < to) run.say(`The schema of the database is of version ${to} now.`);
  } else if (ownerStore !== undefined) {
    throw new Refused('--owner-store is for a desk in a database', true);
  }
  const { commits, written } = await (await maintenance(file, run)).upgrade();
  run.say(
    written === 0
      ? `The store is of the newest format: ${commits} commits, and nothing to do.`
      : `Upgraded: ${written} of ${commits} commits are written anew, in format ${RECORD_VERSION}.`,
  );
}
