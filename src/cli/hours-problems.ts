/** What is wrong with the holidays of each queue that has hours: they would be working time. */
import type { Config } from '../config/config.ts';
import { hoursOfQueue } from '../hours/of-queue.ts';

export interface HoursProblem {
  readonly queue: string;
  /** Path of the file, and what is wrong with it. */
  readonly problem: string;
}

export function problemsOfHolidays(config: Config, now: Date): readonly HoursProblem[] {
  return config.queues.flatMap(({ prefix }) => {
    const problems = hoursOfQueue(prefix, config, now)?.problems ?? [];
    return problems.map((problem) => ({ queue: prefix, problem }));
  });
}
