/**
 * What has become of a run, in one commit: its orders, the mail that follows from them, and that it
 * has ended. So they are carried out once, and all of them or none, wherever a process dies: a
 * run that is committed is in the list no more, and one that is not has done nothing.
 */
import type { RobotConfig } from '../config/robots.ts';
import type { Batch } from '../desk/batch.ts';
import { htmlFor } from '../feed/order.ts';
import type { OrderedDesk } from '../feed/read-order.ts';
import type { HtmlOf } from '../jobs/earlier-html.ts';
import type { Blanking } from '../journal/blanking.ts';
import type { Commit, Transaction } from '../journal/ledger.ts';
import type { UnsentMail } from '../journal/outbox.ts';
import type { Store } from '../journal/store.ts';
import type { RobotRun, RunEnd } from '../ticket/robot-run.ts';
import { blankingOf } from './blank-mail.ts';
import { carriedOut, type DeskNow } from './carry-out.ts';
import { asConfirmed, refusing } from './confirmed.ts';
import type { Became } from './end.ts';
import { noteFailure } from './filed.ts';
import { type Failed, heldRun, type RanMail } from './held-run.ts';
import { makePlan } from './make-plan.ts';
import { type Wanted, wantedOf } from './wanted.ts';

export interface FinishContext extends DeskNow {
  readonly desk: OrderedDesk;
  readonly store: Store;
  readonly htmlOf?: HtmlOf;
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
  const order = 'blank' in wanted ? wanted.blank : null;
  const { confirms } = run;
  // Of a mail that confirms it is about the one that asked.
  const plan = confirms === undefined ? null : await context.store.robotPlan(confirms);
  const blanking = order && (await blankingOf(order, plan ?? run, mail.text, context.store));
  const earlier = await htmlFor('orders' in wanted ? wanted.orders : [], context);
  return context.store.exclusive(async (transaction) => {
    const { store } = transaction;
    const isWaiting = (await store.robotRun(run.run)) !== null;
    if (!isWaiting) return { end: 'gone', mails: [] };
    return commitEnd(run, wanted, robot, mail, transaction, {
      ...{ ...context, store, blanking, earlier },
    });
  });
}

async function commitEnd(
  run: RobotRun,
  wanted: Wanted,
  robot: RobotConfig,
  mail: RanMail,
  transaction: Transaction,
  context: DeskNow & { readonly blanking: Blanking | null },
): Promise<Finished> {
  const named = { run: run.run, robot: run.robot };
  if (wanted.type === 'again') {
    const { tries, why, next } = wanted;
    const change = { ...named, tries, why, next: next.toISOString() };
    await transaction.commit({ changes: [{ type: 'robot.failed', ...change }], outgoing: [] });
    return { end: 'again', mails: [] };
  }
  if (wanted.type === 'held') return hold(run, wanted, mail, transaction, context);
  if (wanted.type === 'planned') {
    const plan = await makePlan(run, wanted, robot, mail, transaction, context);
    if ('refused' in plan) {
      return hold(run, { why: plan.refused, said: '' }, mail, transaction, context);
    }
    return { end: 'planned', mails: await commit(plan, transaction) };
  }
  const { confirms } = run;
  const checked =
    confirms === undefined ? null : await asConfirmed(run, confirms, transaction, context);
  if (checked !== null && checked.type === 'over') {
    const ended = { ...named, end: 'refused', why: checked.why } as const;
    await transaction.commit({ changes: [{ type: 'robot.ended', ...ended }], outgoing: [] });
    return { end: 'refused', mails: [] };
  }
  const ordered = checked?.type === 'changed' ? refusing(checked.ticket) : wanted;
  const done = await carriedOut(run, ordered, robot, mail, transaction, context);
  if ('refused' in done) {
    return hold(run, { why: done.refused, said: '' }, mail, transaction, context);
  }
  const { batch, silence, secretTexts } = done;
  const { type: end } = ordered;
  const why = checked?.type === 'changed' ? `${checked.ticket} has changed since` : '';
  const more = {
    // The mail that confirms is in no ticket.
    ...(run.isFiled && confirms === undefined && ({ isFiled: true } as const)),
    ...(silence !== null && { silence }),
    ...(confirms !== undefined && { plan: confirms }),
  };
  const ended = { ...named, end, why, ...more };
  await batch.add([{ type: 'robot.ended', ...ended }]);
  const { blanking } = context;
  const isBlanking = blanking !== null && ordered.blank !== null;
  const also = { secretTexts, ...(isBlanking && { blanking }) };
  return { end, mails: await commit(batch, transaction, also) };
}

function commit(
  { written: { changes, mails: outgoing }, limits }: Batch,
  transaction: Transaction,
  also: Pick<Commit, 'secretTexts' | 'blanking'> = {},
): Promise<readonly UnsentMail[]> {
  return transaction.commit({ changes, outgoing, limits, ...also });
}

async function hold(
  run: RobotRun,
  failed: Failed,
  mail: RanMail,
  transaction: Transaction,
  context: DeskNow,
): Promise<Finished> {
  const { changes, mails: outgoing } = run.isFiled
    ? await noteFailure(run, failed, transaction, context)
    : { changes: heldRun(run, failed, mail), mails: [] };
  return { end: 'held', mails: await transaction.commit({ changes, outgoing }) };
}
