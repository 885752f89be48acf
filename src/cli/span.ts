/** A time that a person gives as `36h` or `7d`. */
import { DAY_MS, HOUR_MS } from '../ticket/age.ts';
import { Refused } from './refused.ts';

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: HOUR_MS, d: DAY_MS };

/** In milliseconds. `option` names it if it is none. */
export function spanOf(option: string, given: string): number {
  const [, number = '', unit = ''] = /^(\d{1,6})([mhd])$/.exec(given) ?? [];
  const length = UNITS[unit];
  if (length !== undefined) return Number(number) * length;
  throw new Refused(`${option} takes a time such as 36h or 7d, not "${given}"`, true);
}
