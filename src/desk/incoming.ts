/**
 * What a customer's mail does to the desk: it opens a ticket, is appended to one, is held,
 * or is recorded only.
 *
 * Pure: ticket and mail in, changes and at most one draft out. An
 * acknowledgement is drafted only for a new ticket of a person who can be
 * answered. A mail reopens a resolved ticket or takes it out of waiting only
 * if the route says that it may; automatic mail never does. What is held makes
 * no mail.
 */

import { type CustomerCommand, grant } from '../decision/customer-command.ts';
import type { TicketDraft } from '../letters/draft.ts';
import type { Change } from '../ticket/change.ts';
import type { Verdict } from '../ticket/decision.ts';
import type { HeldMail } from '../ticket/held.ts';
import { ticketId } from '../ticket/id.ts';
import { statusChanges } from '../ticket/status.ts';
import {
  type Attachment,
  type Bounce,
  type IncomingMessage,
  isMuted,
  type LineRange,
  type Mailbox,
  type MailReport,
  nextSerial,
  type OutgoingMessage,
  type Ticket,
  type TicketId,
  type Trust,
} from '../ticket/ticket.ts';
import { namesOfFiles } from './only-files.ts';

export interface ReceivedMail {
  readonly from: Mailbox | null;
  readonly to: readonly Mailbox[];
  readonly date: string;
  readonly subject: string;
  readonly text: string;
  readonly newLines: readonly LineRange[];
  readonly messageId: string | null;
  readonly references: readonly string[];
  readonly trust: Trust;
  /** Why the ticket does not show the whole mail, in words. */
  readonly faults: readonly string[];
  /** What it says about a mail of ours, and which one came back by it. */
  readonly report: MailReport | null;
  readonly bounce: Bounce | null;
  /** The mail of ours that it reports on, by its token. */
  readonly about?: { readonly ticket: TicketId; readonly serial: number } | null;
  readonly raw: string;
  /** Number of the commit that it comes with. */
  readonly commit: number;
  /**
   * Where they will lie, as a ticket shows them (`with its raw mail`, if it does not show it
   * whole), or as they are sent to others.
   */
  readonly attachments: (
    ticket: TicketId,
    serial: number,
    as: 'shown' | 'shown with its raw mail' | 'sent',
  ) => readonly Attachment[];
}

export interface Result {
  readonly changes: readonly Change[];
  readonly drafts: readonly TicketDraft[];
}

export interface Opening {
  readonly queue: string;
  readonly number: number;
  /** That the mail is written in, or null. */
  readonly language: string | null;
  /** Whose ticket it is, if one of the staff passes a mail on. */
  readonly asked?: {
    readonly requester: Mailbox;
    readonly subject: string;
    readonly messageId: string | null;
  };
}

/**
 * `silence` says why this person gets no automatic answer: their address fails, or there were too
 * many.
 */
export function openTicket(
  mail: ReceivedMail,
  opening: Opening,
  silence: (ticket: TicketId, address: string) => Verdict | null,
): Result {
  const { queue, number, asked, language } = opening;
  const ticket = ticketId(queue, number);
  const requester = asked?.requester ?? mail.from;
  const subject = asked?.subject ?? mail.subject;
  const created: Change = {
    ...{ type: 'ticket.created', ticket, number, queue, subject, requester },
    ...(language !== null && { language }),
  };
  const changes = [created, added(ticket, 1, mail)];
  if (requester === null) return { changes, drafts: [] };
  const reason = silence(ticket, requester.address);
  if (reason !== null) {
    return { changes: [...changes, { type: 'reply.silenced', ticket, reason }], drafts: [] };
  }
  const answered = asked === undefined ? mail : { references: [], messageId: asked.messageId };
  const draft: TicketDraft = {
    kind: 'acknowledgement',
    ...{ ticket, queue, serial: 2, to: requester, subject, language },
    inReplyTo: answered.messageId,
    references: referencesAfter(answered),
  };
  return { changes, drafts: [draft] };
}

