/**
 * The domain's nouns: a ticket, its messages, the people on it.
 *
 * Plain readonly values that serialise to the JSON a user sees in
 * `ticket.json` and `ticket show --json`. Nothing here reads a clock, a file
 * or the environment, and nothing here imports another part of the program.
 * All times are RFC 3339 in UTC; all paths are relative to the store.
 */
import type { FieldValues } from './field.ts';

export const STATUSES = ['new', 'open', 'pending', 'resolved'] as const;
export type Status = (typeof STATUSES)[number];

export const PRIORITIES = ['low', 'normal', 'high', 'urgent'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** `SUPPORT-7102`: the queue's prefix in its configured case, a dash, the number. */
export type TicketId = `${string}-${number}`;

/** RFC 5322 mailbox; `name` is decoded display text and may be empty. */
export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

export interface Attachment {
  /** What the sender called it: data, never a path. */
  readonly filename: string;
  readonly contentType: string;
  /** Octets after decoding, and their SHA-256 in hex. */
  readonly size: number;
  readonly sha256: string;
  /** RFC 2392: what a `cid:` in the HTML of the mail names. */
  readonly contentId?: string;
  /** The sender meant it to be seen within the text. */
  readonly isInline?: true;
  /** No filter in front of us has looked there: it goes out in no mail. */
  readonly foundIn?: FoundIn;
  /** What was found inside it is beside it, and it goes out in no mail either. */
  readonly isUnpacked?: true;
  /** Where the content lies: a file under a name that we made, or the raw mail that it came in. */
  readonly path: string;
}

/** Inside what we have found it, where whoever checks mail before us has not looked. */
export type FoundIn =
  | 'uuencode'
  | 'encoded-multipart'
  | 'unbounded-multipart'
  | 'smime'
  | 'compressed'
  | 'tnef';

/** Lines of a text that were found so. */
export interface FoundLines extends LineRange {
  readonly foundIn: FoundIn;
}

/** What an attachment is found and known by. */
export type StoredFile = Pick<Attachment, 'filename' | 'path' | 'size' | 'sha256'>;

/** It lies in a file of its own, and is not read out of its raw mail. */
export function hasOwnFile({ path }: Pick<StoredFile, 'path'>): boolean {
  return !path.startsWith('raw/');
}

/** How sure we are of who wrote a message, low to high. */
export type Trust = 'automatic' | 'claimed' | 'thread' | 'authenticated' | 'staff';

/**
 * What has become of a mail of ours: it waits for the MTA, the MTA took it, or refused it for good;
 * `bounced`: it came back; `unknown`: its hand-over broke off, and it was not repeated. While one
 * goes on, whoever looks is told `under-way`; the ticket's document has `waiting` then. `undone`: its
 * author has taken it back before it went out.
 */
export type Delivery =
  | 'waiting'
  | 'under-way'
  | 'sent'
  | 'failed'
  | 'bounced'
  | 'unknown'
  | 'undone';

interface Entry {
  /** 1 for the first entry of a ticket; part of the Message-IDs that we make. */
  readonly serial: number;
  readonly date: string;
  readonly subject: string;
  readonly text: string;
  readonly attachments: readonly Attachment[];
  /** It was taken out of this ticket, and begins that one. */
  readonly movedTo?: TicketId;
}

export type GuessKind =
  | 'charset'
  | 'raw-header'
  | 'encoding'
  | 'type'
  | 'whole-address'
  | 'file-name'
  | 'words-of-a-file';

/** What was guessed while a mail was read, and why. */
export interface Guess {
  readonly check: GuessKind;
  readonly evidence: string;
}

/** Lines from 1, both ends included. */
export interface LineRange {
  readonly from: number;
  readonly to: number;
}

/** What a machine has said about a mail of ours and one recipient of it (RFC 3464, RFC 8098). */
export interface ReportedRecipient {
  readonly address: string;
  /** The address that we had written to, if the report tells it apart. */
  readonly original?: string;
  /** `failed`, `delayed`, `delivered`, …, or `displayed`: as the report has it. */
  readonly action: string;
  /** RFC 3463, such as 5.1.1. */
  readonly status: string | null;
  readonly reason: string;
}

export interface MailReport {
  /** It carries our signature: its author has seen the mail that it is about. */
  readonly isProven: boolean;
  readonly recipients: readonly ReportedRecipient[];
}

/** A mail of ours that came back, by a proven report. */
export interface Bounce {
  readonly serial: number;
  /** RFC 3463; 5.0.0 if the report has none. */
  readonly status: string;
  readonly reason: string;
  /** The address that failed for good, or null. */
  readonly failed: string | null;
}

export interface IncomingMessage extends Entry {
  readonly direction: 'in';
  /** Lines of the text that are neither quoted nor a signature. */
  readonly newLines: readonly LineRange[];
  readonly trust: Trust;
  readonly from: Mailbox | null;
  /** Another person's, or another address of its author: when it counts says reply-to.ts. */
  readonly replyTo?: Mailbox;
  readonly to: readonly Mailbox[];
  readonly messageId: string | null;
  /** Lines of its text that no filter in front of us has seen: they go out in no mail. */
  readonly foundLines?: readonly FoundLines[];
  readonly guesses?: readonly Guess[];
  /** Why the text is not the whole mail, if the mail could not be read whole. */
  readonly fault?: string;
  /** A mark of a machine, on a mail that a person may have written: none of ours answers it. */
  readonly mark?: { readonly check: string; readonly evidence: string };
  /** What it asks for, if nothing proves who asks, and so nothing was done. */
  readonly asks?: 'close';
  /** What it reports about a mail of ours. */
  readonly report?: MailReport;
  readonly raw: string;
  /** Raw mail of the later copy that its trust rests on, if its own proved less. */
  readonly provenBy?: string;
}

/** How its ticket stood before an answer that can be taken back. */
export interface BeforeAnswer {
  readonly status: Status;
  readonly waiting: Waiting | null;
  /** Left out if it was not. */
  readonly snoozed?: Snooze;
  /** What came with the answer. */
  readonly gave: Status;
  /** Serial of the answer before it, if that can be taken back as well. */
  readonly behind?: number;
}

export interface OutgoingMessage extends Entry {
  readonly direction: 'out';
  /** A machine wrote it: it carries the marks of RFC 3834. */
  readonly automatic: boolean;
  readonly delivery: Delivery;
  /** How many reports on it have come, if one has. */
  readonly reports?: number;
  /** A hand-over of it broke off, so it went, or goes, once more with the same Message-ID. */
  readonly repeated?: true;
  /** Why our MTA has rejected it. A document of an older program does not have it. */
  readonly failure?: string;
  readonly from: Mailbox;
  readonly to: readonly [Mailbox];
  /** Who of the staff wrote it. */
  readonly by?: string;
  /** It does not go out before that (RFC 3339). */
  readonly notBefore?: string;
  /** It is to somebody who was not on the ticket, and whom its author had named. */
  readonly isAside?: true;
  /** What is so again if it is taken back. */
  readonly undo?: BeforeAnswer;
  /** The same to a participant: serial of the one that went to the requester. */
  readonly copyOf?: number;
  readonly messageId: string;
  readonly raw: string;
  /** Raw mail that it was written as, if it was one. */
  readonly written?: string;
  /** Files of that mail that did not go along, each with the reason. */
  readonly notSent?: readonly string[];
  /** Files of snippets that went along: they came with no mail, and no copy of them is kept here. */
  readonly enclosed?: readonly Pick<Attachment, 'filename' | 'contentType' | 'size'>[];
}

/** A mail, in or out. */
export type Message = IncomingMessage | OutgoingMessage;

/** What the staff say among themselves: it never becomes mail to a customer. */
export interface Note {
  readonly serial: number;
  readonly direction: 'internal';
  readonly date: string;
  readonly by: string;
  readonly text: string;
  readonly attachments: readonly Attachment[];
  /** Raw mail that it was written as, if it was one. */
  readonly written?: string;
}

/** What is done by itself after a time hangs on it (waiting.ts). */
export interface Waiting {
  readonly for: 'desk' | 'customer';
  /** RFC 3339, UTC. */
  readonly since: string;
  /** When the desk was told of it, or the customer reminded. */
  readonly told: string | null;
  /** It was snoozed until then: what is due after a time is counted from there. */
  readonly resumed?: string;
}

/** Nobody is to look at it until then, or until its customer writes. */
export interface Snooze {
  /** RFC 3339, UTC. */
  readonly until: string;
  /** In which it was said (IANA). */
  readonly timeZone: string;
  readonly by: string;
}

export interface Seen {
  readonly serial: number;
  readonly isClosed: boolean;
}

export interface Rating {
  /** Serial of the message that asks. */
  readonly question: number;
  /** 1 to 5, which is best; null until they have said it. */
  readonly score: number | null;
  /** When they said it; until then, when they were asked. */
  readonly at: string;
}

export interface Ticket {
  readonly id: TicketId;
  readonly number: number;
  /** Where it is now: its id is of the queue that it began in. */
  readonly queue: string;
  /** What it is called and written to since it was moved to another queue; left out if that is its id. */
  readonly address?: TicketId;
  /** All that it has been called in other queues, oldest first. Left out if it was never moved. */
  readonly names?: readonly TicketId[];
  /** It is no ticket, but such a name of the one that it is merged into. */
  readonly isName?: true;
  readonly status: Status;
  readonly subject: string;
  /** null if the mail that opened it named nobody who could be answered. */
  readonly requester: Mailbox | null;
  /** Who of the staff works on it. */
  readonly assignee: string | null;
  /** In the order in which they came. */
  readonly tags: readonly string[];
  readonly priority: Priority;
  /** Who else gets the answers, and may write in. */
  readonly participants: readonly Mailbox[];
  /** Addresses that asked for no more mail about it. */
  readonly muted: readonly string[];
  /**
   * Of the staff, by name: who watches it (true), and who wants no mail about it just because they
   * have written on it (false). Left out if nobody has said either.
   */
  readonly watching?: Readonly<Record<string, boolean>>;
  /**
   * Of the staff, by name: up to which message, and whether as closed, they were shown it when an
   * answer of theirs had crossed it. Left out if nobody was.
   */
  readonly seen?: Readonly<Record<string, Seen>>;
  /** Where its mail goes now. */
  readonly mergedInto: TicketId | null;
  /** Tickets whose mail comes here. */
  readonly merged: readonly TicketId[];
  /** Tickets that one has come of the other with, oldest first. Left out if there is none. */
  readonly linked?: readonly TicketId[];
  /** What stands in fields of its queue, by their names. Left out if nothing ever has. */
  readonly fields?: FieldValues;
  /** How often what opened it has come again, and when last. Left out if it has not. */
  readonly repeated?: { readonly count: number; readonly last: string };
  /**
   * Its requester was asked by that message how it went, and what they have said. Left out if they
   * were not asked.
   */
  readonly rating?: Rating;
  /** The requester's, as their mail told (RFC 5646, primary subtag); null if it did not. */
  readonly language: string | null;
  /** For whom it waits, and since when; null if it is resolved. */
  readonly waiting: Waiting | null;
  /** Left out if it is not; its time may have passed (snoozed.ts). */
  readonly snoozed?: Snooze;
  /** Nothing of it may be erased or removed. Left out if nobody has said so. */
  readonly legalHold?: true;
  /** Why its requester got no acknowledgement, if one was due. */
  readonly silence?: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** The whole conversation in its order. */
  readonly messages: readonly (Message | Note)[];
}

/** A ticket without its messages, as `ticket list --json` gives it. */
export interface TicketSummary extends Omit<Ticket, 'messages'> {
  /** When the next answer goes out that waits for its time. Left out if none does. */
  readonly answerAt?: string;
}

/**
 * Whether the person who writes from this address has asked, or was brought in. Whoever asked may
 * have named another address for answers.
 */
export function isOnTicket(ticket: Ticket | null, address: string | null): boolean {
  if (ticket === null || address === null) return false;
  const isOf = (person: Mailbox) => sameAddress(person.address, address);
  if (peopleOf(ticket).some(isOf)) return true;
  const [first] = ticket.messages;
  if (first?.direction !== 'in' || first.from === null || !isOf(first.from)) return false;
  const { replyTo } = first;
  return replyTo !== undefined && isOnTicket({ ...ticket, messages: [] }, replyTo.address);
}

/**
 * Somebody may have answered whom nobody has let in: from another address than those on the ticket,
 * or by a mail with a machine's mark. Nothing is done by itself then because the customer is silent.
 */
export function mayBeAnswered(ticket: Ticket): boolean {
  return ticket.messages.some((message) => {
    if (message.direction !== 'in' || message.movedTo !== undefined) return false;
    if (message.trust === 'automatic' || message.trust === 'staff') return false;
    return message.mark !== undefined || !isOnTicket(ticket, message.from?.address ?? null);
  });
}

/** What people call it, and write to. */
export function nameOf({ id, address }: Pick<Ticket, 'id' | 'address'>): TicketId {
  return address ?? id;
}

/** All that it has been called: each of them leads to it. */
export function namesOf({ id, names = [] }: Pick<Ticket, 'id' | 'names'>): readonly TicketId[] {
  return [id, ...names];
}

/** Those that it has no more. */
export function otherNames(ticket: Pick<Ticket, 'id' | 'address' | 'names'>): readonly TicketId[] {
  return namesOf(ticket).filter((name) => name !== nameOf(ticket));
}

/** The ticket of that id, or of that name. */
export function ticketCalled(id: TicketId, find: (id: TicketId) => Ticket | null): Ticket | null {
  const found = find(id);
  return found?.isName === true && found.mergedInto !== null ? find(found.mergedInto) : found;
}

/** Who is on it: whoever asked, then who was brought in. */
export function peopleOf({
  requester,
  participants,
}: Pick<Ticket, 'requester' | 'participants'>): readonly Mailbox[] {
  return [...(requester === null ? [] : [requester]), ...participants];
}

/** Where an answer goes. */
export function addressesOf(ticket: Pick<Ticket, 'requester' | 'participants'>): string {
  return peopleOf(ticket)
    .map(({ address }) => address)
    .join(', ');
}

/** `Name <address>`, or the address alone. */
export function mailboxText({ name, address }: Mailbox): string {
  return name === '' ? address : `${name} <${address}>`;
}

/**
 * Where the mail of a ticket goes now. Ends even if a journal that somebody else wrote goes round
 * in circles.
 */
export function currentTicket(id: TicketId, find: (id: TicketId) => Ticket | null): Ticket | null {
  const seen = new Set<TicketId>();
  let current = find(id);
  while (current?.mergedInto != null && !seen.has(current.id)) {
    seen.add(current.id);
    current = find(current.mergedInto);
  }
  return current;
}

export function isMuted({ muted }: Ticket, address: string): boolean {
  return muted.some((silent) => sameAddress(silent, address));
}

/** Attachments with a file of their own, in the order of the mail's parts. */
export function filesOf(message: Message | Note): readonly Attachment[] {
  const raw = receivedAs(message);
  return message.attachments.filter(({ path }) => path !== raw);
}

/** Raw mail that it came as; null for what nobody sent. */
export function receivedAs(message: Message | Note): string | null {
  return message.direction === 'in' ? message.raw : (message.written ?? null);
}

/** All attachments of a ticket, in the order in which they are numbered from 1. */
export function attachmentsOf({ messages }: Ticket): readonly Attachment[] {
  return messages.flatMap(({ attachments }) => attachments);
}

/** The conversation without its notes. */
export function mailsOf({ messages }: Pick<Ticket, 'messages'>): readonly Message[] {
  return messages.filter((message) => message.direction !== 'internal');
}

export function nextSerial(ticket: Ticket | null): number {
  return (ticket?.messages.at(-1)?.serial ?? 0) + 1;
}

/**
 * Addresses are compared without case: RFC 5321 2.4 lets a host fold the local part, and people do
 * it.
 */
export function sameAddress(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
