/**
 * Everything that carrying out a decided mail can ask of the store.
 *
 * Known from the mail: its ticket, whom an automatic answer could go to, what has been answered
 * lately, and what its commands name (command-questions.ts). Pure.
 */

import { parseSignedAddress } from '../addresses/signed-address.ts';
import { type Config, prefixesOf } from '../config/config.ts';
import { countedSince } from '../decision/caps.ts';
import { NO_QUESTIONS, type Questions } from '../journal/facts.ts';
import type { TicketId } from '../ticket/ticket.ts';
import type { Delivery } from './delivery.ts';
import { askedOf } from './elsewhere.ts';
import { STAFF_CAPS } from './staff-caps.ts';

/** What its commands ask. */
export type CommandQuestions = Pick<Questions, 'tickets' | 'addresses' | 'people' | 'lists'>;

/** And by which a mail is found that it repeats (repeats.ts). */
type Asked = CommandQuestions & Pick<Questions, 'repeats'>;

export const NO_COMMANDS: CommandQuestions = { ...NO_QUESTIONS, people: 'on them' };

export function questionsFor(
  delivery: Delivery,
  commands: Asked,
  config: Config,
  now: Date,
): Questions {
  const { decided, passedOn } = delivery;
  const { intent, from, replyTo, report, actor, decision, trusted } = decided;
  const { messageId } = decision;
  // Of a held mail its author may be asked.
  const isAnswered = intent.type === 'hold' ? intent.asked !== undefined : intent.type !== 'record';
  const since = [config.caps, STAFF_CAPS].map((caps) => countedSince(caps, now).getTime());
  // An automatic reply of one of the staff may be about the ticket of their reply address, and a
  // rating of one that was merged.
  const isOfAddress = decision.spoke.length > 0 || 'rating' in intent;
  const told = isOfAddress ? ticketsIn(decision.recipients, config) : [];
  return {
    ...NO_QUESTIONS,
    tickets: [
      ...('ticket' in intent && intent.ticket !== null ? [intent.ticket] : []),
      ...(intent.type === 'open' && intent.linkedTo !== undefined ? [intent.linkedTo] : []),
      ...(report.about === null ? [] : [report.about.ticket]),
      ...commands.tickets,
      ...(delivery.withheld ?? []).flatMap(({ ticket }) => ticket ?? []),
      ...told,
    ],
    messages: askedOf(delivery, config),
    repeats: commands.repeats,
    acts: actor === null || messageId === null ? [] : [{ actor, messageId }],
    writers:
      intent.type === 'open' && decision.trust === 'claimed' && from !== null ? [from.address] : [],
    addresses: [
      ...[from, replyTo, passedOn?.asked.requester].flatMap((person) => person?.address ?? []),
      // One of the staff is answered at the first of theirs, whatever their From is.
      ...(trusted.staff?.person.addresses.slice(0, 1) ?? []),
      ...commands.addresses,
    ],
    people: commands.people,
    away: config.staff.length > 0,
    // No word of a held mail goes out with an answer.
    heldMails: intent.type === 'act',
    answeredSince: isAnswered ? new Date(Math.min(...since)) : null,
    lists: commands.lists,
    queues: prefixesOf(config),
  };
}

function ticketsIn(recipients: readonly string[], config: Config): readonly TicketId[] {
  return recipients.flatMap(
    (recipient) => parseSignedAddress(recipient, config.domain, prefixesOf(config))?.ticket ?? [],
  );
}