/** Characters of a ticket's document and messages in it, so that it stays one that can be read. */
const MAX_TICKET_BYTES = 16 * 1024 * 1024;
const MAX_TICKET_MESSAGES = 10_000;
/** What machines may fill of it: the rest is people's. */
const MAX_AUTOMATIC_BYTES = 1024 * 1024;
const MAX_AUTOMATIC_MESSAGES = 100;

export interface Appending {
  /** It is from somebody on the ticket, and proven as far as the config wants it. */
  readonly mayReopen: boolean;
  readonly customerCommand: CustomerCommand | null;
  readonly silence: (ticket: TicketId, address: string) => Verdict | null;
  /** Whose mail it reports on: the same one, or one that was merged into it. */
  readonly reported?: Ticket | null;
}

export function appendToTicket(
  received: ReceivedMail,
  ticket: Ticket,
  { mayReopen, customerCommand, silence, reported = null }: Appending,
): Result {
  const mailOfOurs = reported?.messages.find(({ serial }) => serial === received.about?.serial);
  if (reported !== null && mailOfOurs?.direction === 'out') {
    return addReport(received, ticket, reported, mailOfOurs);
  }
  const room = roomIn(ticket, received.trust);
  if (room.messages < 1 || room.size < sizeOf({ ...received, text: '' })) {
    return isFull(received, ticket);
  }
  const mail = sizeOf(received) <= room.size ? received : withoutText(received);
  const asks = customerCommand === 'close, unproven' ? 'close' : null;
  const changes: Change[] = [added(ticket.id, nextSerial(ticket), mail, asks)];
  if (mail.from === null) return { changes, drafts: [] };
  const { from } = mail;
  const granted = grant(customerCommand, ticket, from);
  const waits = ticket.status === 'resolved' || ticket.status === 'pending';
  if (granted !== null) changes.push(...granted.changes);
  else if (mayReopen && waits) changes.push(...statusChanges(ticket, 'open', from.address));
  // Who writes again wants to be answered again.
  if (customerCommand === null && mail.trust !== 'automatic' && isMuted(ticket, from.address)) {
    const { address } = from;
    const again = { address, isMuted: false, by: address };
    changes.push({ type: 'ticket.muted', ticket: ticket.id, ...again });
  }
  if (granted === null || silence(ticket.id, from.address) !== null) return { changes, drafts: [] };
  const draft: TicketDraft = {
    kind: 'service',
    ticket: ticket.id,
    queue: ticket.queue,
    serial: nextSerial(ticket) + 1,
    to: from,
    subject: mail.subject,
    language: ticket.language,
    news: granted.news,
    status: granted.status,
    inReplyTo: mail.messageId,
    references: referencesAfter(mail),
  };
  return { changes, drafts: [draft] };
}

/**
 * The first report on each mail of ours, and the first that says it came back, are always
 * taken, however full the ticket is: there are no more of them than mails of ours. Others
 * are counted.
 */
function addReport(
  received: ReceivedMail,
  ticket: Ticket,
  reported: Ticket,
  { serial, reports, delivery }: OutgoingMessage,
): Result {
  const { bounce } = received;
  const counted: Change[] = [
    { type: 'mail.reported', ticket: reported.id, serial },
    ...(bounce === null ? [] : bounced(bounce, reported)),
  ];
  const isFirst = reports === undefined && delivery !== 'bounced';
  if (isFirst || (bounce !== null && delivery !== 'bounced')) {
    const mail =
      sizeOf(received) <= roomIn(ticket, received.trust).size ? received : withoutText(received);
    return { changes: [added(ticket.id, nextSerial(ticket), mail), ...counted], drafts: [] };
  }
  const evidence = `message ${serial} of ${reported.id} has been reported on before`;
  const { changes } = recordMail(received, { check: 'reported-again', evidence }, true);
  return { changes: [...changes, ...counted], drafts: [] };
}

/**
 * A second report about a mail does not mark it again. That its address failed counts once
 * (failing.ts).
 */
