/**
 * What one more copy still does of a mail that is a message of a ticket already: a better proof becomes
 * a change of that message, and of the ticket if only the better proof permits it; another address that
 * it came to may have the desk do something beside.
 *
 * Of a ticket that a copy with a mark of a machine has opened in silence, the first one without it
 * gets the acknowledgement.
 */

import { highest, isAtLeast } from '../decision/copies.ts';
import type { Outcome } from '../desk/act.ts';
import { askAfterClosing } from '../desk/after-closing.ts';
import { absenceIn } from '../desk/away.ts';
import { Batch } from '../desk/batch.ts';
import type { Delivery, DeskContext } from '../desk/delivery.ts';
import { referencesAfter } from '../desk/incoming.ts';
import { notificationsOf } from '../desk/tell.ts';
import { type Facts, type Questions, ticketIn } from '../journal/facts.ts';
import type { Copy, RecordedMail, Transaction } from '../journal/ledger.ts';
import type { Limit } from '../journal/limits.ts';
import { OWN_PATHS } from '../journal/own-names.ts';
import type { TicketDraft } from '../letters/draft.ts';
import type { Change } from '../ticket/change.ts';
import type { Decision, Fate } from '../ticket/decision.ts';
import {
  type IncomingMessage,
  nameOf,
  nextSerial,
  sameAddress,
  type Ticket,
  type TicketId,
} from '../ticket/ticket.ts';
import { queuesToTell, toldAcross } from './copy-across.ts';
import { besideRating } from './copy-rated.ts';

/** By which more can be asked, still under the lock. */
export interface Gathering {
  readonly transaction: Transaction;
  /** What was asked for the first outcome. */
  readonly asked: Questions;
}

/** A copy that came before, and what became of it. */
export type Known<T extends RecordedMail> = T & {
  readonly fate: Fate;
  readonly trust: Decision['trust'];
  readonly proof: string;
  readonly isMarked: boolean;
};

/** null if the message is nowhere any more. */
export async function prove(
  delivery: Delivery,
  copies: readonly Known<Copy>[],
  { written, limits: firstLimits }: Outcome,
  deskContext: DeskContext,
  gathering: Gathering,
): Promise<Outcome | null> {
  const facts = await factsOfCopies(copies, gathering);
  const there = copies.flatMap((copy) => currentMessageOf(copy, facts) ?? []).at(-1);
  const known = highest(copies);
  if (there === undefined || known === undefined) return null;
  const { ticket, message, changes } = there;
  const { intent } = delivery.decided;
  const batch = new Batch({ ...deskContext, facts });
  const current = batch.current(ticket)?.id;
  const isEffect = (change: Change) =>
    (change.type === 'ticket.status' || change.type === 'ticket.muted') &&
    change.ticket === current;
  // A machine's mail opens no ticket again, and asks for nothing; a command may need a proof.
  const isCustomerCommand =
    intent.type === 'append' &&
    (intent.customerCommand === 'close' || intent.customerCommand === 'stop');
  const isWithheld =
    message.trust === 'automatic' || (isCustomerCommand && !changes.some(isEffect));
  const beside = besideRating(written.changes, intent, copies, deskContext.config);
  const { trust, wrote } = delivery.decided.decision;
  const isUnmarked = message.mark !== undefined && wrote === 'person';
  const draft = isUnmarked
    ? acknowledgement(delivery, message, written, batch.ticket(ticket))
    : null;
  await batch.add(
    [
      { type: 'mail.again', earlier: known.seq, was: known.fate },
      {
        ...{ type: 'message.proven', ticket, serial: message.serial, from: message.trust },
        ...{ to: isAtLeast(trust, message.trust) ? trust : message.trust, raw: OWN_PATHS.rawIn },
        ...(isUnmarked && { isUnmarked }),
        ...(draft !== null && written.changes.some(isFirstTime) && { isFirstTime: true as const }),
      },
      ...written.changes.filter((one) => beside.includes(one) || (isWithheld && isEffect(one))),
      ...(isUnmarked ? silenced(written.changes, ticket) : []),
    ],
    draft === null ? [] : [draft],
  );
  if (draft !== null) batch.answer(firstLimits.filter(isOfAnswers));
  const after = (id: TicketId) => batch.ticket(id);
  const { config, now } = deskContext;
  if (config.staff.length > 0) {
    const absence = absenceIn(facts, now);
    const desk = { ...config, absence, html: sameHtml(delivery, message) };
    await batch.add([], notificationsOf(batch.written.changes, after, desk));
  }
  await askAfterClosing(batch, { config, facts, now });
  const { decision } = delivery.decided;
  const { written: changed, limits } = batch;
  return { end: 'duplicate', written: changed, limits, decision };
}

/** That of a copy, if it says what the message in the ticket says. */
function sameHtml({ message }: Delivery, { text }: IncomingMessage) {
  return message.text === text ? message.shownHtml : undefined;
}

/**
 * That of a ticket which a marked copy has opened in silence: what this one would have got, if nobody
 * has written to its author since.
 */
