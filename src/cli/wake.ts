/** After a delivery: whoever subscribes is to be told. Loaded only if somebody does. */
import type { Config } from '../config/config.ts';
import { wakeSubscribers } from '../feed/wake.ts';
import type { CommitLog } from '../journal/log.ts';
import type { Run } from './run.ts';

export async function wakeAfter(
  config: Config,
  log: CommitLog,
  { now, launch }: Run,
): Promise<void> {
  await wakeSubscribers({ config, log, now, launch });
}
