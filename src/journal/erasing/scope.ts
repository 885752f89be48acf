/**
 * Which parts of a commit are erased as a whole: what the person wrote, what was written to them,
 * and their tickets, but for notes and for mail of others, in which only their address is. Pure.
 */
import { type Change, isFate, ticketOf } from '../../ticket/change.ts';
import type { OutgoingMail } from '../../ticket/mail.ts';
import { authorsOf } from '../../ticket/reply-to.ts';
import type { IncomingMessage, Mailbox, Message, TicketId } from '../../ticket/ticket.ts';
import { pathsFor, seqOf } from '../paths.ts';
import type { JournalRecord } from '../record.ts';
import { addressesIn } from './person.ts';

export interface Known {
  readonly isPerson: (address: string) => boolean;
  /** To be erased as a whole. */
  readonly isWhole: (id: TicketId) => boolean;
  /** The person is its requester. */
  readonly isTheirs: (id: TicketId) => boolean;
  /** Whether a text has words of the person, or their name. */
  readonly quotes: (text: string) => boolean;
  /** Or the subject of a ticket of theirs. */
  readonly hasSubject: (text: string) => boolean;
  /** What the person wrote, as the mail of that number on the ticket. */
  readonly isWordGone: (id: TicketId, serial: number) => boolean;
  /** Mails that were held, or that a robot got, of which nothing is left. */
  readonly isHeldGone: (id: number) => boolean;
  /** The mail of that commit is also one of a ticket that keeps it. */
  readonly isMailUsed: (seq: number) => boolean;
  /** The mail of this commit is theirs by its header, since nothing else says whose it is. */
  readonly isAuthor: boolean;
}

export interface Scope {
  /** By their places. */
  readonly changes: readonly boolean[];
  readonly outgoing: readonly boolean[];
  /** What the commit says of the mail that came in, and its raw mail. */
  readonly isMailGone: boolean;
  /** Mails of ours of which no copy stays: by their places. */
  readonly copies: readonly boolean[];
}

export function scopeOf(record: JournalRecord, known: Known): Scope {
  const { delivery, outgoing } = record;
  const changes = record.changes.map((change) => isGone(change, record, known));
  const isOthers = record.changes.some(
    (change, n) => isKept(change, record, known) || (changes[n] !== true && isSaid(change)),
  );
  const isCause = record.changes.some((change, n) => changes[n] === true && !isFate(change));
  const isOwn = delivery !== undefined && (isFrom(record, known) || (isCause && !isOthers));
  const isNote = record.changes.some((change) => isWrittenNote(change, record, known));
  const gone = outgoing.map((mail) => isOwn || isMailOf(mail, record, known));
  const isSpent = isOwn || isNote || (isCommandOfStaff(record) && gone.includes(true));
  const isMailGone = isSpent && !known.isMailUsed(record.seq);
  return {
    changes,
    outgoing: gone,
    isMailGone,
    copies: outgoing.map((mail, n) => gone[n] === true || isNamedIn(mail, known)),
  };
}

function isGone(change: Change, record: JournalRecord, known: Known): boolean {
  const ticket = ticketOf(change);
  if (ticket !== null && known.isWhole(ticket)) return true;
  if (isKept(change, record, known)) return false;
  if (ticket !== null && known.isTheirs(ticket)) return true;
  switch (change.type) {
    case 'message.added':
      return isOfPerson(change.message, known);
    case 'ticket.field': {
      const { other } = change;
      return other !== undefined && (known.isWhole(other) || known.isTheirs(other));
    }
    case 'ticket.created':
      return change.requester !== null && known.isPerson(change.requester.address);
    case 'mail.held': {
      const { id } = change.mail;
      return known.isHeldGone(id);
    }
    case 'robot.queued':
      return known.isHeldGone(seqOf(change.raw) ?? record.seq);
    case 'robot.failed':
    case 'robot.ended':
    case 'robot.planned':
    case 'robot.doubted':
    case 'robot.lapsed':
      return known.isHeldGone(change.run);
    case 'mail.recorded': {
      const { returned } = change;
      const isBack =
        returned !== undefined &&
        (known.isWhole(returned.ticket) || known.isTheirs(returned.ticket));
      return isBack || isFrom(record, known);
    }
    case 'mail.answered':
    case 'address.failed':
    case 'address.blocked':
    case 'address.cleared':
      return known.isPerson(change.address);
    default:
      return false;
  }
}

/** Notes, and mail of others, in a ticket of the person, and what somebody else began. */
function isKept(
  change: Change,
  { changes }: JournalRecord,
  { isPerson, isWhole, isTheirs }: Known,
): boolean {
  const ticket = ticketOf(change);
  if (ticket === null || isWhole(ticket) || !isTheirs(ticket)) return false;
  if (change.type === 'note.added') return true;
  if (change.type === 'ticket.created') {
    const isOpened = changes.some(
      (other) =>
        other.type === 'message.added' &&
        other.ticket === ticket &&
        other.message.direction === 'in' &&
        !isByOther(other.message, isPerson),
    );
    return change.requester !== null && !isPerson(change.requester.address) && !isOpened;
  }
  if (change.type !== 'message.added' || change.message.direction === 'out') return false;
  return change.message.trust !== 'automatic' && isByOther(change.message, isPerson);
}

