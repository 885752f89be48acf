/**
 * Tickets that wait, by whom they wait for and since when: what is due stands first.
 *
 * A key is `<stage>-<QUEUE>/<hour, 2026112113>/<minute and second>-<ID>`. The stage is `desk` or
 * `customer` until they have been told, and `reminded` from then on. Tickets that are snoozed have
 * the stage `snoozed` and the hour of their time, those of all queues together: every run asks
 * whether it has come for one.
 */
import type { TicketId } from '../../ticket/ticket.ts';
import { stageOf } from '../../ticket/waiting.ts';
import type { Ledger, Span } from '../ledger.ts';
import type { TicketList } from './list.ts';

export const waiting: TicketList = (ticket) => {
  const found = stageOf(ticket);
  if (found === null) return null;
  const { hour, rest } = stampOf(found.since);
  const queue = found.stage === 'snoozed' ? ALL_QUEUES : ticket.queue;
  return `${found.stage}-${queue}/${hour}/${rest}-${ticket.id}`;
};

/** No queue is called so. */
const ALL_QUEUES = 'all';

/** Those whose time has come. One that lies ahead is no wrong clock, as it is of the others. */
export function toWake(
  store: Pick<Ledger, 'waitingSince'>,
  now: Date,
  limit: number,
): Promise<readonly TicketId[]> {
  return store.waitingSince('snoozed', ALL_QUEUES, { until: now, now: NEVER }, limit);
}

const NEVER = new Date('9999-12-31T23:59:59Z');

/** `2026112113` and `2510` of 2026-11-21T13:25:10Z. */
function stampOf(time: string): { readonly hour: string; readonly rest: string } {
  const digits = time.replace(/\D/g, '');
  return { hour: digits.slice(0, 10), rest: digits.slice(10, 14) };
}

/** Tells the hours, and the stamps of an hour, from which on a ticket waits that is asked for. */
export function waitingIn({ until, now }: Span) {
  const [last, present] = [stampOf(until.toISOString()), stampOf(now.toISOString())];
  return {
    mayHave: (hour: string) => hour <= last.hour || hour >= present.hour,
    has: (stamp: string) => stamp <= last.hour + last.rest || stamp > present.hour + present.rest,
  };
}

/** The ticket of a key, or of the last part of one. */
export function ticketOfKey(key: string): TicketId {
  const name = key.slice(key.lastIndexOf('/') + 1);
  // `waiting` has made it of a TicketId.
  return name.slice(name.indexOf('-') + 1) as TicketId;
}
