/**
 * The HTML of mails that came before, for whoever of the staff is told of one now: read out of their
 * raw mail, before the store is locked. A mail is shown with it if its text is still the one that
 * it was read beside.
 */
import type { Config } from '../config/config.ts';
import type { Action } from '../desk/action.ts';
import { type EarlierHtml, lastMail } from '../desk/tell.ts';
import type { ShownHtml } from '../html/shown.ts';
import { NO_QUESTIONS, ticketIn } from '../journal/facts.ts';
import type { Store } from '../journal/store.ts';
import type { IncomingMessage, TicketId } from '../ticket/ticket.ts';

/** Of a message that is in its ticket, read out of its raw mail. */
export type HtmlOf = (message: IncomingMessage) => Promise<ShownHtml | null>;

export interface ReadingHtml {
  readonly config: Pick<Config, 'notificationHtml' | 'staff'>;
  readonly store: Pick<Store, 'facts'>;
  readonly htmlOf: HtmlOf;
}

/** Of more tickets the text is all: each may be a mail to read. */
const MOST_TICKETS = 20;

/** Whether somebody may be shown by it what the customer wrote last. */
export function showsLastMail({ type }: Action): boolean {
  return type === 'assign' || type === 'move';
}

/** Of the last mail of each. */
export async function lastMailsHtml(
  tickets: readonly TicketId[],
  { config, store, htmlOf }: ReadingHtml,
): Promise<EarlierHtml> {
  if (tickets.length === 0 || !isWanted(config)) return new Map();
  const asked = [...new Set(tickets)].slice(0, MOST_TICKETS);
  const facts = await store.facts({ ...NO_QUESTIONS, tickets: asked });
  const last = asked.flatMap((id) => {
    const ticket = ticketIn(facts, id);
    return ticket === null ? [] : (lastMail(ticket) ?? []);
  });
  return mailsHtml(last, { config, htmlOf });
}

export async function mailsHtml(
  messages: readonly IncomingMessage[],
  { config, htmlOf }: Pick<ReadingHtml, 'config' | 'htmlOf'>,
): Promise<EarlierHtml> {
  const read = new Map<string, { readonly text: string; readonly html: ShownHtml }>();
  if (!isWanted(config)) return read;
  for (const message of messages) {
    const html = await htmlOf(message);
    if (html !== null) read.set(message.raw, { text: message.text, html });
  }
  return read;
}

function isWanted({ notificationHtml, staff }: ReadingHtml['config']): boolean {
  return notificationHtml && staff.length > 0;
}
