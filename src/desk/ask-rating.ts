/**
 * Whoever was answered is asked once, when their ticket is closed, how it went.
 *
 * By whoever it is closed, but not because nobody says anything any more (due.ts). Asked is who gets
 * mail of the desk, for themselves and not for a machine, a list or the staff, and whom a person has
 * answered: who closes spam asks nobody. Where that answer waits for its time, the question goes out
 * behind it, and is taken back with it. What a cap keeps back is asked the next time that it is
 * closed, or never.
 */
import { isOwnAddress, ownAddresses } from '../addresses/own-address.ts';
import { sentAddress } from '../addresses/signed-address.ts';
import { type Config, queueOf } from '../config/config.ts';
import { cappedBy, countedSince, limitsOf } from '../decision/caps.ts';
import { personOf } from '../decision/trust.ts';
import type { Questions } from '../journal/facts.ts';
import type { RatingDraft } from '../letters/draft.ts';
import { isOfMachine, isReadByNobody } from '../ticket/address.ts';
import type { Change } from '../ticket/change.ts';
import { unansweredVerdict } from '../ticket/failing.ts';
import { isLater } from '../ticket/later.ts';
import {
  isMuted,
  type Mailbox,
  nameOf,
  nextSerial,
  sameAddress,
  type Ticket,
  type TicketId,
} from '../ticket/ticket.ts';
import type { Batch } from './batch.ts';
import type { DeskContext } from './delivery.ts';
import { knownTo, lastOf } from './thread.ts';

/** What it asks of the store besides. */
export function askedForRating(
  { caps }: Pick<Config, 'caps'>,
  now: Date,
): Pick<Questions, 'answeredSince'> {
  return { answeredSince: countedSince(caps, now) };
}

/** Behind all else that the batch does. */
export async function askForRatings(
  batch: Batch,
  context: Pick<DeskContext, 'config' | 'facts' | 'now'>,
): Promise<void> {
  for (const id of closedBy(batch.written.changes)) {
    const ticket = batch.ticket(id);
    if (ticket === null) continue;
    const to = whomToAsk(ticket, context);
    if (to === null) continue;
    const { config, facts, now } = context;
    const next = { at: now, ticket: ticket.id, address: to.address, kind: 'rating' } as const;
    if (cappedBy(facts.answered, next, config.caps) !== null) continue;
    batch.answer(limitsOf(next, config.caps));
    const draft = { ...questionTo(to, ticket, context), ...behindAnswers(ticket, batch, facts) };
    await batch.add([{ type: 'ticket.asked', ticket: ticket.id, serial: draft.serial }], [draft]);
  }
}

/** While an answer waits for its time, the question does: nobody is asked about what they do not know. */
function behindAnswers(
  ticket: Ticket,
  batch: Batch,
  { tickets }: DeskContext['facts'],
): { readonly notBefore?: string } {
  const merged = ticket.merged.flatMap((id) => (tickets.has(id) ? (batch.ticket(id) ?? []) : []));
  const times = [ticket, ...merged].flatMap(({ messages }) =>
    messages.flatMap((message) => (isLater(message) ? message.notBefore : [])),
  );
  const notBefore = times.sort().at(-1);
  return notBefore === undefined ? {} : { notBefore };
}

function closedBy(changes: readonly Change[]): ReadonlySet<TicketId> {
  return new Set(
    changes.flatMap((change) =>
      change.type === 'ticket.status' && change.to === 'resolved' ? change.ticket : [],
    ),
  );
}

function whomToAsk(
  ticket: Ticket,
  { config, facts }: Pick<DeskContext, 'config' | 'facts'>,
): Mailbox | null {
  const { status, rating, mergedInto, requester, queue } = ticket;
  if (!queueOf(queue, config).rating || status !== 'resolved' || mergedInto !== null) return null;
  if (rating !== undefined || requester === null || isMarked(ticket)) return null;
  const { address } = requester;
  const known = facts.addresses.get(address);
  const isOurs =
    personOf(address, config.staff) !== null || isOwnAddress(address, ownAddresses(config));
  const isSilent =
    isOurs ||
    isMuted(ticket, address) ||
    isReadByNobody(address) ||
    isOfMachine(address) ||
    known === undefined ||
    unansweredVerdict(address, known) !== null;
  return isSilent || !isAnswered(ticket, address) ? null : requester;
}

/** It was opened by what a machine or a list has sent. */
function isMarked({ messages }: Ticket): boolean {
  const first = messages.find(({ direction }) => direction === 'in');
  return first?.direction === 'in' && (first.trust === 'automatic' || first.mark !== undefined);
}

/** By a person, and it has not come back, and was not taken back. */
function isAnswered({ messages }: Ticket, address: string): boolean {
  return messages.some(
    (message) =>
      message.direction === 'out' &&
      !message.automatic &&
      message.delivery !== 'failed' &&
      message.delivery !== 'bounced' &&
      message.delivery !== 'undone' &&
      sameAddress(message.to[0].address, address),
  );
}

function questionTo(
  to: Mailbox,
  ticket: Ticket,
  { config: { domain }, facts: { keys } }: Pick<DeskContext, 'config' | 'facts'>,
): RatingDraft {
  const { id, queue, subject, language } = ticket;
  const serial = nextSerial(ticket);
  const sent = { ticket: id, serial, recipient: to.address };
  const at = (score: number) => sentAddress(keys, 'rating', { ...sent, score }, domain);
  return {
    kind: 'rating',
    ...{ ticket: id, name: nameOf(ticket), queue, serial, to, subject, language },
    addresses: { one: at(1), two: at(2), three: at(3), four: at(4), five: at(5) },
    inReplyTo: lastOf(ticket, to),
    references: knownTo(ticket, to),
  };
}
