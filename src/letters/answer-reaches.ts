/**
 * Whom an answer to a mail reaches, as the notification of that mail tells one of the staff: the
 * author or where they want answers, those on the ticket, and those whom the mail had in copy. Pure.
 */
import type { Config } from '../config/config.ts';
import { addresseesOf, outsiderIn } from '../ticket/addressees.ts';
import { isOfOtherDomain } from '../ticket/reply-to.ts';
import { type IncomingMessage, type Mailbox, sameAddress, type Ticket } from '../ticket/ticket.ts';
import { clean } from './clean.ts';
import type { NotificationDraft } from './draft.ts';
import { MAX_NAME_CHARACTERS, MAX_NAMED } from './notification-sentences.ts';

export const NOTE_BACK =
  'An answer to this mail is a note for your colleagues: no customer sees it.';

export function answerLines(
  ticket: Ticket,
  message: IncomingMessage,
  { mayCommand, also }: { readonly mayCommand: boolean; readonly also: readonly Mailbox[] },
): readonly string[] {
  const { to, copies: known } = addresseesOf(ticket, message);
  const copies = [...known, ...also];
  if (to === null) return ['An answer to this mail comes back: there is nobody who gets it.'];
  if (outsiderIn(ticket, message) !== null && copies.length === 0) {
    return [
      `An answer to this mail goes to ${to.address} and to nobody else.`,
      ...(mayCommand ? ['"cc +" in its first line puts them on the ticket.'] : []),
    ];
  }
  if (copies.length === 0) return [`An answer to this mail goes to ${to.address}.`];
  return [
    `An answer to this mail goes to ${to.address},`,
    `with copies to ${addressesIn(copies)}.`,
  ];
}

/** Whom the mail had in copy, each of them, and how they are answered. */
export function copyLines(
  { people, left }: NotificationDraft['inCopy'],
  copies: Config['copies'],
): readonly string[] {
  if (people.length === 0 || copies === 'all') return [];
  return [
    ...people.map(({ address }) => `In copy: ${address}`),
    ...(copies === 'none' ? [] : ['"Reply to all" reaches them as well.']),
    ...(left === 0 ? [] : [`${left} more in copy are reached by no answer.`]),
  ];
}

/** As the name of the address that reaches them; a name that looks like an address is none. */
export function copiesInWords(people: readonly Mailbox[]): string {
  const names = people.map(({ name, address }) => {
    const shown = clean(name).slice(0, MAX_NAME_CHARACTERS);
    return shown === '' || shown.includes('@') ? address : shown;
  });
  const more = names.length - MAX_NAMED;
  return `and ${[...names.slice(0, MAX_NAMED), ...(more > 0 ? [`${more} more`] : [])].join(', ')}`;
}

export function addressesIn(people: readonly Mailbox[]): string {
  const shown = people.slice(0, MAX_NAMED).map(({ address }) => address);
  const more = people.length - shown.length;
  const last = more > 0 ? `${more} more` : shown.pop();
  return shown.length === 0 ? (last ?? '') : `${shown.join(', ')} and ${last}`;
}

/** That an answer goes to another domain stands above everything else. */
export function replyToLines(
  message: IncomingMessage,
  ticket: Ticket,
): { readonly first: readonly string[]; readonly others: readonly string[] } {
  const { replyTo } = message;
  if (replyTo === undefined) return NO_REPLY_TO;
  const address = clean(replyTo.address);
  const { to } = addresseesOf(ticket, message);
  if (to === null || !sameAddress(to.address, replyTo.address)) {
    return { first: [], others: [`[Reply-To does not count here: ${address}]`] };
  }
  if (!isOfOtherDomain(message)) return NO_REPLY_TO;
  return { first: [`[Reply-To is of another domain than From: ${address}]`], others: [] };
}

export const NO_REPLY_TO = { first: [], others: [] } as const;
