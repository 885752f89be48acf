/**
 * What an erasure would take out of a journal, and what it would leave for a person to decide.
 *
 * Reads it twice: first whose tickets, words and held mails they are, then what of each commit
 * goes. Commits of the same journal and the same question give the same plan. Pure.
 */
import { type Change, type ErasedCommit, isFate, ticketOf } from '../../ticket/change.ts';
import { isErased } from '../../ticket/erased.ts';
import { coverOf, ticketsAbout } from '../../ticket/legal-hold.ts';
import { placeOf } from '../../ticket/mail.ts';
import { authorsOf } from '../../ticket/reply-to.ts';
import type { Attachment, IncomingMessage, Mailbox, TicketId } from '../../ticket/ticket.ts';
import { keptMails } from '../kept-mails.ts';
import { seqOf } from '../paths.ts';
import type { JournalLine, JournalRecord } from '../record.ts';
import { textsIn } from '../texts.ts';
import { authorsIn, isUnsigned } from './authors.ts';
import { borrowedIn } from './borrowed.ts';
import type { Erasure, Quoted, Untold, Whom } from './erasure.ts';
import { erasedNumbers, type TextedLine } from './numbers.ts';
import { addressesIn } from './person.ts';
import { quotedIn, SaidByThem } from './quoted.ts';
import { type Known, type Scope, scopeOf } from './scope.ts';

export interface ReadCommit {
  readonly record: JournalRecord;
  /** The same with references in the place of its texts; null if its line holds its words. */
  readonly line: TextedLine | null;
  /** Who its mail names in its header, if nothing else says who has written it. */
  readonly authors: () => readonly string[];
}

/** `words`: the line of its texts, or an empty one. `header`: reads the raw mail that far. */
export function readCommit(
  record: JournalRecord,
  line: JournalLine | null,
  words: string,
  header: () => Buffer,
): ReadCommit {
  const authors = () => (isUnsigned(record) ? authorsIn(header()) : []);
  if (line === null || line.texts === null) return { record, line: null, authors };
  const texts = line.texts.size === 0 ? [] : (textsIn(words, record.seq, line.texts) ?? []);
  return { record, line: { value: line.rest, texts }, authors };
}

export function planErasure(commits: () => Iterable<ReadCommit>, whom: Whom): Erasure {
  const { borrowing, ...found } = gather(commits(), whom);
  const about = { ...found, ...usedIn(borrowing, { ...found, ...NOTHING_USED }, whom) };
  const made: ErasedCommit[] = [];
  const tickets = new Set<TicketId>();
  /** Also those to which mail that goes was written. */
  const losing = new Set<TicketId>();
  const quoted: Quoted[] = [];
  const letters: string[] = [];
  const untold: Untold[] = [];
  let isOldFormat = false;
  let [mails, files] = [0, 0];
  for (const { record, line, authors } of commits()) {
    const known = { ...knownAt(record, about, whom), ...authorIn(authors(), record, whom) };
    const scope = scopeOf(record, known);
    const texts = line === null ? [] : erasedNumbers(line, scope, known);
    const sender = record.delivery?.decision.sender ?? null;
    const kept = new Set(keptMails(record).map(({ id }) => id));
    const copies = record.outgoing.flatMap((mail, n) =>
      scope.copies[n] === true && kept.has(idOf(record, n)) ? [{ n, place: placeOf(mail) }] : [],
    );
    if (line === null) isOldFormat ||= isTouched(scope) || isNamed(record, known);
    const told = untoldBy(record, scope, known);
    if (told !== null) untold.push(told);
    for (const [n, isGone] of scope.outgoing.entries()) if (isGone) letters.push(idOf(record, n));
    for (const [n, change] of record.changes.entries()) {
      if (scope.changes[n] === true) continue;
      const found = quotedIn(change, about.said, known.isPerson, sender);
      if (found !== null) quoted.push(found);
    }
    if (texts.length === 0 && copies.length === 0) continue;
    made.push({ seq: record.seq, texts, isMailGone: scope.isMailGone, copies });
    mails += (scope.isMailGone ? 1 : 0) + copies.length;
    for (const [n, change] of record.changes.entries()) {
      const ticket = ticketOf(change);
      if (scope.changes[n] !== true) continue;
      if (ticket !== null) tickets.add(ticket);
      for (const id of ticketsAbout(change)) losing.add(id);
      files += filesIn(change).filter(({ path }) => !about.usedFiles.has(path)).length;
    }
    for (const id of namedIn(record, known)) tickets.add(id);
  }
  const touched = [...tickets];
  return {
    ...{ commits: made, tickets: touched, letters, untold, mails, files, quoted, isOldFormat },
    ended: touched.filter((id) => about.theirs.has(id) || about.whole.has(id)),
    onHold: [...new Set([...touched, ...losing].flatMap((id) => coverIn(about, id) ?? []))],
  };
}