function isOfPerson(message: Message, { isPerson }: Known): boolean {
  if (message.direction === 'out') return isPerson(message.to[0].address);
  return authorsOf(message).some(({ address }) => isPerson(address));
}

/** The mail itself quotes what the note does not. */
function isWrittenNote(change: Change, { seq }: JournalRecord, known: Known): boolean {
  return (
    change.type === 'note.added' &&
    change.written === pathsFor(seq).rawIn &&
    known.isTheirs(change.ticket)
  );
}

/** What somebody still needs the mail for. */
const KEEPS_MAIL: ReadonlySet<Change['type']> = new Set([
  ...(['message.added', 'note.added', 'mail.held', 'robot.queued'] as const),
]);

/** Somebody else's words, or ours to somebody else. */
function isSaid({ type }: Change): boolean {
  return type === 'message.added' || type === 'note.added';
}

/** It may quote the answer to an earlier one. */
function isCommandOfStaff({ delivery, changes }: JournalRecord): boolean {
  const isKept = ({ type }: Change) => KEEPS_MAIL.has(type);
  return delivery?.decision.trust === 'staff' && !changes.some(isKept);
}

/** The mail of this commit is the person's. */
function isFrom({ seq, changes, delivery }: JournalRecord, known: Known): boolean {
  const { sender } = delivery?.decision ?? {};
  if (changes.some((change) => isOfOther(change, seq, known))) return false;
  if (known.isAuthor || (typeof sender === 'string' && known.isPerson(sender))) return true;
  return changes.some((change) => {
    if (change.type === 'mail.held') return known.isHeldGone(change.mail.id);
    if (change.type === 'robot.queued') return known.isHeldGone(seqOf(change.raw) ?? seq);
    return (
      change.type === 'message.added' &&
      change.message.direction === 'in' &&
      isOfPerson(change.message, known)
    );
  });
}

/** A mail that somebody else signs, whatever its envelope says. */
function isOfOther(change: Change, seq: number, { isPerson, isHeldGone }: Known): boolean {
  switch (change.type) {
    case 'message.added':
      return change.message.direction === 'in' && isByOther(change.message, isPerson);
    case 'mail.held':
      return !isHeldGone(change.mail.id) && isAnother(change.mail.from, isPerson);
    case 'robot.queued':
      return !isHeldGone(seqOf(change.raw) ?? seq) && isAnother(change.from, isPerson);
    default:
      return false;
  }
}

function isAnother(from: Mailbox | null, isPerson: Known['isPerson']): boolean {
  return from !== null && !isPerson(from.address);
}

function isByOther(message: IncomingMessage, isPerson: Known['isPerson']): boolean {
  const authors = authorsOf(message);
  return authors.length > 0 && !authors.some(({ address }) => isPerson(address));
}

function isMailOf(mail: OutgoingMail, record: JournalRecord, known: Known): boolean {
  const { changes } = record;
  const { ticket, recipient } = mail;
  if (ticket !== null && (known.isWhole(ticket) || known.isTheirs(ticket))) return true;
  if (known.isPerson(recipient)) return true;
  // What the staff are told is in the ticket, too; so is what was answered to somebody else.
  if (ticket !== null) {
    return mail.quotes?.some((serial) => known.isWordGone(ticket, serial)) ?? false;
  }
  const isAbout = changes.some((change) => !isFate(change) && tells(change, known));
  const text = textOf(mail);
  return isAbout || mentions(text, known) || (isCommandOfStaff(record) && known.hasSubject(text));
}

function tells(change: Change, { isWhole, isTheirs, isHeldGone }: Known): boolean {
  const ticket = ticketOf(change);
  if (ticket !== null) return isWhole(ticket) || isTheirs(ticket);
  if (change.type !== 'staff.notified') return false;
  return (change.named ?? []).some(({ held }) => held.some(isHeldGone));
}

const TICKET = /\b[A-Z][A-Z0-9]{0,19}-\d{1,15}\b/g;

/** A journal of format 1 holds octets. */
function textOf(mail: OutgoingMail): string {
  if (!('letter' in mail)) return mail.content;
  const { from, subject, text, html = '' } = mail.letter;
  return `${from.name}\n${subject}\n${text}\n${html}`;
}

/** Also lists, in which a ticket of theirs is a row. */
function mentions(text: string, known: Known): boolean {
  if (addressesIn(text).some(known.isPerson) || known.quotes(text)) return true;
  // What reads so is one.
  const ids = text.match(TICKET) as readonly TicketId[] | null;
  return (ids ?? []).some((id) => known.isWhole(id) || known.isTheirs(id));
}

function isNamedIn(mail: OutgoingMail, { isPerson }: Known): boolean {
  if (!('letter' in mail)) return addressesIn(mail.content).some(isPerson);
  const { to, cc } = mail.letter;
  return [to, ...cc].some((person: Mailbox) => isPerson(person.address));
}
