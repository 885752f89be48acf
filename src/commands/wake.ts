/** After a delivery: whoever subscribes is to be told. Loaded only where somebody does. */
import type { Config } from '../config/config.ts';
import { wakeSubscribers } from '../feed/wake.ts';
import type { Run } from '../run.ts';
import { openCommitLog } from '../store/commit-log.ts';

export function wakeAfter(config: Config, { now, launch }: Run): void {
  wakeSubscribers({ config, log: openCommitLog(config.store), now, launch });
}