interface About {
  readonly whole: ReadonlySet<TicketId>;
  readonly theirs: ReadonlySet<TicketId>;
  readonly held: ReadonlySet<number>;
  readonly onHold: ReadonlySet<TicketId>;
  readonly said: SaidByThem;
  /** Mails of theirs, by `wordName`. */
  readonly words: ReadonlySet<string>;
  /** What each other name of a ticket means. */
  readonly names: ReadonlyMap<TicketId, TicketId>;
  /** What each merged ticket goes on in. */
  readonly merged: ReadonlyMap<TicketId, TicketId>;
  /** Commits whose mail stays for a message that was split off. */
  readonly usedMails: ReadonlySet<number>;
  readonly usedFiles: ReadonlySet<string>;
}

const NOTHING_USED = { usedMails: new Set<number>(), usedFiles: new Set<string>() };

/** `borrowing`: commits that have such messages. */
function usedIn(
  borrowing: readonly JournalRecord[],
  about: About,
  whom: Whom,
): Pick<About, 'usedMails' | 'usedFiles'> {
  const kept = borrowing.flatMap((record) => {
    const { changes } = scopeOf(record, knownAt(record, about, whom));
    return borrowedIn(record).filter(({ n }) => changes[n] !== true);
  });
  return {
    usedMails: new Set(kept.flatMap(({ mails }) => mails)),
    usedFiles: new Set(kept.flatMap(({ files }) => files.map(({ path }) => path))),
  };
}

function idOf({ seq }: Pick<JournalRecord, 'seq'>, n: number): string {
  return `${seq}.${n}`;
}

interface Gathered extends Omit<About, 'usedMails' | 'usedFiles'> {
  readonly borrowing: readonly JournalRecord[];
}

function gather(commits: Iterable<ReadCommit>, whom: Whom): Gathered {
  const borrowing: JournalRecord[] = [];
  const whole = new Set<TicketId>();
  const theirs = new Set<TicketId>();
  const held = new Set<number>();
  const onHold = new Set<TicketId>();
  const said = new SaidByThem();
  const words = new Set<string>();
  const names = new Map<TicketId, TicketId>();
  const merged = new Map<TicketId, TicketId>();
  for (const { record } of commits) {
    const { seq, delivery } = record;
    if (borrowedIn(record).length > 0) borrowing.push(record);
    const isPerson = (address: string) => whom.isPerson(address, seq);
    const sender = delivery?.decision.sender ?? null;
    for (const change of record.changes) {
      const ticket = ticketOf(change);
      if (ticket !== null && whom.isTicket(ticket, seq)) whole.add(ticket);
      const requester = requesterAfter(change);
      if (ticket !== null && requester !== null) {
        const isOwn = isPerson(requester.address);
        if (isOwn) theirs.add(ticket);
        else theirs.delete(ticket);
        if (isOwn) said.addName(requester);
        if (change.type === 'ticket.created' && (isOwn || whole.has(ticket)))
          said.addSubject(change.subject);
      }
      if (change.type === 'ticket.legalhold') {
        if (change.isOnHold) onHold.add(change.ticket);
        else onHold.delete(change.ticket);
      }
      if (change.type === 'ticket.named') names.set(change.ticket, change.into);
      if (change.type === 'ticket.merged') merged.set(change.ticket, change.into);
      if (change.type === 'mail.held') {
        const { id, from, ticket: to } = change.mail;
        const isTheirs = from !== null && isPerson(from.address);
        const isSent = from === null && sender !== null && isPerson(sender);
        if (isTheirs || isSent || (to !== null && whom.isTicket(to, seq))) held.add(id);
      }
      if (change.type === 'robot.queued') {
        const { from, onTicket } = change;
        const isTheirs = from !== null && isPerson(from.address);
        const isSent = from === null && sender !== null && isPerson(sender);
        const isAbout = onTicket !== null && whom.isTicket(onTicket, seq);
        if (isTheirs || isSent || isAbout) held.add(seqOf(change.raw) ?? seq);
      }
      if (change.type === 'message.added' && change.message.direction === 'in') {
        const { from, text } = change.message;
        if (from === null || isErased(from)) continue;
        const own = authorsOf(change.message).filter(({ address }) => isPerson(address));
        for (const one of own) said.addName(one);
        if (own.length > 0 && isForOtherAddress(change.message)) theirs.add(change.ticket);
        if (own.length > 0 || whole.has(change.ticket)) {
          said.add(text, change.ticket);
          words.add(wordName(change.ticket, change.message.serial));
        }
      }
    }
  }
  return { whole, theirs, held, onHold, said, words, names, merged, borrowing };
}

