/**
 * When people write: how many of their mails came in each hour of the week, of the days of a period
 * (UTC). A number for each hour that has had a mail, whatever the number of tickets.
 */

import { HOUR_MS } from '../ticket/age.ts';
import type { Change } from '../ticket/change.ts';

const DAY_HOURS = 24;
const WEEK_DAYS = 7;
/** 1970 began on a Thursday; Monday is the first. */
const FIRST_WEEKDAY = 3;

/** Monday first, each with its 24 hours. */
export type HoursOfWeek = readonly (readonly number[])[];

export class ByHour {
  readonly #mails = new Map<number, number>();

  add(change: Change, at: number): void {
    if (change.type !== 'message.added') return;
    const { message } = change;
    if (message.direction !== 'in' || message.trust === 'automatic') return;
    const hour = Math.floor(at / HOUR_MS);
    this.#mails.set(hour, (this.#mails.get(hour) ?? 0) + 1);
  }

  /** `first`: the first day, counted since 1970. */
  inWeek(first: number, days: number): HoursOfWeek {
    const week = Array.from({ length: WEEK_DAYS }, () => Array<number>(DAY_HOURS).fill(0));
    for (const [hour, count] of this.#mails) {
      const day = Math.floor(hour / DAY_HOURS);
      const hours = week[(day + FIRST_WEEKDAY) % WEEK_DAYS];
      if (day >= first && day < first + days && hours !== undefined) {
        hours[hour % DAY_HOURS] = (hours[hour % DAY_HOURS] ?? 0) + count;
      }
    }
    return week;
  }
}
