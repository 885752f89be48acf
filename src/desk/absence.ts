/**
 * An automatic reply of one of the staff to a mail of ours: nobody reads that mail. If they were
 * the only one who was told, the others of the queue are told what its customer wrote last, once
 * for each mail of the customer.
 *
 * It is believed if it names a mail that we sent to that very person, or came to the reply
 * address that they were given. A list, a report and our own mail are no such reply. Pure.
 */
import { givenToPerson } from '../addresses/signed-address.ts';
import { epochSentTo, parseSignedId } from '../addresses/signed-id.ts';
import { prefixesOf, type StaffPerson } from '../config/config.ts';
import { personOf } from '../decision/trust.ts';
import type { NotificationDraft } from '../letters/draft.ts';
import type { Ticket, TicketId } from '../ticket/ticket.ts';
import { givenAmong } from './answered-mail.ts';
import { absenceIn, handOver } from './away.ts';
import type { Batch } from './batch.ts';
import { toldOfMail } from './concerned.ts';
import type { Delivery, DeskContext } from './delivery.ts';

import { lastMail, toldTo } from './tell.ts';
import { othersOf } from './works-in.ts';

const NO_REPLY = ['report', 'receipt', 'list', 'bulk', 'loop-mark', 'own-mail', 'bounce-address'];

export function toldOfAbsence(
  delivery: Delivery,
  batch: Batch,
  context: DeskContext,
): readonly NotificationDraft[] {
  const { message, decided } = delivery;
  const { staff } = context.config;
  const person = personOf(decided.from?.address ?? null, staff);
  const { spoke, wrote } = decided.decision;
  const isReply =
    wrote !== 'person' &&
    message.report === null &&
    !spoke.some(({ check }) => NO_REPLY.includes(check));
  const id = person === null || !isReply ? null : ticketToldTo(person, delivery, context);
  const ticket = id === null ? null : batch.current(id);
  const last = ticket === null ? undefined : lastMail(ticket);
  if (person === null || ticket === null || last === undefined) return [];
  const absence = absenceIn(context.facts, context.now);
  const meant = handOver(toldOfMail(ticket, staff), ticket, {
    ...{ staff, absence, isAuthor: () => false },
  });
  const told = [...meant.people, ...meant.others];
  const isOnlyOne = told.length === 1 && told[0] === person;
  if (!isOnlyOne || hasRepliedBefore(ticket, last.serial, person, batch)) return [];
  const others = othersOf(ticket.queue, staff, absence).filter((other) => other !== person);
  const away = { type: 'away', by: person.name, says: message.subject } as const;
  const { earlier } = delivery;
  return toldTo(others, ticket, { message: last, deeds: [away] }, { ...context.config, earlier });
}

/** The ticket of the mail that it replies to. */
function ticketToldTo(
  person: StaffPerson,
  { message, decided }: Delivery,
  { config, facts: { keys, tickets }, now }: DeskContext,
): TicketId | null {
  const named = message.references.flatMap((reference) => {
    const id = parseSignedId(reference, config.domain, prefixesOf(config));
    const isTheirs = person.addresses.some(
      (address) => id !== null && epochSentTo(keys, id, address) !== null,
    );
    return id !== null && isTheirs ? id.ticket : [];
  });
  const given = givenAmong(decided.decision.recipients, config).flatMap((address) =>
    givenToPerson(keys, address, person.name, now) === 'counts' ? (address.ticket ?? []) : [],
  );
  return [...given, ...named].find((id) => tickets.has(id)) ?? null;
}

/** Another automatic mail of theirs came since: this commit's own is the last one. */
function hasRepliedBefore(
  { id }: Ticket,
  serial: number,
  person: StaffPerson,
  batch: Batch,
): boolean {
  const before = batch.asGathered(id);
  return (before?.messages ?? []).some(
    (message) =>
      message.serial > serial &&
      message.direction === 'in' &&
      message.trust === 'automatic' &&
      personOf(message.from?.address ?? null, [person]) !== null,
  );
}
