/**
 * Which mails of a ticket may stand below an answer to a person, and of which no more than the date.
 *
 * Quoted is what they wrote by a proven mail, what was sent to them from here, and a proven mail of
 * the staff or of somebody who was on the ticket anyway, whose To or Cc named them. Nothing that
 * only says whose it is: it writes its own To and Cc, and whoever let it in has proven nothing; nor
 * one whose proof came with a later copy. Mails to and from others are not even dated, nor are
 * notes, what a machine wrote, and what was taken out of the
 * ticket, and answers that have not gone out. Pure.
 */

import { clean } from '../letters/clean.ts';
import type { EarlierMail } from '../letters/draft.ts';
import { linesSaid } from '../letters/earlier.ts';
import { isErasedMessage } from '../ticket/erased.ts';
import { isUnknownOutside } from '../ticket/later.ts';
import {
  type IncomingMessage,
  isOnTicket,
  type Mailbox,
  type Message,
  mailboxText,
  mailsOf,
  peopleOf,
  sameAddress,
  type Ticket,
} from '../ticket/ticket.ts';

/** More than anybody reads below an answer. */
const MAX_MAILS = 20;
const MAX_NAME_CHARACTERS = 80;

/** The newest first. `isAlone`: the answer is for them alone, so nothing but what they know of. */
export function quotableTo(
  { address }: Mailbox,
  ticket: Ticket,
  { isAlone }: { readonly isAlone: boolean },
): readonly EarlierMail[] {
  return saidTo(address, mailsOf(ticket))
    .filter((mail) => isTheirs(address, mail) || (!isAlone && isOfTicket(mail, ticket)))
    .slice(-MAX_MAILS)
    .toReversed()
    .map((mail) => ({
      serial: mail.serial,
      date: mail.date,
      words: wordsFor(address, mail, ticket),
      mayBeLast: isTheirs(address, mail) || (mail.direction === 'in' && !isProven(mail)),
    }));
}

/** By people. What went to several of them is one mail: the one that this person has got, if they have. */
function saidTo(address: string, mails: readonly Message[]): readonly Message[] {
  const copies = new Map(
    mails.flatMap((mail) =>
      mail.direction === 'out' && mail.copyOf !== undefined && isFor(address, mail)
        ? [[mail.copyOf, mail] as const]
        : [],
    ),
  );
  return mails.flatMap((mail): readonly Message[] => {
    if (mail.movedTo !== undefined || isUnknownOutside(mail)) return [];
    if (mail.direction === 'in') return mail.trust === 'automatic' ? [] : [mail];
    if (mail.automatic || mail.copyOf !== undefined) return [];
    return [isFor(address, mail) ? mail : (copies.get(mail.serial) ?? mail)];
  });
}

function wordsFor(address: string, mail: Message, ticket: Ticket): EarlierMail['words'] {
  if (isErasedMessage(mail) || !mayRead(address, mail, ticket)) return null;
  const lines = linesSaid(mail);
  const { from } = mail;
  if (from === null || lines.every((line) => line.trim() === '')) return null;
  return { writer: isShownByName(address, mail) ? from.name || from.address : named(from), lines };
}

/** Anybody may call themselves as they like: to others, their address says who it is. */
function isShownByName(address: string, mail: Message): boolean {
  return mail.direction === 'out' || mail.trust === 'staff' || isWrittenBy(address, mail);
}

function named({ name, address }: Mailbox): string {
  return mailboxText({ name: clean(name).slice(0, MAX_NAME_CHARACTERS), address });
}

function mayRead(address: string, mail: Message, ticket: Ticket): boolean {
  if (mail.direction === 'out') return isFor(address, mail);
  if (!isProven(mail)) return false;
  if (isWrittenBy(address, mail)) return true;
  return isFor(address, mail) && (mail.trust === 'staff' || isOfPeople(mail.from, ticket));
}

/** By itself, and not by what came later. */
function isProven({ trust, provenBy }: IncomingMessage): boolean {
  return trust !== 'claimed' && provenBy === undefined;
}

/** Whether everybody on it may learn that there is this mail: no stranger wrote it, or is asked by it. */
function isOfTicket(mail: Message, ticket: Ticket): boolean {
  if (mail.direction === 'out') {
    // An answer to all is to the requester first; one to somebody else was for them alone.
    return ticket.requester !== null && sameAddress(mail.to[0].address, ticket.requester.address);
  }
  return mail.from === null ? mail.serial === 1 : isOnTicket(ticket, mail.from.address);
}

/** Stricter than `isOnTicket`: whoever names others for the answers is not one of them. */
function isOfPeople(writer: Mailbox | null, ticket: Ticket): boolean {
  return peopleOf(ticket).some(({ address }) => sameAddress(address, writer?.address ?? ''));
}

function isTheirs(address: string, mail: Message): boolean {
  return isWrittenBy(address, mail) || isFor(address, mail);
}

/** By its From: a Reply-To says nothing of who reads there. */
function isWrittenBy(address: string, mail: Message): boolean {
  return mail.direction === 'in' && mail.from !== null && sameAddress(mail.from.address, address);
}

/** In To or Cc, and not known to have been lost on its way from here. */
function isFor(address: string, mail: Message): boolean {
  const isLost =
    mail.direction === 'out' && (mail.delivery === 'failed' || mail.delivery === 'bounced');
  return !isLost && mail.to.some((person) => sameAddress(person.address, address));
}
