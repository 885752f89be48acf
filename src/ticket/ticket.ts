/**
 * The domain's nouns: a ticket, its messages, the people on it.
 *
 * Plain readonly values that serialise to the JSON a user sees in
 * `ticket.json` and `ticket show --json`. Nothing here reads a clock, a file
 * or the environment, and nothing here imports another part of the program.
 * All times are RFC 3339 in UTC; all paths are relative to the store.
 */
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
  /** Where the content lies: a file under a name that we made, or the raw mail that it came in. */
  readonly path: string;
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
 * goes on, whoever looks is told `under-way`; the ticket's document has `waiting` then.
 */
export type Delivery = 'waiting' | 'under-way' | 'sent' | 'failed' | 'bounced' | 'unknown';

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
  readonly to: readonly Mailbox[];
  readonly messageId: string | null;
  /** Why the text is not the whole mail, if the mail could not be read whole. */
  readonly fault?: string;
  /** What it asks for, if nothing proves who asks, and so nothing was done. */
  readonly asks?: 'close';
  /** What it reports about a mail of ours. */
  readonly report?: MailReport;
  readonly raw: string;
  /** Raw mail of the later copy that its trust rests on, if its own proved less. */
  readonly provenBy?: string;
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
  readonly from: Mailbox;
  readonly to: readonly [Mailbox];
  /** Who of the staff wrote it. */
  readonly by?: string;
  /** The same to a participant: serial of the one that went to the requester. */
  readonly copyOf?: number;
  readonly messageId: string;
  readonly raw: string;
  /** Raw mail that it was written as, if it was one. */
  readonly written?: string;
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
}

export interface Ticket {
  readonly id: TicketId;
  readonly number: number;
  readonly queue: string;
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
  /** Where its mail goes now. */
  readonly mergedInto: TicketId | null;
  /** Tickets whose mail comes here. */
  readonly merged: readonly TicketId[];
  /** The requester's, as their mail told (RFC 5646, primary subtag); null if it did not. */
  readonly language: string | null;
  /** For whom it waits, and since when; null if it is resolved. */
  readonly waiting: Waiting | null;
  /** Why its requester got no acknowledgement, if one was due. */
  readonly silence?: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** The whole conversation in its order. */
  readonly messages: readonly (Message | Note)[];
}

/** A ticket without its messages, as `ticket list --json` gives it. */
export type TicketSummary = Omit<Ticket, 'messages'>;

export function summary(ticket: Ticket): TicketSummary {
  const { messages: _, ...rest } = ticket;
  return rest;
}

/** Whether the person who writes from this address has asked, or was brought in. */
export function isOnTicket(ticket: Ticket | null, address: string | null): boolean {
  if (ticket === null || address === null) return false;
  return peopleOf(ticket).some((person) => sameAddress(person.address, address));
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
