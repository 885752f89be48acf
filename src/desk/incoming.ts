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

import {
  type CustomerCommand,
  customerCommandInText,
  grant,
} from '../decision/customer-command.ts';
import { OWN_NUMBER } from '../journal/own-names.ts';
import type { TicketDraft } from '../letters/draft.ts';
import { newText } from '../reading/message.ts';
import type { Change } from '../ticket/change.ts';
import { answersNothing, REPLY_TO, type Verdict } from '../ticket/decision.ts';
import { sendableText } from '../ticket/found.ts';
import type { HeldMail } from '../ticket/held.ts';
import { ticketId } from '../ticket/id.ts';
import { isOfOtherDomain, onRecord } from '../ticket/reply-to.ts';
import { statusChanges } from '../ticket/status.ts';
import {
  type Attachment,
  type Bounce,
  type FoundLines,
  type Guess,
  type IncomingMessage,
  isMuted,
  type LineRange,
  type Mailbox,
  type MailReport,
  nameOf,
  nextSerial,
  type Ticket,
  type TicketId,
  type Trust,
} from '../ticket/ticket.ts';
import { namesOfFiles } from './only-files.ts';
import { roomIn, sizeOf } from './ticket-room.ts';

export interface ReceivedMail {
  readonly from: Mailbox | null;
  /** Where they want answers, if that is another address. */
  readonly replyTo: Mailbox | null;
  readonly to: readonly Mailbox[];
  readonly date: string;
  readonly subject: string;
  readonly text: string;
  readonly newLines: readonly LineRange[];
  /** Lines of the text that no filter in front of us has seen. */
  readonly foundLines: readonly FoundLines[];
  readonly messageId: string | null;
  readonly references: readonly string[];
  readonly trust: Trust;
  /** Of a machine, on a mail that a person may have written. */
  readonly mark: Verdict | null;
  readonly guesses: readonly Guess[];
  /** Why the ticket does not show the whole mail, in words. */
  readonly faults: readonly string[];
  /** What it says about a mail of ours, and which one came back by it. */
  readonly report: MailReport | null;
  readonly bounce: Bounce | null;
  /** The mail of ours that it reports on, by its token. */
  readonly about?: { readonly ticket: TicketId; readonly serial: number } | null;
  readonly raw: string;
  /** What its commit is known by to those who are asked about it (addresses/signed-address.ts). */
  readonly nonce: number;
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
  /** Nothing proves who wrote it, and they have not written before. */
  readonly isFirstTime: boolean;
  /** By which mails are found that repeat it; null if none are counted. */
  readonly repeats: string | null;
  /** Whether the staff are told of it by a mail of its own; null if nobody is told. */
  readonly isToldAlone: boolean | null;
  /** The name of another text in the place of the acknowledgement. */
  readonly text?: string;
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
  const { queue, number, asked, language, isFirstTime, isToldAlone, repeats, text } = opening;
  const ticket = ticketId(queue, number);
  const requester = asked?.requester ?? answeredAt(mail);
  const subject = asked?.subject ?? mail.subject;
  const created: Change = {
    ...{ type: 'ticket.created', ticket, number, queue, subject, requester },
    ...(language !== null && { language }),
    ...(isFirstTime && { isFirstTime }),
    ...(repeats !== null && { repeats }),
    ...(isToldAlone !== null && { isToldAlone }),
  };
  const changes = [created, added(ticket, 1, mail)];
  if (requester === null) return { changes, drafts: [] };
  const reason =
    (asked === undefined ? elsewhereVerdict(mail) : null) ?? silence(ticket, requester.address);
  if (reason !== null) {
    return { changes: [...changes, { type: 'reply.silenced', ticket, reason }], drafts: [] };
  }
  const answered = asked === undefined ? mail : { references: [], messageId: asked.messageId };
  const draft: TicketDraft = {
    kind: 'acknowledgement',
    ...{ ticket, name: ticket, queue, serial: 2, to: requester, subject, language },
    ...(text !== undefined && { text }),
    inReplyTo: answered.messageId,
    references: referencesAfter(answered),
  };
  return { changes, drafts: [draft] };
}

/** Of a Reply-To without a name, that of the From. */
function answeredAt({ from, replyTo }: ReceivedMail): Mailbox | null {
  if (replyTo === null) return from;
  return { name: replyTo.name || (from?.name ?? ''), address: replyTo.address };
}

/** Anybody can name somebody else: a machine of ours writes there only if a person has answered. */
function elsewhereVerdict({ from, replyTo }: ReceivedMail): Verdict | null {
  if (replyTo === null || !isOfOtherDomain({ from, replyTo })) return null;
  return { check: REPLY_TO, evidence: `its Reply-To is of another domain: ${replyTo.address}` };
}

export interface Appending {
  /** It is from somebody on the ticket, and proven as far as the config wants it. */
  readonly mayReopen: boolean;
  readonly customerCommand: CustomerCommand | null;
  readonly silence: (ticket: TicketId, address: string) => Verdict | null;
  /** Queues whose people are told of it together with other tickets; empty if they are told alone. */
  readonly toldLaterIn?: readonly string[];
}

