import { DAY_MS, HOUR_MS } from '../ticket/age.ts';

/** An RFC 3339 time as the desk reads it: `2026-11-20 08:30`, in local time. */
export function localTime(time: string): string {
  const date = new Date(time);
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
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
