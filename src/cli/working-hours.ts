/**
 * Working time of the queues that have hours, for figures. What is wrong with their holidays is
 * said. Loads nothing if no queue has hours.
 */
import type { Config } from '../config/config.ts';
import type { WorkingIn } from '../reports/statistics.ts';
import type { Run } from './run.ts';

export async function workingHours(config: Config, run: Run): Promise<WorkingIn> {
  const hours = new Map<string, (from: number, to: number) => number>();
  if (config.queues.every((queue) => queue.hours === undefined)) return hours;
  const { hoursOfQueue } = await import('../hours/of-queue.ts');
  for (const { prefix } of config.queues) {
    const own = hoursOfQueue(prefix, config, run.now());
    if (own === null) continue;
    hours.set(prefix, (from, to) => own.time.between(from, to));
    for (const problem of own.problems) {
      run.explain(`mailrobot: ${problem}: what is missing of its holidays was working time`);
    }
  }
  return hours;
}
