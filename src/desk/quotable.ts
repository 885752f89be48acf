/**
 * Which mails of a ticket may stand below an answer to a person, and of which no more than the date.
 *
 * Quoted is what they wrote by a proven mail, or had: in a mail whose To or Cc named them, or that
 * was sent to them from here. A mail that only says it is theirs is not proven by naming them, and
 * one whose proof came with a later copy is not that copy. Notes, what a machine wrote, and what was
 * taken out of the ticket are not even dated. Pure.
 */
import type { EarlierMail } from '../letters/draft.ts';
import { linesSaid } from '../letters/earlier.ts';
import { isErasedMessage } from '../ticket/erased.ts';
import { type Mailbox, type Message, mailsOf, sameAddress, type Ticket } from '../ticket/ticket.ts';

/** More than anybody reads below an answer. */
const MAX_MAILS = 20;

/** The newest first. `isAlone`: the answer is for them alone, so nothing but what they know of. */
export function quotableTo(
  { address }: Mailbox,
  ticket: Ticket,
  { isAlone }: { readonly isAlone: boolean },
): readonly EarlierMail[] {
  return saidTo(address, mailsOf(ticket))
    .filter((mail) => !isAlone || isWrittenBy(address, mail) || isNamedIn(address, mail))
    .slice(-MAX_MAILS)
    .toReversed()
    .map((mail) => ({ serial: mail.serial, date: mail.date, words: wordsFor(address, mail) }));
}

/** By people. What went to several of them is one mail: the one that this person has got, if they have. */
function saidTo(address: string, mails: readonly Message[]): readonly Message[] {
  const copies = new Map(
    mails.flatMap((mail) =>
      mail.direction === 'out' && mail.copyOf !== undefined && isNamedIn(address, mail)
        ? [[mail.copyOf, mail] as const]
        : [],
    ),
  );
  return mails.flatMap((mail): readonly Message[] => {
    if (mail.movedTo !== undefined) return [];
    if (mail.direction === 'in') return mail.trust === 'automatic' ? [] : [mail];
    if (mail.automatic || mail.copyOf !== undefined) return [];
    return [isNamedIn(address, mail) ? mail : (copies.get(mail.serial) ?? mail)];
  });
}

function wordsFor(address: string, mail: Message): EarlierMail['words'] {
  if (isErasedMessage(mail) || !mayRead(address, mail)) return null;
  const lines = linesSaid(mail);
  const { from } = mail;
  if (from === null || lines.every((line) => line.trim() === '')) return null;
  return { writer: from.name || from.address, lines };
}

function mayRead(address: string, mail: Message): boolean {
  if (!isWrittenBy(address, mail)) return isNamedIn(address, mail);
  return mail.direction === 'in' && mail.trust !== 'claimed' && mail.provenBy === undefined;
}

/** By its From: a Reply-To says nothing of who reads there. */
function isWrittenBy(address: string, mail: Message): boolean {
  return mail.direction === 'in' && mail.from !== null && sameAddress(mail.from.address, address);
}

/** In To or Cc. */
function isNamedIn(address: string, { to }: Message): boolean {
  return to.some((person) => sameAddress(person.address, address));
}
