/**
 * `mailrobot status`: one screen for a monitoring system, with the exit code that such
 * systems expect (reports/health.ts).
 *
 * Looks, and does nothing: no lock is taken, no mail sent. A store that cannot be
 * opened is critical, whatever the reason.
 */
import { accessSync, constants } from 'node:fs';
import { readConfig } from '../config/read.ts';
import { NO_QUESTIONS } from '../journal/facts.ts';
import { inertJson, inertLine } from '../pages/inert.ts';
import { screen } from '../pages/style.ts';
import { table } from '../pages/table.ts';
import { type HealthFacts, LEVEL_EXIT, type Row, rowsOf, worst } from '../reports/health.ts';
import { isFailing } from '../ticket/failing.ts';
import { openStoreOf } from './open-desk.ts';
import { Ended } from './refused.ts';
import type { Run } from './run.ts';
import { becomeOwner } from './store-owner.ts';

export interface StatusOptions {
  readonly config: string;
  readonly json?: boolean;
}

export async function status({ config, json }: StatusOptions, run: Run): Promise<void> {
  const rows = await rowsFor(config, run);
  const level = worst(rows);
  const at = screen(process.stdout.isTTY, process.stdout.columns, run.environment);
  const cells = rows.map(({ name, level: of, value }) => [name, of, inertLine(value)]);
  if (json) process.stdout.write(`${inertJson({ level, checks: rows })}\n`);
  else {
    process.stdout.write(`${headline(rows)}\n${table(['WHAT', 'STATE', 'VALUE'], cells, at)}`);
  }
  if (level !== 'ok') throw new Ended(LEVEL_EXIT[level], headline(rows));
}

/** The line that a monitoring system shows. */
function headline(rows: readonly Row[]): string {
  const level = worst(rows);
  const names = rows.filter((row) => row.level !== 'ok').map(({ name }) => name);
  return level === 'ok' ? 'OK' : `${level.toUpperCase()}: ${names.join(', ')}`;
}

async function rowsFor(config: string, run: Run): Promise<readonly Row[]> {
  try {
    return rowsOf(await factsOf(config, run));
  } catch (error) {
    const value = error instanceof Error ? error.message : String(error);
    return [{ name: 'store', level: 'critical', value }];
  }
}

async function factsOf(configFile: string, run: Run): Promise<HealthFacts> {
  const config = readConfig(configFile);
  becomeOwner(config);
  const store = openStoreOf(config, run);
  // Without them no mail comes in.
  await store.facts(NO_QUESTIONS);
  const [sendmail] = config.sendmail;
  const [unsent, held] = [await store.unsent(), await store.held()];
  const [firstHeld] = held;
  const areUnderWay = await Promise.all(unsent.map((mail) => store.isUnderWay(mail)));
  const failing = (await store.failedAddresses()).filter(isFailing);
  return {
    now: run.now(),
    outbox: { count: unsent.length, since: unsent[0]?.since ?? null },
    underWay: areUnderWay.filter(Boolean).length,
    resting: await store.restingSince(),
    held: {
      count: held.length,
      // Its date is its author's word.
      since:
        firstHeld === undefined
          ? null
          : ((await store.mailAt(firstHeld.raw))?.time ?? firstHeld.date),
    },
    failing: failing.filter(({ blockedBy }) => blockedBy === undefined).length,
    lastMail: await store.lastMail(),
    sendmail: { path: sendmail, isRunnable: isRunnable(sendmail) },
    space: await store.space(),
  };
}

/** As the user that the desk's mail runs as. */
function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
