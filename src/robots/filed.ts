/**
 * A run that has failed, and whose mail is in a ticket already, because a rule gave it to the
 * robot: nothing is held. A note on the ticket says why, of which whoever hears of mail to it is
 * told.
 */
import { absenceIn, handOver } from '../desk/away.ts';
import { Batch } from '../desk/batch.ts';
import { toldOfMail } from '../desk/concerned.ts';
import { toldTo } from '../desk/tell.ts';
import { NO_QUESTIONS } from '../journal/facts.ts';
import type { Transaction } from '../journal/ledger.ts';
import { filesIn, type WrittenDrafts } from '../letters/written-draft.ts';
import type { RobotRun } from '../ticket/robot-run.ts';
import type { DeskNow } from './carry-out.ts';
import { type Failed, failureOf } from './held-run.ts';
import { authorOf } from './output.ts';

export async function noteFailure(
  run: RobotRun,
  failed: Failed,
  transaction: Pick<Transaction, 'facts'>,
  desk: DeskNow,
): Promise<WrittenDrafts> {
  const { changes, mails } = await noted(run, failureOf(run.robot, failed), transaction, desk);
  const { run: number, robot } = run;
  const ended = { run: number, robot, end: 'held', why: failed.why, isFiled: true } as const;
  return { changes: [...changes, { type: 'robot.ended', ...ended }], mails };
}

async function noted(
  { onTicket, robot }: RobotRun,
  text: string,
  transaction: Pick<Transaction, 'facts'>,
  { config, store, now }: DeskNow,
): Promise<WrittenDrafts> {
  if (onTicket === null) return { changes: [], mails: [] };
  const tickets = [onTicket];
  const queues = config.queues.map(({ prefix }) => prefix);
  const asked = { ...NO_QUESTIONS, tickets, queues, away: true, people: 'on them' } as const;
  const facts = await transaction.facts(asked);
  const batch = new Batch({ config, now: now(), facts, files: filesIn(store) });
  // It may have been merged meanwhile.
  const ticket = batch.current(onTicket)?.id;
  if (ticket === undefined) return batch.written;
  await batch.perform(ticket, { type: 'note', text }, authorOf({ name: robot }));
  const after = batch.ticket(ticket);
  const note = after?.messages.at(-1);
  if (after === null || note === undefined) return batch.written;
  const known = { ...config, absence: absenceIn(facts, now()), isAuthor: () => false };
  const { people, others, deeds } = handOver(toldOfMail(after, config.staff), after, known);
  await batch.add(
    [],
    [
      ...toldTo(people, after, { message: note, deeds: [] }, config),
      ...toldTo(others, after, { message: note, deeds }, config),
    ],
  );
  return batch.written;
}
