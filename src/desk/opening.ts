/**
 * A mail opens a ticket: under which number, whose, in which language, whether an acknowledgement
 * goes out, and whether the staff are told of it by a mail of its own. Of mail with a machine's
 * mark only so much opens one; the rest is held. On values alone, as all of act.ts.
 */

import { isFirstTime, markedLimit } from '../decision/caps.ts';
import type { Intent } from '../decision/intent.ts';
import { type Facts, firstWroteIn, hasActedIn } from '../journal/facts.ts';
import { countOf } from '../journal/limits.ts';
import { OWN_NUMBER } from '../journal/own-names.ts';
import type { Kept } from '../outcome.ts';
import { languageOf } from '../reading/language.ts';
import { newText } from '../reading/message.ts';
import type { Kind } from '../ticket/answered.ts';
import type { Change } from '../ticket/change.ts';
import type { Verdict } from '../ticket/decision.ts';
import { ticketId } from '../ticket/id.ts';
import { statusChanges } from '../ticket/status.ts';
import type { Ticket, TicketId } from '../ticket/ticket.ts';
import type { Batch } from './batch.ts';
import type { Delivery, DeskContext } from './delivery.ts';
import { isToldWithOthers } from './elsewhere.ts';
import { holdMail, openTicket, type ReceivedMail, type Result } from './incoming.ts';

interface Desk {
  readonly batch: Batch;
  readonly context: DeskContext;
  /** The name by which what a monitor repeats is known again; null if it is none. */
  readonly repeats: string | null;
  readonly put: (end: Kept, result: Result) => Promise<Kept>;
  /** Why an address gets no automatic answer, whatever has been answered. */
  readonly unanswered: (address: string) => Verdict | null;
  /** Why an address gets no answer of that kind; one that it gets is counted. */
  readonly silence: (kind: Kind) => (ticket: TicketId | null, address: string) => Verdict | null;
}

export async function openFor(
  delivery: Delivery,
  intent: Extract<Intent, { readonly type: 'open' }>,
  mail: ReceivedMail,
  { batch, context, repeats, silence, unanswered, put }: Desk,
): Promise<Kept> {
  const { message, decided, passedOn } = delivery;
  const { config, now, facts } = context;
  const { prefix, markedPerHour } = intent.queue;
  if (intent.isMarked) {
    const limit = markedLimit(markedPerHour, now);
    if (countOf(limit, facts.answered) >= markedPerHour) {
      const reason = { check: 'marked-too-many', evidence: intent.silence?.evidence ?? '' };
      const held = { id: OWN_NUMBER, queue: prefix, ticket: null, reason };
      return put('held', holdMail(mail, held));
    }
    batch.answer([limit]);
  }
  const number = batch.nextNumber(prefix);
  const isNew = isOfNewcomer(delivery, context);
  const told =
    config.staff.length === 0
      ? null
      : (await import('./told-together.ts')).toldAlone(prefix, config.staff, facts, now);
  const isToldAlone = told === null ? null : told.isToldAlone && !isToldWithOthers(delivery, facts);
  if (isToldAlone) batch.answer(told?.within ?? []);
  const isSilent = (ticket: TicketId, address: string) =>
    intent.silence ?? silence(isNew ? 'first-time' : 'acknowledgement')(ticket, address);
  const other = isCopy(delivery, facts) ? null : passedOn;
  const { asOpened } = other === null ? { asOpened: null } : await import('./on-behalf.ts');
  const opened = other === null || asOpened === null ? mail : asOpened(mail, other);
  // The fields of a mail that is passed on are those of the one who does.
  const language = languageOf(
    other === null ? message.fields : [],
    `${opened.subject}\n${newText(opened)}`,
  );
  const { begun } = intent;
  const theirs =
    begun === undefined
      ? other?.asked
      : { requester: begun.requester, subject: mail.subject, messageId: mail.messageId };
  const asked = theirs === undefined ? {} : { asked: theirs };
  const { ruled } = intent;
  const own = ruled?.answer == null ? {} : { text: ruled.answer.to };
  const end = await put(
    'opened',
    openTicket(
      opened,
      {
        queue: prefix,
        number,
        language,
        isFirstTime: isNew,
        isToldAlone,
        repeats,
        ...asked,
        ...own,
      },
      isSilent,
    ),
  );
  const id = ticketId(prefix, number);
  if (intent.linkedTo !== undefined) {
    await batch.add(linked(id, batch.ticket(intent.linkedTo), decided.from?.address));
  }
  if (ruled !== undefined) {
    const mayRun = theirs === undefined && !isCopy(delivery, facts);
    const { doAsRuled } = await import('./by-rules.ts');
    const about = { ticket: id, mail, delivery, intent, mayRun, unanswered };
    await doAsRuled(ruled, about, batch, context);
  }
  const ticket = begun === undefined ? null : batch.ticket(id);
  if (begun !== undefined && ticket !== null) {
    await batch.add(statusChanges(ticket, 'pending', begun.by));
  }
  return end;
}

/** Another copy may have acted since it was decided. */
export function isCopy(
  { decided: { actor, actsOnce, decision } }: Delivery,
  facts: Facts,
): boolean {
  const { messageId } = decision;
  if (!actsOnce || actor === null || messageId === null) return false;
  return hasActedIn(facts, { actor, messageId });
}

function isOfNewcomer(
  { decided: { from, replyTo, decision } }: Delivery,
  { config, facts, now }: DeskContext,
): boolean {
  // Whoever proves their From proves no other address.
  if (replyTo !== null) return true;
  if (from === null || decision.trust !== 'claimed') return false;
  return isFirstTime(decision.trust, firstWroteIn(facts, from.address), config.caps, now);
}

/**
 * Whoever was waited for has written, elsewhere: nothing is done by itself because they are silent.
 */
function linked(ticket: TicketId, other: Ticket | null, by = ''): readonly Change[] {
  if (other === null) return [];
  return [
    { type: 'ticket.linked', ticket, other: other.id },
    { type: 'ticket.linked', ticket: other.id, other: ticket },
    ...(other.status === 'pending' ? statusChanges(other, 'open', by) : []),
  ];
}