function bounced({ serial, status, reason, failed }: Bounce, ticket: Ticket): readonly Change[] {
  const mail = ticket.messages.find((message) => message.serial === serial);
  if (mail?.direction !== 'out') return [];
  const what = { ticket: ticket.id, serial, status, reason };
  return [
    ...(mail.delivery === 'bounced' ? [] : [{ type: 'mail.bounced', ...what } as const]),
    ...(failed === null ? [] : [{ type: 'address.failed', address: failed, ...what } as const]),
  ];
}

/** Message-IDs for the References of an answer to this mail, oldest first (RFC 5322 3.6.4). */
function referencesAfter({
  references,
  messageId,
}: Pick<ReceivedMail, 'references' | 'messageId'>): readonly string[] {
  const chain = [...references].reverse();
  return [...new Set(messageId === null ? chain : [...chain, messageId])];
}

const TICKET_IS_FULL = 'the ticket is full: this text is in the raw mail alone';

function withoutText(mail: ReceivedMail): ReceivedMail {
  return { ...mail, text: '', newLines: [], faults: [...mail.faults, TICKET_IS_FULL] };
}

function sizeOf(value: object): number {
  return JSON.stringify(value).length;
}

/** How many messages, and characters of them, still fit. */
function roomIn(
  ticket: Ticket,
  trust: Trust,
): { readonly messages: number; readonly size: number } {
  if (trust !== 'automatic') {
    const { messages } = ticket;
    return {
      messages: MAX_TICKET_MESSAGES - messages.length,
      size: MAX_TICKET_BYTES - sizeOf(messages),
    };
  }
  const automatic = ticket.messages.filter(
    (message) => message.direction === 'in' && message.trust === 'automatic',
  );
  return {
    messages: MAX_AUTOMATIC_MESSAGES - automatic.length,
    size: MAX_AUTOMATIC_BYTES - sizeOf(automatic),
  };
}

/**
 * What a person wrote is held, to be let in as a ticket of its own; what a machine wrote is
 * recorded.
 */
function isFull(mail: ReceivedMail, { id, queue }: Ticket): Result {
  const reason = { check: 'ticket-full', evidence: `${id} has no room for it` };
  if (mail.trust === 'automatic') return recordMail(mail, reason, true);
  return holdMail(mail, { id: mail.commit, queue, ticket: null, reason });
}

/** Kept aside until a staff member lets it in: it makes no mail, and changes no ticket. */
export function holdMail(
  mail: ReceivedMail,
  held: Pick<HeldMail, 'id' | 'queue' | 'ticket' | 'reason' | 'by'>,
): Result {
  const { from, date, subject, raw } = mail;
  return {
    changes: [{ type: 'mail.held', mail: { ...held, from, date, subject, raw } }],
    drafts: [],
  };
}

/** `expires`: a machine wrote it, and nobody will miss it. */
export function recordMail(
  { raw }: ReceivedMail,
  { check, evidence }: Verdict,
  expires: boolean,
): Result {
  const changes = [{ type: 'mail.recorded', raw, reason: check, evidence, expires } as const];
  return { changes, drafts: [] };
}

function added(
  ticket: TicketId,
  serial: number,
  mail: ReceivedMail,
  asks: 'close' | null = null,
): Change {
  const hasRaw = mail.faults.length > 0;
  const attachments = mail.attachments(
    ticket,
    serial,
    hasRaw ? 'shown with its raw mail' : 'shown',
  );
  const message: IncomingMessage = {
    serial,
    direction: 'in',
    trust: mail.trust,
    from: mail.from,
    to: mail.to,
    date: mail.date,
    messageId: mail.messageId,
    subject: mail.subject,
    text: hasRaw || mail.text.trim() !== '' ? mail.text : namesOfFiles(attachments),
    newLines: mail.newLines,
    ...(mail.report !== null && { report: mail.report }),
    ...(asks !== null && { asks }),
    ...(hasRaw && { fault: mail.faults.join('; ') }),
    attachments,
    raw: mail.raw,
  };
  return { type: 'message.added', ticket, message };
}
