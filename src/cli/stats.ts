/**
 * `mailrobot stats`: how the desk does, from the journal (reports/statistics.ts), for
 * people or as JSON. Looks, and changes nothing.
 */

import { inertJson } from '../pages/inert.ts';
import { type Screen, screen } from '../pages/style.ts';
import { table } from '../pages/table.ts';
import { Courses, type Spread, type Statistics } from '../reports/statistics.ts';
import { openCommitLog } from '../stores/files/commit-log.ts';
import { openDesk } from './open-desk.ts';
import { progressOn } from './progress.ts';
import { Refused } from './refused.ts';
import type { Run } from './run.ts';

export interface StatsOptions {
  readonly config: string;
  readonly days?: string;
  readonly json?: boolean;
}

const MAX_DAYS = 3660;

export async function stats(options: StatsOptions, run: Run): Promise<void> {
  const days = Number(options.days ?? 14);
  if (!Number.isInteger(days) || days < 1 || days > MAX_DAYS) {
    throw new Refused(
      `--days takes a whole number from 1 to ${MAX_DAYS}, not "${options.days}"`,
      true,
    );
  }
  const { config } = await openDesk(options.config, run);
  const log = openCommitLog(config.store);
  const last = await log.last();
  const progress = progressOn(run);
  const courses = new Courses();
  for await (const commit of log.commits(0).read()) {
    courses.add(commit);
    progress.at(() => `${Math.round((100 * commit.seq) / last)} % read`);
  }
  progress.end();
  const found = courses.statistics(run.now(), days);
  const at = screen(process.stdout.isTTY, process.stdout.columns, run.environment);
  process.stdout.write(options.json ? `${inertJson(found)}\n` : page(found, at));
}

function page({ queues, answer, resolution, days }: Statistics, at: Screen): string {
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
  return [String(count), duration(median), duration(p90)];
}

/** `4 h 10 min` */
function duration(seconds: number | null): string {
  if (seconds === null) return '-';
  const minutes = Math.floor(seconds / 60);
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24];
  if (days > 0) return `${days} d ${hours} h`;
  return hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
}
