/**
 * Times as people read them, in their own time zone, which is always named: in full in a sentence,
 * and in a column by digits, below a heading with its zone. Pure.
 */
import { inFull } from '../dates/in-full.ts';
import { zoneFor } from '../dates/zone-name.ts';
import { DAY_MS, HOUR_MS } from '../ticket/age.ts';
import type { Screen } from './style.ts';

type Zoned = Pick<Screen, 'zone'>;

/** `Friday, 20 November 2026, 08:30 (Europe/Berlin)` */
export function fullTime(time: string, zoned: Zoned): string {
  return inFull(new Date(time), zoneOf(zoned));
}

/** `2026-11-20 08:30`; says each of many. */
export function columnTime(zoned: Zoned): (time: string) => string {
  // As in-full.ts does, without the runtime's clocks.
  if (zoneOf(zoned) === 'UTC') {
    return (time) => new Date(time).toISOString().slice(0, 16).replace('T', ' ');
  }
  // Swedes write dates so.
  const format = new Intl.DateTimeFormat('sv-SE', {
    ...{ timeZone: zoneOf(zoned), year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit' },
  });
  return (time) => format.format(new Date(time));
}

/** `UNTIL (Berlin)` */
export function timeHeading(heading: string, zoned: Zoned): string {
  const zone = zoneOf(zoned);
  return `${heading} (${zone.slice(zone.lastIndexOf('/') + 1)})`;
}

export function zoneOf({ zone }: Zoned): string {
  return zone ?? zoneFor({ staff: [] }, null);
}

const UNITS = [
  ['d', DAY_MS],
  ['h', HOUR_MS],
  ['m', 60_000],
] as const;

/** How long ago, in its largest unit: `3d`, `5h`, `12m`, `now`. */
export function ago(time: string, now: Date): string {
  const passed = now.getTime() - Date.parse(time);
  const [unit, length] = UNITS.find(([, least]) => passed >= least) ?? [null, 1];
  return unit === null ? 'now' : `${Math.floor(passed / length)}${unit}`;
}
