/**
 * An answer whose time has come, and that a new one of the same author would not reach: it goes to
 * nobody who is not on the ticket any more, has stopped their mail, is blocked, or whose mail comes
 * back. Whom its author had named beside those on the ticket is reached by naming them.
 *
 * Its author is told whom it does not go to. If nobody is left, they get its words back, and the ticket
 * stands as without it. Pure.
 */
import { type Facts, failedIn } from '../journal/facts.ts';
import type { UnsentMail } from '../journal/outbox.ts';
import { failingVerdict } from '../ticket/failing.ts';
import {
  currentTicket,
  isMuted,
  mailboxText,
  nameOf,
  type OutgoingMessage,
  peopleOf,
  sameAddress,
  type Ticket,
} from '../ticket/ticket.ts';
import type { ActionContext, DeskResult } from './action.ts';
import { DUE_ACTOR } from './due.ts';
import { returnedAnswer } from './returned-answer.ts';
import { mailOf, takenBack, wholeAnswer } from './taken-back.ts';
import { without } from './without-answer.ts';

type Known = Pick<Facts, 'tickets' | 'addresses'>;

/** Why a new answer would not reach whoever this one is to; null if it would. */
export function whyLetGo(message: OutgoingMessage, of: Ticket, known: Known): string | null {
  const [{ address }] = message.to;
  const ticket = currentTicket(of.id, (id) => known.tickets.get(id) ?? null) ?? of;
  const failing = failingVerdict(failedIn(known, address));
  if (failing !== null) return failing.evidence;
  if (isMuted(ticket, address) || isMuted(of, address)) {
    return `${address} has asked for no more mail about ${nameOf(ticket)}`;
  }
  const isOn = peopleOf(ticket).some((person) => sameAddress(person.address, address));
  return isOn || message.isAside === true
    ? null
    : `${address} is not on ${nameOf(ticket)} any more`;
}

interface Letting extends Known, Pick<ActionContext, 'staff' | 'control'> {
  readonly now: Date;
  /** Mails that nobody hands over meanwhile. */
  readonly withheld: readonly UnsentMail[];
}

/** null if it goes to all whom it is to. */
export function letGo(of: Ticket, serial: number, letting: Letting): DeskResult | null {
  const all = wholeAnswer(of, serial);
  const gone = all.flatMap((message) => {
    const mail = mailOf(message.serial, of, letting.withheld);
    const why = mail === undefined ? null : whyLetGo(message, of, letting);
    return mail === undefined || why === null ? [] : { message, mail, why };
  });
  const [main] = all;
  if (gone.length === 0 || main === undefined) return null;
  const left = all.filter((one) => !gone.some(({ message }) => message === one));
  const stands = left.length === 0 ? without(main, of, letting.now) : { status: of.status };
  const why = [
    `Your answer about ${nameOf(of)} does not go to all whom you wrote it to:`,
    ...gone.map(({ why }) => `- ${why}.`),
    left.length === 0
      ? 'So it goes to nobody. This is what you wrote:'
      : `It goes to ${left.map(({ to: [to] }) => mailboxText(to)).join(', ')}. This is what you wrote:`,
  ];
  return {
    changes: takenBack(
      gone.map(({ mail }) => mail),
      of,
      stands,
      DUE_ACTOR,
    ),
    drafts: returnedAnswer(main, of, why.join('\n'), letting),
  };
}
