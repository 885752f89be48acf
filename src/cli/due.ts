/**
 * `mailrobot due`: does now what is due, all of it, and what else is left to do, for those
 * who have a timer; without one the next runs do it by the way (jobs/due.ts).
 * `--dry-run` says what it would be, and changes nothing.
 *
 * One line for each ticket. Ends with 0, also if a cap keeps something back.
 */
import { readConfig } from '../config/read.ts';
import {
  type Candidate,
  candidates,
  carryOutDue,
  type DueContext,
  type DueResult,
  dueContext,
  dueNow,
  previewDue,
} from '../jobs/due.ts';
import { sendDueMails } from '../jobs/due-mails.ts';
import { sendKept } from '../jobs/send-kept.ts';
import { inertLine } from '../pages/inert.ts';
import { durationInWords } from '../reports/duration.ts';
import { finishOthersWork, openDeskAsItIs, RESTS } from './open-desk.ts';
import { openStore } from './open-store.ts';
import { Refused } from './refused.ts';
import { type AsJson, writeAsJson } from './rows.ts';
import type { Run } from './run.ts';
import { becomeOwner } from './store-owner.ts';

export interface DueOptions extends AsJson {
  readonly config: string;
  readonly dryRun?: boolean;
}

/** In one commit. */
const TICKETS_PER_COMMIT = 50;

export async function due({ config, dryRun, ...as }: DueOptions, run: Run): Promise<void> {
  const rows = dryRun ? await wouldBeDone(config, run) : await doAll(config, run);
  if (writeAsJson(rows, as)) return;
  if (rows.length === 0) run.explain('Nothing is due.');
  for (const row of rows) run.say(inertLine(inWords(row)));
}

async function wouldBeDone(configFile: string, run: Run): Promise<readonly DueResult[]> {
  const config = readConfig(configFile);
  becomeOwner(config);
  const { store } = await openStore(config, run);
  const context = dueContext({ config, store, now: run.now });
  const rows = await previewDue(await waiting(context), context);
  explainHours(context, run);
  return rows;
}

async function doAll(configFile: string, run: Run): Promise<readonly DueResult[]> {
  const { config, store, mta } = await openDeskAsItIs(configFile, run);
  if ((await store.restingSince()) !== null)
    throw new Refused(`nothing is done by itself: ${RESTS}`);
  const context = dueContext({ config, store, now: run.now });
  // A person at a terminal is no timer.
  if (!run.isTerminal(0)) await store.noteRun('timer');
  await store.catchUp();
  await sendDueMails({ config, store, mta, now: run.now });
  // Found without the lock, since each commit would read anew what keeps them back.
  const { due: wanted, keptBack } = await dueNow(await waiting(context), context);
  const rows = [...keptBack];
  for (let at = 0; at < wanted.length; at += TICKETS_PER_COMMIT) {
    const some = wanted.slice(at, at + TICKETS_PER_COMMIT);
    const { all, mails } = await carryOutDue(some, context);
    const isSent = await sendKept(mails, { config, store, mta, now: run.now });
    if (!isSent) run.explain('mailrobot: what sendmail has not taken goes out later');
    rows.push(...all);
  }
  await finishOthersWork({ ...context, mta }, run);
  explainHours(context, run);
  return rows;
}

function explainHours({ hours }: DueContext, run: Run): void {
  for (const problem of hours.problems) {
    run.explain(`mailrobot: ${problem}: what is missing of its holidays was working time`);
  }
}

function waiting(context: DueContext): Promise<readonly Candidate[]> {
  return candidates(context, Number.POSITIVE_INFINITY);
}

const DONE: Readonly<Record<Candidate['due'], string>> = {
  overdue: 'nobody has answered',
  remind: 'the customer is silent',
  close: 'closed',
  wake: 'it was snoozed until now',
};
const TOLD: Readonly<Record<Candidate['due'], string>> = {
  overdue: ': the staff are told',
  remind: ': they are reminded',
  close: '',
  wake: ': the staff are told',
};

function inWords({ id, due: what, end, why, waited }: DueResult): string {
  const done = `${DONE[what]}${waited === undefined ? '' : inTime(waited)}`;
  switch (end) {
    case 'done':
      return `${id}: ${done}${TOLD[what]}`;
    case 'silent':
      return `${id}: ${done}, but ${why}`;
    case 'kept back':
      return `${id}: not yet: ${why}`;
  }
}

function inTime({ seconds, workingSeconds }: NonNullable<DueResult['waited']>): string {
  return ` for ${durationInWords(workingSeconds)} of working time, ${durationInWords(seconds)} in all`;
}
