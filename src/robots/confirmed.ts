/**
 * A plan that is carried out now: whether it is still the one that was confirmed, and what it would
 * change is as it was when its sender was told.
 */
import { NO_QUESTIONS } from '../journal/facts.ts';
import type { Transaction } from '../journal/ledger.ts';
import type { Store } from '../journal/store.ts';
import type { RobotRun } from '../ticket/robot-run.ts';
import type { TicketId } from '../ticket/ticket.ts';
import { stateOf } from './planned-ticket.ts';
import type { Ordered } from './wanted.ts';

type Checked =
  | { readonly type: 'as it was' }
  | { readonly type: 'over'; readonly why: string }
  | { readonly type: 'changed'; readonly ticket: TicketId };

/** `confirms`: the plan that the mail of this run confirms. */
export async function asConfirmed(
  { run }: RobotRun,
  confirms: number,
  transaction: Pick<Transaction, 'facts'>,
  { store }: { readonly store: Pick<Store, 'robotPlan'> },
): Promise<Checked> {
  const plan = await store.robotPlan(confirms);
  if (plan === null || plan.confirmed?.run !== run) {
    return { type: 'over', why: `the plan for mail ${confirms} has been dealt with before` };
  }
  const tickets = plan.rests.map(({ ticket }) => ticket);
  const facts = await transaction.facts({ ...NO_QUESTIONS, tickets });
  const changed = plan.rests.find(({ ticket, state }) => stateOf(ticket, facts) !== state);
  return changed === undefined
    ? { type: 'as it was' }
    : { type: 'changed', ticket: changed.ticket };
}

/** Instead of what was confirmed. */
export function refusing(ticket: TicketId): Ordered {
  const text = [
    `Nothing was done: ${ticket} has changed since you were told what would be done.`,
    'If you still want it, write your request again.',
    '',
  ].join('\n');
  const reply = { text, secretText: null };
  return { type: 'refused', orders: [], mails: [], reply, blank: null };
}
