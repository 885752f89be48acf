/** The figures of the desk as tables, for a terminal and for a mail. Pure. */
import type { Screen } from '../pages/style.ts';
import { table } from '../pages/table.ts';
import type { Spread, Statistics } from './statistics.ts';

export function statisticsPage(
  { queues, answer, resolution, days }: Statistics,
  at: Screen,
): string {
  const open = queues.map(({ queue, open: all, day, week, month, older }) =>
    [queue, all, day, week, month, older].map(String),
  );
  const times = [
    ['first answer', ...inWords(answer)],
    ['resolution', ...inWords(resolution)],
  ];
  const perDay = days.map(({ day, created, answered, resolved }) =>
    [day, created, answered, resolved].map(String),
  );
  return [
    table(['OPEN IN', 'ALL', '< 1 d', '< 7 d', '< 30 d', 'OLDER'], open, at),
    table([`TIME TO`, 'TICKETS', 'MEDIAN', '90 %'], times, at),
    table(['DAY', 'CREATED', 'ANSWERED', 'RESOLVED'], perDay, at),
  ].join('\n');
}

function inWords({ count, median, p90 }: Spread): readonly string[] {
  return [String(count), durationInWords(median), durationInWords(p90)];
}

/** `4 h 10 min` */
export function durationInWords(seconds: number | null): string {
  if (seconds === null) return '-';
  const minutes = Math.floor(seconds / 60);
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24];
  if (days > 0) return `${days} d ${hours} h`;
  return hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
}
