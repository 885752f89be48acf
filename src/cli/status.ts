/**
 * `mailrobot status`: one screen for a monitoring system, with the exit code that such
 * systems expect (reports/health.ts), and in a pipe with figures behind a bar in its first line.
 *
 * Looks, and does nothing: no lock is taken, no mail sent. A store that cannot be
 * opened is critical; whether it can is unknown to a user who may not look.
 */
import { type Config, folderOf } from '../config/config.ts';
import { readConfig } from '../config/read.ts';
import { inertJson, inertLine } from '../pages/inert.ts';
import { screen } from '../pages/style.ts';
import { table } from '../pages/table.ts';
import { perfdata } from '../reports/figures.ts';
import { type Row, rowsOf, rowsOfClosed } from '../reports/health.ts';
import { LEVEL_EXIT, worst } from '../reports/level.ts';
import { faultsOfFiles, healthOf } from './gather/health.ts';
import { mayNotLook } from './may-not-look.ts';
import { Ended } from './refused.ts';
import type { Run } from './run.ts';
import { becomeOwner } from './store-owner.ts';

export interface StatusOptions {
  readonly config: string;
  readonly json?: boolean;
}

export async function status({ config, json }: StatusOptions, run: Run): Promise<void> {
  const rows = await rowsFor(config, run);
  const level = worst(rows.map((row) => row.level));
  const at = screen(process.stdout.isTTY, process.stdout.columns, run.environment);
  const cells = rows.map(({ name, level: of, value }) => [name, of, inertLine(value)]);
  if (json) process.stdout.write(`${inertJson({ level, checks: rows })}\n`);
  else {
    const figures = process.stdout.isTTY ? '' : perfdata(rows);
    const first = figures === '' ? headline(rows) : `${headline(rows)} | ${figures}`;
    process.stdout.write(`${first}\n${table(['WHAT', 'STATE', 'VALUE'], cells, at)}`);
  }
  if (level !== 'ok') throw new Ended(LEVEL_EXIT[level], headline(rows));
}

/** The line that a monitoring system shows. */
function headline(rows: readonly Row[]): string {
  const level = worst(rows.map((row) => row.level));
  const names = rows.filter((row) => row.level !== 'ok').map(({ name }) => name);
  return level === 'ok' ? 'OK' : `${level.toUpperCase()}: ${names.join(', ')}`;
}

async function rowsFor(file: string, run: Run): Promise<readonly Row[]> {
  let config: Config | null = null;
  try {
    config = readConfig(file);
    becomeOwner(config);
    return rowsOf(await healthOf(config, run), config.status);
  } catch (error) {
    return rowsAfter(error, config);
  }
}

/** Of a desk that could not be looked into. */
export function rowsAfter(error: unknown, config: Config | null): readonly Row[] {
  const problem = error instanceof Error ? error.message : String(error);
  if (mayNotLook(error)) return rowsOfClosed('unknown', problem, []);
  return rowsOfClosed(
    'critical',
    problem,
    config === null ? [] : faultsOfFiles(folderOf(config.store)),
  );
}
