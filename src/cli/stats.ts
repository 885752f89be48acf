/**
 * `mailrobot stats`: how the desk does, from the journal (reports/statistics.ts), for
 * people or as JSON. Looks, and changes nothing.
 */

import { inertJson } from '../pages/inert.ts';
import { screen } from '../pages/style.ts';
import { Courses } from '../reports/courses.ts';
import { fieldFigures } from '../reports/field-figures.ts';
import { statisticsPage } from '../reports/statistics-page.ts';
import { openDesk } from './open-desk.ts';
import { progressOn } from './progress.ts';
import { Refused } from './refused.ts';
import type { Run } from './run.ts';
import { workingHours } from './working-hours.ts';

export interface StatsOptions {
  readonly config: string;
  readonly days?: string;
  readonly by?: string;
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
  if (options.by !== undefined && options.by !== 'person') {
    throw new Refused(`--by takes person, not "${options.by}"`, true);
  }
  const { config, log } = await openDesk(options.config, run);
  const last = await log.last();
  const progress = progressOn(run);
  const courses = new Courses();
  for await (const commit of log.commits(0).read()) {
    courses.add(commit);
    progress.at(() => `${Math.round((100 * commit.seq) / last)} % read`);
  }
  progress.end();
  const hours = await workingHours(config, run);
  const found = courses.statistics(run.now(), days, hours);
  const names = config.staff.map(({ name }) => name);
  const people = options.by === undefined ? null : courses.people(names, run.now(), days);
  const fields = await fieldFigures(courses, config, run.now(), days);
  if (options.json) {
    const more = { ...(people !== null && { people }), ...(fields.length > 0 && { fields }) };
    process.stdout.write(`${inertJson({ ...found, ...more })}\n`);
    return;
  }
  const at = screen(process.stdout.isTTY, process.stdout.columns, run.environment);
  process.stdout.write(statisticsPage(found, at, people, fields));
}
