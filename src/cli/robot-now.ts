/** A robot that is run within the delivery, before the MTA is told that its mail was taken. */
import type { Delivery } from './open-delivery.ts';
import { queueOf, runKind, starterFor } from './robot-run.ts';
import type { Run } from './run.ts';

/** Longer than any of them may take. */
const PATIENCE_SECONDS = 200;

/**
 * False if a mail of it waits all the same: it is to be run again, or another process was at it.
 */
export async function runNow(
  robot: string,
  { config, store, log }: Pick<Delivery, 'config' | 'store' | 'log'>,
  run: Run,
): Promise<boolean> {
  const how = { explain: () => {}, isForEver: false, isOver: () => false };
  const queue = queueOf(await log(), store);
  const start = starterFor(config);
  await runKind(
    'now',
    { config, store, run, queue, start },
    { ...how, patience: PATIENCE_SECONDS },
  );
  return !(await queue.waiting.list()).some((waiting) => waiting.robot === robot);
}