function acknowledgement(
  { message: { references } }: Delivery,
  { subject, messageId }: IncomingMessage,
  { changes }: Outcome['written'],
  ticket: Ticket | null,
): TicketDraft | null {
  const own = changes.flatMap((change) =>
    change.type === 'message.added' && change.message.direction === 'out' ? change.message : [],
  );
  const [to] = own.flatMap((message) => (message.automatic ? message.to : []));
  if (ticket === null || to === undefined || !changes.some(isCreated)) return null;
  const { id, requester, status, mergedInto, queue, language, messages } = ticket;
  const isTheirs = requester !== null && sameAddress(requester.address, to.address);
  const isAnswered = messages.some(({ direction }) => direction === 'out');
  if (!isTheirs || isAnswered || status === 'resolved' || mergedInto !== null) return null;
  return {
    ...{ kind: 'acknowledgement', ticket: id, name: nameOf(ticket), queue },
    ...{ serial: nextSerial(ticket), to: requester, subject, language, inReplyTo: messageId },
    references: referencesAfter({ references, messageId }),
  };
}

/** What keeps its acknowledgement away, too. */
function silenced(changes: readonly Change[], ticket: TicketId): readonly Change[] {
  return changes.flatMap((change) =>
    change.type === 'reply.silenced' ? { ...change, ticket } : [],
  );
}

function isCreated({ type }: Change): boolean {
  return type === 'ticket.created';
}

function isFirstTime(change: Change): boolean {
  return change.type === 'ticket.created' && change.isFirstTime === true;
}

/** The number of the ticket that it would open is nobody's. */
function isOfAnswers(limit: Limit): boolean {
  return !('number' in limit);
}

/** What another address that it came to has it do. null if that is nothing. */
export async function doneBeside(
  delivery: Delivery,
  copies: readonly Known<Copy>[],
  { written: { changes } }: Outcome,
  deskContext: DeskContext,
  gathering: Gathering,
): Promise<Outcome | null> {
  const { config } = deskContext;
  const queues = queuesToTell(delivery, copies, config);
  const beside = besideRating(changes, delivery.decided.intent, copies, config);
  const known = highest(copies);
  if (queues.length + beside.length === 0 || known === undefined) return null;
  const facts = await factsOfCopies(copies, gathering);
  const there = copies.flatMap((copy) => currentMessageOf(copy, facts) ?? []).at(-1);
  const batch = new Batch({ ...deskContext, facts });
  const ticket = there === undefined ? null : batch.ticket(there.ticket);
  const html = there === undefined ? undefined : sameHtml(delivery, there.message);
  const drafts =
    there === undefined || ticket === null
      ? []
      : toldAcross(queues, { ...there, ticket }, { ...deskContext, facts, html });
  if (drafts.length + beside.length === 0) return null;
  const again: Change = { type: 'mail.again', earlier: known.seq, was: known.fate };
  await batch.add([again, ...beside], drafts);
  const { written, limits } = batch;
  return { end: 'duplicate', written, limits, decision: delivery.decided.decision };
}

interface CurrentMessage {
  readonly ticket: TicketId;
  readonly message: IncomingMessage;
  /** What came with it. */
  readonly changes: readonly Change[];
}

/** With every ticket that a message of these copies is in, or has been. */
function factsOfCopies(copies: readonly Copy[], { transaction, asked }: Gathering): Promise<Facts> {
  const gather = async (tickets: readonly TicketId[]): Promise<Facts> => {
    const facts = await transaction.facts({ ...asked, tickets: [...asked.tickets, ...tickets] });
    const moved = copies.flatMap((copy) => movedFrom(copy, facts));
    const more = moved.filter((id) => !facts.tickets.has(id));
    return more.length === 0 ? facts : gather([...tickets, ...more]);
  };
  return gather(copies.flatMap((copy) => addedTo(copy) ?? []));
}

function movedFrom({ raw }: Copy, { tickets }: Facts): readonly TicketId[] {
  return [...tickets.values()].flatMap((ticket) => {
    const message = ticket?.messages.find((one) => isItsMessage(one, raw));
    return message?.direction === 'in' && message.movedTo !== undefined ? [message.movedTo] : [];
  });
}

function addedTo({ changes, raw }: Copy): TicketId | null {
  const added = changes.find(
    (change) => change.type === 'message.added' && isItsMessage(change.message, raw),
  );
  return added?.type === 'message.added' ? added.ticket : null;
}

/** Where the message of a copy stands now: it may have been split off. */
function currentMessageOf(copy: Copy, facts: Facts): CurrentMessage | null {
  const { changes, raw } = copy;
  let id = addedTo(copy);
  while (id !== null) {
    const message = ticketIn(facts, id)?.messages.find((one) => isItsMessage(one, raw));
    if (message?.direction !== 'in') return null;
    if (message.movedTo === undefined) return { ticket: id, message, changes };
    id = message.movedTo;
  }
  return null;
}

function isItsMessage(message: { readonly direction: string; readonly raw?: string }, raw: string) {
  return message.direction === 'in' && message.raw === raw;
}
