/**
 * How much of a ticket is left for one more message. Its document is read and written whole, so it
 * has an end; and machines, and mails that carry their marks, may fill a small part of it alone,
 * so that they cannot take the room of people. Pure.
 */
import type { Verdict } from '../ticket/decision.ts';
import type { Ticket, Trust } from '../ticket/ticket.ts';

/** Characters of a ticket's document and messages in it, so that it stays one that can be read. */
const MAX_TICKET_BYTES = 16 * 1024 * 1024;
const MAX_TICKET_MESSAGES = 10_000;
/** What machines, and mails that carry their marks, may fill of it: the rest is people's. */
const MAX_AUTOMATIC_BYTES = 1024 * 1024;
const MAX_AUTOMATIC_MESSAGES = 100;

export function sizeOf(value: object): number {
  return JSON.stringify(value).length;
}

/** How many messages, and characters of them, still fit. */
export function roomIn(
  ticket: Ticket,
  mail: { readonly trust: Trust; readonly mark: Verdict | null },
): { readonly messages: number; readonly size: number } {
  if (mail.trust !== 'automatic' && mail.mark === null) {
    const { messages } = ticket;
    return {
      messages: MAX_TICKET_MESSAGES - messages.length,
      size: MAX_TICKET_BYTES - sizeOf(messages),
    };
  }
  const automatic = ticket.messages.filter(
    (message) =>
      message.direction === 'in' && (message.trust === 'automatic' || message.mark !== undefined),
  );
  return {
    messages: MAX_AUTOMATIC_MESSAGES - automatic.length,
    size: MAX_AUTOMATIC_BYTES - sizeOf(automatic),
  };
}
