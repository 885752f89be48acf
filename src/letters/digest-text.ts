/**
 * The words of a digest: tickets, a line each, and how to go on with one.
 *
 * Of a stranger's words it has addresses and subjects alone, each made inert and short. An answer
 * to it is a mail of commands. What of it is quoted in a mail to a customer is known by
 * `isOfDigest`: other customers stand in it. Pure.
 */
import { nameOf, type Ticket, type TicketId } from '../ticket/ticket.ts';
import type { DigestDraft, ListedTickets } from './draft.ts';
import { plainLine } from './plain-line.ts';

interface DigestContext {
  /** Where the reader can write to about a ticket; null if nothing that they write counts. */
  readonly addressOf: (ticket: Ticket) => string | null;
  /** Each address is another one, and made for the reader. */
  readonly areSigned: boolean;
  readonly mayCommand: boolean;
}

interface DigestMail {
  readonly subject: string;
  readonly text: string;
}

export function digestMail(
  { opened, copied }: DigestDraft,
  { addressOf, areSigned, mayCommand }: DigestContext,
): DigestMail {
  const [newOnes, copies] = [countOf(opened), countOf(copied)];
  const silent = opened.tickets.filter((ticket) => !isAcknowledged(ticket)).length;
  const [first] = [...opened.tickets, ...copied.tickets];
  const signed = [...opened.tickets, ...copied.tickets].slice(0, areSigned ? MAX_SIGNED : 0);
  const listed = ({ tickets, unlisted }: ListedTickets) => [
    '',
    ...tickets.flatMap((ticket) => {
      const address = signed.includes(ticket) ? addressOf(ticket) : null;
      return [lineOf(ticket), ...(address === null ? [] : [`    ${address}`])];
    }),
    ...unlisted.map(({ more, last }) => `and ${more} more, up to ${last}`),
    '',
  ];
  const lines = [
    ...(newOnes === 0 ? [] : [...introduction(newOnes), ...listed(opened)]),
    ...(copies === 0 ? [] : [...COPIES, ...listed(copied)]),
    'Who wrote them is not verified.',
    ...(silent === 0 ? [] : [`Of those listed, ${silent} got no acknowledgement.`]),
    '',
    ...(first === undefined
      ? []
      : howToGoOn(nameOf(first), { address: addressOf(first), areSigned, mayCommand })),
  ];
  return { subject: subjectOf(newOnes, copies), text: `${lines.join('\n').trimEnd()}\n` };
}

/** Made for one person, they make the text another one for each. */
const MAX_SIGNED = 25;

function countOf({ tickets, unlisted }: ListedTickets): number {
  return tickets.length + unlisted.reduce((sum, { more }) => sum + more, 0);
}

function subjectOf(newOnes: number, copies: number): string {
  const tickets = (count: number) => (count === 1 ? 'ticket' : 'tickets');
  if (copies === 0) return `${newOnes} more new ${tickets(newOnes)}`;
  if (newOnes === 0) return `${copies} more ${tickets(copies)} with the same mail`;
  return `${newOnes + copies} more tickets`;
}

const COPIES = [
  'These tickets have got a mail that came to others first, so that there is no mail',
  'about each of them:',
];

function introduction(count: number): readonly string[] {
  const what = count === 1 ? 'One more ticket is new' : `${count} more tickets are new`;
  return [
    `${what}. More than ten have come in within ten`,
    'minutes, or their mail came to others first, so that there is no mail about each:',
  ];
}

function isAcknowledged({ messages }: Ticket): boolean {
  return messages.some((message) => message.direction === 'out');
}

/** `about`: what of ours stands before the subject. */
export function lineOf(ticket: Ticket, ...about: readonly string[]): string {
  const { requester, subject } = ticket;
  const words = [plainLine(requester?.address ?? 'nobody'), ...about, plainLine(subject)];
  return [nameOf(ticket), ...words].join('  ').trimEnd();
}

export function howToGoOn(
  id: TicketId,
  {
    address,
    areSigned,
    mayCommand,
  }: { readonly address: string | null } & Omit<DigestContext, 'addressOf'>,
): readonly string[] {
  const towards = areSigned ? 'the address below it.' : `its address, such as\n${address}`;
  return [
    ...(mayCommand
      ? [
          'An answer to this mail goes to no customer. It is a mail of commands, a line',
          'each:',
          '',
          `    show ${id}     its mails, and how to answer them`,
          `    take ${id}     it is yours`,
          `    close ${id}    and others, if you name more than one`,
          '',
        ]
      : ['An answer to this mail goes to no customer, and nothing is done by it.', '']),
    ...(address === null ? [] : [`To answer a customer, write a new mail to ${towards}`]),
    ...(mayCommand ? [] : [`In a terminal: mailrobot ticket show ${id}`]),
  ];
}

const LINE = /^\W*[A-Z][A-Z0-9]{0,19}-\d{1,15} {2,9}(?:[^\s@]{1,64}@\S{1,255}|nobody)(?: |$)/;
const SENTENCES =
  /^\W*(?:One more ticket is new|\d{1,6} more tickets are new)\. More than ten\b|^\W*minutes, or their mail came to others first, so that there is no mail about each|^\W*These tickets have got a mail that came to others first\b|^\W*The week from \d{1,2} [A-Z][a-z]{2,8} to \d{1,2} [A-Z][a-z]{2,8} \(UTC\), in /;

/** Whether a line is one of a digest, however it is quoted. */
export function isOfDigest(line: string): boolean {
  return SENTENCES.test(line) || LINE.test(line);
}
