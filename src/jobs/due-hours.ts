/**
 * By which hours the tickets of a queue become overdue, for one run.
 *
 * Those of a queue are read when a ticket may be due by them, and once: a run that finds none
 * loads nothing of it.
 */
import type { Config } from '../config/config.ts';
import type { QueueHours } from '../hours/of-queue.ts';

export class DueHours {
  readonly #config: Config;
  readonly #now: () => Date;
  readonly #known = new Map<string, QueueHours | null>();

  constructor(config: Config, now: () => Date) {
    this.#config = config;
    this.#now = now;
  }

  /** null if all time counts there. */
  async of(queue: string): Promise<QueueHours | null> {
    const known = this.#known.get(queue);
    if (known !== undefined) return known;
    const hours = this.#hasHours(queue)
      ? (await import('../hours/of-queue.ts')).hoursOfQueue(queue, this.#config, this.#now())
      : null;
    this.#known.set(queue, hours);
    return hours;
  }

  /** Of those that were read. */
  get problems(): readonly string[] {
    return [...new Set([...this.#known.values()].flatMap((hours) => hours?.problems ?? []))];
  }

  #hasHours(queue: string): boolean {
    return this.#config.queues.some(({ prefix, hours }) => prefix === queue && hours !== undefined);
  }
}
