/**
 * Who of the staff is away, and until when: until the end of a day (2026-12-24, UTC), or until they
 * say that they are back. Pure.
 */
import type { Change } from './change.ts';

export interface Away {
  /** Their last day, or null if they have named none. */
  readonly until: string | null;
}

/** By the name of the person; some may be back since. */
export type AwayPeople = Readonly<Record<string, Away>>;

export const NOBODY_AWAY: AwayPeople = {};

type AwayChange = Extract<Change, { readonly type: 'staff.away' }>;

export function awayAfter(before: AwayPeople, { person, until, isAway }: AwayChange): AwayPeople {
  const others = Object.entries(before).filter(([name]) => name !== person);
  return Object.fromEntries(isAway ? [...others, [person, { until }]] : others);
}

/** null for somebody who is here. */
export function awayAt(people: AwayPeople, name: string, now: Date): Away | null {
  const away = Object.hasOwn(people, name) ? people[name] : undefined;
  if (away === undefined) return null;
  const today = now.toISOString().slice(0, 10);
  return away.until === null || today <= away.until ? away : null;
}