export function appendToTicket(
  received: ReceivedMail,
  ticket: Ticket,
  { mayReopen, customerCommand, silence, toldLaterIn = [] }: Appending,
): Result {
  const room = roomIn(ticket, received);
  if (room.messages < 1 || room.size < sizeOf({ ...received, text: '' })) {
    return isFull(received, ticket);
  }
  const mail = sizeOf(received) <= room.size ? received : withoutText(received);
  const asks = customerCommand === 'close, unproven' ? 'close' : null;
  const message = added(ticket.id, nextSerial(ticket), mail, asks);
  const changes: Change[] = [{ ...message, ...(toldLaterIn.length > 0 && { toldLaterIn }) }];
  if (mail.from === null) return { changes, drafts: [] };
  const { from } = mail;
  const writer = onRecord(ticket, from);
  const granted = grant(customerCommand, ticket, writer);
  const waits = ticket.status === 'resolved' || ticket.status === 'pending';
  // Who asks how it stands, and says more, has written as anybody.
  const saysMore = granted === null || (granted.news === 'status' && !isOneWord(mail));
  const isReopened = mayReopen && waits && saysMore;
  if (granted !== null) changes.push(...granted.changes);
  if (isReopened) changes.push(...statusChanges(ticket, 'open', from.address));
  // Who writes again wants to be answered again.
  const isWord = mail.trust !== 'automatic' && !answersNothing(mail.mark);
  if (customerCommand === null && isWord && isMuted(ticket, writer.address)) {
    const { address } = writer;
    const again = { address, isMuted: false, by: address };
    changes.push({ type: 'ticket.muted', ticket: ticket.id, ...again });
  }
  if (granted === null || silence(ticket.id, from.address) !== null) return { changes, drafts: [] };
  const draft: TicketDraft = {
    kind: 'service',
    ticket: ticket.id,
    name: nameOf(ticket),
    queue: ticket.queue,
    serial: nextSerial(ticket) + 1,
    to: from,
    subject: mail.subject,
    language: ticket.language,
    news: granted.news,
    status: isReopened ? 'open' : granted.status,
    inReplyTo: mail.messageId,
    references: referencesAfter(mail),
  };
  return { changes, drafts: [draft] };
}

/** A command, or nothing. */
export function isOneWord(mail: Pick<ReceivedMail, 'text' | 'newLines'>): boolean {
  const text = newText(mail).trim();
  return text === '' || (customerCommandInText(text) !== null && !text.includes('\n'));
}

/** Message-IDs for the References of an answer to this mail, oldest first (RFC 5322 3.6.4). */
export function referencesAfter({
  references,
  messageId,
}: Pick<ReceivedMail, 'references' | 'messageId'>): readonly string[] {
  const chain = [...references].reverse();
  return [...new Set(messageId === null ? chain : [...chain, messageId])];
}

const TICKET_IS_FULL = 'the ticket is full: this text is in the raw mail alone';

export function withoutText(mail: ReceivedMail): ReceivedMail {
  return {
    ...mail,
    text: '',
    newLines: [],
    foundLines: [],
    faults: [...mail.faults, TICKET_IS_FULL],
  };
}

/**
 * What a person wrote is held, to be let in as a ticket of its own; what a machine wrote is
 * recorded.
 */
function isFull(mail: ReceivedMail, { id, queue }: Ticket): Result {
  const reason = { check: 'ticket-full', evidence: `${id} has no room for it` };
  if (mail.trust === 'automatic') return recordMail(mail, reason, true);
  return holdMail(mail, { id: OWN_NUMBER, queue, ticket: null, reason });
}

/** Kept aside until a staff member lets it in: it makes no mail, and changes no ticket. */
export function holdMail(
  mail: ReceivedMail,
  held: Pick<HeldMail, 'id' | 'queue' | 'ticket' | 'reason' | 'by'>,
): Result {
  const { from, date, subject, raw } = mail;
  const beginning = beginningOf(sendableText(mail.text, mail.foundLines, HELD));
  return {
    changes: [{ type: 'mail.held', mail: { ...held, from, date, subject, beginning, raw } }],
    drafts: [],
  };
}

/** It is told in a mail. */
const HELD = 'in the held mail alone';
const MAX_BEGINNING_LINES = 5;
const MAX_BEGINNING_CHARACTERS = 100;

/** Enough to see what it is about. */
function beginningOf(text: string): string {
  const filled = text.split('\n', 200).filter((line) => line.trim() !== '');
  return filled
    .slice(0, MAX_BEGINNING_LINES)
    .map((line) => [...line.trim().slice(0, 1000)].slice(0, MAX_BEGINNING_CHARACTERS).join(''))
    .join('\n');
}

/**
 * `expires`: a machine wrote it, and nobody will miss it. `asked`: it came back to this one of the
 * staff, and their word lets it out.
 */
export function recordMail(
  { raw }: ReceivedMail,
  { check, evidence }: Verdict,
  expires: boolean,
  asked: { readonly ticket: TicketId; readonly person: { readonly name: string } } | null = null,
): Result {
  const recorded: Change = {
    ...{ type: 'mail.recorded', raw, reason: check, evidence, expires },
    ...(asked !== null && { returned: { ticket: asked.ticket, person: asked.person.name } }),
  };
  return { changes: [recorded], drafts: [] };
}

export function added(
  ticket: TicketId,
  serial: number,
  mail: ReceivedMail,
  asks: 'close' | null = null,
): Extract<Change, { readonly type: 'message.added' }> {
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
    ...(mail.replyTo !== null && { replyTo: mail.replyTo }),
    to: mail.to,
    date: mail.date,
    messageId: mail.messageId,
    subject: mail.subject,
    text: hasRaw || mail.text.trim() !== '' ? mail.text : namesOfFiles(attachments),
    newLines: mail.newLines,
    ...(mail.foundLines.length > 0 && { foundLines: mail.foundLines }),
    ...(mail.report !== null && { report: mail.report }),
    ...(mail.mark !== null && { mark: mail.mark }),
    ...(asks !== null && { asks }),
    ...(mail.guesses.length > 0 && { guesses: mail.guesses }),
    ...(hasRaw && { fault: mail.faults.join('; ') }),
    attachments,
    raw: mail.raw,
  };
  return { type: 'message.added', ticket, message };
}