function wordName(ticket: TicketId, serial: number): string {
  return `${ticket} ${serial}`;
}

/** It opened its ticket, whose requester is its author at another address. */
function isForOtherAddress({ serial, replyTo }: IncomingMessage): boolean {
  return serial === 1 && replyTo !== undefined;
}

/** null for a change that makes nobody the requester. */
function requesterAfter(change: Change): Mailbox | null {
  if (change.type === 'ticket.created') return change.requester;
  return change.type === 'ticket.requester' ? change.to : null;
}

function knownAt({ seq }: JournalRecord, about: About, whom: Whom): Known {
  const called = (id: TicketId) => about.names.get(id) ?? id;
  return {
    isPerson: (address) => whom.isPerson(address, seq),
    isWhole: (id) => about.whole.has(called(id)),
    isTheirs: (id) => about.theirs.has(called(id)),
    quotes: (text) => about.said.isIn(text) || about.said.isNamedIn(text),
    hasSubject: (text) => about.said.hasSubjectIn(text),
    isWordGone: (id, serial) => about.words.has(wordName(id, serial)),
    isHeldGone: (id) => about.held.has(id),
    isMailUsed: (seq) => about.usedMails.has(seq),
    isAuthor: false,
  };
}

function authorIn(
  authors: readonly string[],
  { seq }: JournalRecord,
  whom: Whom,
): Pick<Known, 'isAuthor'> {
  return { isAuthor: authors.some((address) => whom.isPerson(address, seq)) };
}

function coverIn({ onHold, names, merged }: About, id: TicketId): TicketId | null {
  return coverOf(id, onHold, (one) => names.get(one) ?? merged.get(one) ?? null);
}

function isTouched({ changes, outgoing, isMailGone }: Scope): boolean {
  return isMailGone || changes.includes(true) || outgoing.includes(true);
}

/** In a line that holds its words itself. */
function isNamed({ changes, delivery, outgoing }: JournalRecord, { isPerson }: Known): boolean {
  return addressesIn(JSON.stringify([changes, delivery, outgoing])).some(isPerson);
}

/** Mails to the staff that go, about what stays; null if there are none. */
function untoldBy(record: JournalRecord, scope: Scope, known: Known): Untold | null {
  if (scope.isMailGone) return null;
  const changes = record.changes.filter((change, n) => {
    if (change.type === 'staff.notified') return true;
    const ticket = ticketOf(change);
    if (ticket === null || scope.changes[n] === true || isFate(change)) return false;
    return !known.isWhole(ticket) && !known.isTheirs(ticket);
  });
  const mails = record.outgoing.flatMap(({ ticket, recipient }, n) =>
    ticket === null && scope.outgoing[n] === true ? { id: idOf(record, n), recipient } : [],
  );
  return changes.length === 0 || mails.length === 0 ? null : { seq: record.seq, mails, changes };
}

/** Tickets on which they are, without having written anything there. */
function namedIn({ changes }: JournalRecord, { isPerson }: Known): readonly TicketId[] {
  return changes.flatMap((change) => {
    if (change.type === 'ticket.requester') {
      return [change.from, change.to].some((one) => one !== null && isPerson(one.address))
        ? [change.ticket]
        : [];
    }
    if (change.type !== 'ticket.participants') return [];
    const addresses = [...change.added.map(({ address }) => address), ...change.removed];
    return addresses.some(isPerson) ? [change.ticket] : [];
  });
}

function filesIn(change: Change): readonly Attachment[] {
  if (change.type === 'message.added') return change.message.attachments;
  return change.type === 'note.added' ? (change.attachments ?? []) : [];
}
