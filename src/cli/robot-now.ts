/** A robot that is run within the delivery, before the MTA is told that its mail was taken. */
import type { Config } from '../config/config.ts';
import type { Store } from '../journal/store.ts';
import { queueOf, runKind, starterFor } from './robot-run.ts';
import type { Run } from './run.ts';

/** Longer than any of them may take. */
const PATIENCE_SECONDS = 200;

/** False if a mail of it waits all the same: it is to be run again, or another process was at it. */
export async function runNow(
  robot: string,
  { config, store }: { readonly config: Config; readonly store: Store },
  run: Run,
): Promise<boolean> {
  const how = { explain: () => {}, isForEver: false, isOver: () => false };
  const queue = queueOf({ config, store });
  const start = starterFor(config);
  await runKind(
    'now',
    { config, store, run, queue, start },
    { ...how, patience: PATIENCE_SECONDS },
  );
  return !(await queue.waiting.list()).some((waiting) => waiting.robot === robot);
}
