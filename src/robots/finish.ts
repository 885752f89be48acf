/**
 * What has become of a run, in one commit: its orders, the mail that follows from them, and that it
 * has ended. So they are carried out once, and all of them or none, wherever a process dies: a
 * run that is committed is in the list no more, and one that is not has done nothing.
 */
import type { RobotConfig } from '../config/robots.ts';
import type { OrderedDesk } from '../feed/read-order.ts';
import type { Transaction } from '../journal/ledger.ts';
import type { UnsentMail } from '../journal/outbox.ts';
import type { RobotRun, RunEnd } from '../ticket/robot-run.ts';
import { carriedOut, type DeskNow } from './carry-out.ts';
import type { Became } from './end.ts';
import { noteFailure } from './filed.ts';
import { type Failed, heldRun, type RanMail } from './held-run.ts';
import { type Wanted, wantedOf } from './wanted.ts';

export interface FinishContext extends DeskNow {
  readonly desk: OrderedDesk;
}

export interface Finished {
  /** `again`: it waits once more; `gone`: somebody else has ended it. */
  readonly end: RunEnd | 'again' | 'gone';
  readonly mails: readonly UnsentMail[];
}

export async function finish(
  run: RobotRun,
  became: Became,
  robot: RobotConfig,
  mail: RanMail,
  context: FinishContext,
): Promise<Finished> {
  const wanted = await wantedOf(became, robot, run, context);
  return context.store.exclusive(async (transaction) => {
    const isWaiting = (await context.store.robotRun(run.run)) !== null;
    if (!isWaiting) return { end: 'gone', mails: [] };
    return commitEnd(run, wanted, robot, mail, transaction, context);
  });
}

async function commitEnd(
  run: RobotRun,
  wanted: Wanted,
  robot: RobotConfig,
  mail: RanMail,
  transaction: Transaction,
  context: FinishContext,
): Promise<Finished> {
  const named = { run: run.run, robot: run.robot };
  if (wanted.type === 'again') {
    const { tries, why, next } = wanted;
    const change = { ...named, tries, why, next: next.toISOString() };
    await transaction.commit({ changes: [{ type: 'robot.failed', ...change }], outgoing: [] });
    return { end: 'again', mails: [] };
  }
  if (wanted.type === 'held') return hold(run, wanted, mail, transaction, context);
  const done = await carriedOut(run, wanted, robot, mail, transaction, context);
  if ('refused' in done) {
    return hold(run, { why: done.refused, said: '' }, mail, transaction, context);
  }
  const { batch, silence, secretTexts } = done;
  const { type: end } = wanted;
  const filed = run.isFiled ? ({ isFiled: true } as const) : {};
  const ended = { ...named, ...filed, end, why: '', ...(silence !== null && { silence }) };
  await batch.add([{ type: 'robot.ended', ...ended }]);
  const { changes, mails: outgoing } = batch.written;
  const { limits } = batch;
  const mails = await transaction.commit({ changes, outgoing, limits, secretTexts });
  return { end, mails };
}

async function hold(
  run: RobotRun,
  failed: Failed,
  mail: RanMail,
  transaction: Transaction,
  context: FinishContext,
): Promise<Finished> {
  const { changes, mails: outgoing } = run.isFiled
    ? await noteFailure(run, failed, transaction, context)
    : { changes: heldRun(run, failed, mail), mails: [] };
  return { end: 'held', mails: await transaction.commit({ changes, outgoing }) };
}
