/**
 * The hours of a queue: those of `hours` in the config, checked by whoever counts by them, so that
 * wrong ones stop no mail. Until they are right, all time counts.
 */
import type { Config } from './config.ts';
import type { Problem } from './schema/config.ts';
import { checkHours, type HoursRow, openOn } from './schema/hours.ts';

export type HoursConfig = HoursRow;
export { openOn };

/** null if it has none, or they are wrong. */
export function hoursOf(prefix: string, { queues }: Pick<Config, 'queues'>): HoursConfig | null {
  return checkHours(queues.find((queue) => queue.prefix === prefix)?.hours, '').hours;
}

/** What is wrong with hours, of all queues. */
export function problemsOfHours({ queues }: Pick<Config, 'queues'>): readonly Problem[] {
  return queues.flatMap(({ hours }, n) => checkHours(hours, keyOfHours(n)).problems);
}

function keyOfHours(queue: number): string {
  return `queues.${queue}.hours`;
}
