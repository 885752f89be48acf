/**
 * The words of a notice to the desk: what happened, and the command that shows it.
 *
 * None of a stranger's words are in it: no subject, no name, no address. Pure.
 */
import type { Notice } from '../ticket/notice.ts';
import type { TicketId } from '../ticket/ticket.ts';

export interface NoticeMail {
  readonly subject: string;
  readonly text: string;
  /** The one ticket that all of it is about, or null. */
  readonly ticket: TicketId | null;
}

export function noticeMail(notices: readonly Notice[], more: number): NoticeMail {
  const tickets = new Set(notices.map(({ ticket }) => ticket));
  const [only = null] = tickets.size === 1 && more === 0 ? tickets : [];
  const [first] = notices;
  const isOne = notices.length === 1 && more === 0 && first !== undefined;
  const lines = [
    ...notices.map((notice) => (isOne ? '' : '- ') + sentence(notice)),
    ...(more === 0 ? [] : [`- and ${more} more: mailrobot held list, mailrobot ticket list`]),
    '',
    ...(only === null
      ? []
      : [`An answer to this mail becomes a note on ${only}; the customer`, 'does not see it.']),
  ];
  const subject = isOne ? title(first) : `${notices.length + more} things wait for you`;
  return { subject, text: `${lines.join('\n').trimEnd()}\n`, ticket: only };
}

function title({ ticket, queue, about }: Notice): string {
  switch (about.type) {
    case 'held':
      return `A mail to ${ticket ?? queue} is held`;
    case 'silenced':
      return `${ticket ?? queue}: no acknowledgement went out`;
    case 'bounced':
      return `${ticket ?? queue}: an answer came back`;
    case 'overdue':
      return `${ticket ?? queue} waits for an answer`;
    case 'template':
      return `${queue}: a template cannot be used`;
  }
}

function sentence({ ticket, queue, about }: Notice): string {
  const where = ticket ?? queue;
  switch (about.type) {
    case 'held':
      return `A mail to ${where} is held (${about.check})${because(about.check)}.\n  mailrobot held show ${about.id}`;
    case 'silenced':
      return `${where} got no acknowledgement (${about.check}).\n  mailrobot ticket show ${where}`;
    case 'bounced':
      return `Message ${about.serial} of ${where} could not be delivered (${about.status}).\n  mailrobot ticket show ${where}`;
    case 'overdue':
      return `${where} has waited for an answer since ${minutes(about.since)} UTC.\n  mailrobot ticket show ${where}`;
    case 'template':
      return `templates/${about.file} ${about.problem}: the built-in text goes out.\n  mailrobot template check`;
  }
}

/** What a person who has never seen the name of the check needs to know. */
const HELD_BECAUSE: ReadonlyMap<string, string> = new Map([
  ['stranger', 'it is from somebody who is not on the ticket'],
  ['unproven-staff', 'it says that it is from one of the staff, and nothing proves it'],
  ['copied', 'it may be a copy of an older mail, and its author has been asked'],
  ['unconfirmed', 'its author has been asked whether it is theirs'],
  ['two-responders', 'two machines seem to answer each other'],
]);

function because(check: string): string {
  const reason = HELD_BECAUSE.get(check);
  return reason === undefined ? '' : `: ${reason}`;
}

function minutes(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}
