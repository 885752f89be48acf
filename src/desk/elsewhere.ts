/**
 * A mail that came to other tickets first: those show it, and this one as much as has room.
 *
 * One mail to twenty tickets would else be there twenty times, with everything that is said of
 * it. The second ticket has room for what people write, each one after it for half as much. Nothing
 * is lost: the ticket says which one has the rest, and has the mail itself as a file. Of more than
 * four tickets the staff are told together (told-together.ts): each mail to each of them is a
 * record, and there would be as many as tickets times people. Pure.
 */
import type { Config } from '../config/config.ts';
import { type Facts, type Questions, ticketOfMessage, ticketsOfMessage } from '../journal/facts.ts';
import type { IncomingMessage, TicketId } from '../ticket/ticket.ts';
import type { Delivery } from './delivery.ts';

const KIB = 1024;
/** Octets of text as JSON. */
const MAX_TEXT_BYTES = 4 * KIB;
/** Saying where the rest is takes about as much. */
const MIN_TEXT_BYTES = KIB / 2;
/** Of the lines that the MTA puts on top for each recipient. */
const MAX_DIFFERENCE_BYTES = 1024;
const MAX_FILES = 10;
const MIN_FILES = 5;

/** The first ticket that shows it, and what the next one may show itself. */
export interface Elsewhere {
  readonly ticket: TicketId;
  readonly textBytes: number;
  readonly files: number;
}

/**
 * Names of messages that have to be looked up: also that of a short one, if people are told of it.
 */
export function askedOf(
  delivery: Delivery,
  { staff }: Pick<Config, 'staff'>,
): Questions['messages'] {
  const { type } = delivery.decided.intent;
  const isAsked = staff.length > 0 || !isShort(delivery);
  return isAsked && (type === 'open' || type === 'append') ? [nameOf(delivery)] : [];
}

function isShort({ message: { text, attachments } }: Delivery): boolean {
  return Buffer.byteLength(text) < MIN_TEXT_BYTES && attachments.length <= MIN_FILES;
}

/** It came to so many tickets before that one mail tells of all others. */
const TOLD_ALONE = 4;

/** Whether there is no mail to the staff about this ticket alone. */
export function isToldWithOthers(delivery: Delivery, facts: Facts): boolean {
  const name = nameOf(delivery);
  if (ticketsOfMessage(facts, name).length < TOLD_ALONE) return false;
  return firstShowing(delivery, facts) !== null;
}

/** null if no other ticket shows it. */
export function shownElsewhere(delivery: Delivery, facts: Facts): Elsewhere | null {
  const { type } = delivery.decided.intent;
  if (isShort(delivery) || (type !== 'open' && type !== 'append')) return null;
  const ticket = firstShowing(delivery, facts);
  if (ticket === null) return null;
  return { ticket, ...roomBehind(ticketsOfMessage(facts, nameOf(delivery)).length) };
}

/** Another ticket that shows it. */
function firstShowing(delivery: Delivery, facts: Facts): TicketId | null {
  const found = ticketOfMessage(facts, nameOf(delivery));
  const { intent } = delivery.decided;
  if (found === null || (intent.type === 'append' && intent.ticket === found.id)) return null;
  const isThere = found.messages.some((one) => one.direction === 'in' && isSameMail(one, delivery));
  return isThere ? found.id : null;
}

/** Others may use its Message-ID, and begin as it does. */
function isSameMail(one: IncomingMessage, { message, raw }: Delivery): boolean {
  if (one.messageId !== message.messageId) return false;
  if (one.fault === undefined) {
    const hasFile = (sha256: string) => one.attachments.some((file) => file.sha256 === sha256);
    return one.text === message.text && message.attachments.every((file) => hasFile(file.sha256));
  }
  // It may have been cut, and the mail is its last file.
  const isBeginning = one.text !== '' && message.text.startsWith(`${one.text}\n`);
  const whole = one.attachments.at(-1);
  const isAsLong = Math.abs((whole?.size ?? 0) - raw.size) <= MAX_DIFFERENCE_BYTES;
  return isAsLong && (isBeginning || one.text === message.text);
}

function roomBehind(tickets: number): Pick<Elsewhere, 'textBytes' | 'files'> {
  const halved = 2 ** (tickets - 1);
  return {
    textBytes: Math.max(MIN_TEXT_BYTES, MAX_TEXT_BYTES / halved),
    files: Math.max(MIN_FILES, Math.floor(MAX_FILES / halved)),
  };
}

/** Not every mail has a Message-ID. */
function nameOf({ message, hash }: Delivery): string {
  return message.messageId ?? hash;
}
