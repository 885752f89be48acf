/** What the doctor has to know of hours and holidays, as the owner of the store reads them. */
import type { Config } from '../../config/config.ts';
import { problemsOfHours } from '../../config/hours.ts';
import type { HoursFacts } from '../../doctor/facts.ts';
import { problemsOfHolidays } from '../hours-problems.ts';

export function hoursFacts(config: Config, now: Date): readonly HoursFacts[] {
  const wrong = problemsOfHours(config).map(({ key, problem }) => {
    const { prefix } = config.queues[Number(key.split('.')[1])] ?? config.queues[0];
    return { queue: prefix, problem: `"${key}" ${problem}`, isAllTime: true };
  });
  const holidays = problemsOfHolidays(config, now);
  return [...wrong, ...holidays.map((one) => ({ ...one, isAllTime: false }))];
}
