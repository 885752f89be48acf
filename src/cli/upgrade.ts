/** `mailrobot upgrade`: writes what an older program wrote in the newest format. */
import { RECORD_VERSION } from '../journal/record.ts';
import type { WithConfig } from './commands/given.ts';
import { maintenance } from './maintain.ts';
import type { Run } from './run.ts';

export async function upgrade({ config }: WithConfig, run: Run): Promise<void> {
  const { commits, written } = await (await maintenance(config, run)).upgrade();
  run.say(
    written === 0
      ? `The store is of the newest format: ${commits} commits, and nothing to do.`
      : `Upgraded: ${written} of ${commits} commits are written anew, in format ${RECORD_VERSION}.`,
  );
}
