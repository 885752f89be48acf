/**
 * A mail that an action wants written: whom, about what, in answer to what.
 *
 * Bytes, addresses of ours and Message-ID are made of it in src/letters/.
 * What a machine says to a customer comes from a template, in their language; an answer
 * from the person who wrote it, a notice from what it tells.
 */

import type { ServiceNews } from '../decision/customer-command.ts';
import type { ShownHtml } from '../html/shown.ts';
import type { HeldMail } from '../ticket/held.ts';
import type { OwnFile } from '../ticket/letter.ts';
import type { Notice } from '../ticket/notice.ts';
import type {
  Attachment,
  BeforeAnswer,
  Mailbox,
  Message,
  Note,
  Status,
  Ticket,
  TicketId,
} from '../ticket/ticket.ts';

/** Part of a ticket. */
interface AnsweringDraft {
  readonly ticket: TicketId;
  /** What it is called and written to. */
  readonly name: TicketId;
  readonly queue: string;
  /** The serial that the message gets in its ticket. */
  readonly serial: number;
  readonly to: Mailbox;
  readonly inReplyTo: string | null;
  /** Oldest first. */
  readonly references: readonly string[];
}

/** What a machine says to them, from a template. */
interface AutomaticDraft extends AnsweringDraft {
  /** That of the mail that it answers, as it came. */
  readonly subject: string;
  /** Their language, or null. */
  readonly language: string | null;
}

export interface AcknowledgementDraft extends AutomaticDraft {
  readonly kind: 'acknowledgement';
  /** The name of another text in its place, `answer-NAME`; a rule wants it. */
  readonly text?: string;
}

/** A mail of the conversation, as far as whoever gets an answer may be told of it. */
export interface EarlierMail {
  readonly serial: number;
  readonly date: string;
  /** null if its date is all. */
  readonly words: { readonly writer: string; readonly lines: readonly string[] } | null;
  /** Where one mail alone is shown, it may be this: they know of it, or nothing proves whose it is. */
  readonly mayBeLast: boolean;
}

/** What a staff member has written. */
export interface AnswerDraft extends AnsweringDraft {
  readonly kind: 'answer';
  readonly subject:
    | { readonly answers: string }
    | { readonly forwards: string }
    | { readonly begins: string };
  readonly text: string;
  /** The same words as HTML, safe to show, with pictures as `Letter` has them. */
  readonly html?: string;
  /** What may stand below it, the newest first. */
  readonly history: readonly EarlierMail[];
  /** In which that is said; null for the queue's. */
  readonly language: string | null;
  readonly by: string;
  /** A robot says it. */
  readonly isAutomatic?: true;
  /** Who gets the same. */
  readonly cc: readonly Mailbox[];
  readonly attachments: readonly Attachment[];
  /** Files that came with no mail. */
  readonly enclosed?: readonly OwnFile[];
  /** The same to a participant: serial of the one that went to the requester. */
  readonly copyOf?: number;
  /** Raw mail that it was written as. */
  readonly written?: string;
  /** Files of that mail that do not go along, each with the reason. */
  readonly notSent?: readonly string[];
  /** It does not go out before that (RFC 3339). */
  readonly notBefore?: string;
  /** Its author has named that time. */
  readonly isPromised?: true;
  /** Its author has named whom it is to: they are not on the ticket. */
  readonly isAside?: true;
  readonly undo?: BeforeAnswer;
}

/** What a machine says to a command of a person on the ticket. */
export interface ServiceDraft extends AutomaticDraft {
  readonly kind: 'service';
  readonly news: ServiceNews;
  readonly status: Status;
}

/** Nothing has come from them for long. */
export interface ReminderDraft extends AutomaticDraft {
  readonly kind: 'reminder';
  /** After which the ticket is closed; null if it is not. */
  readonly closeDays: number | null;
}

/** Their ticket is closed: how did it go? */
export interface RatingDraft extends AutomaticDraft {
  readonly kind: 'rating';
  /** By which they say it. */
  readonly addresses: Readonly<Record<'one' | 'two' | 'three' | 'four' | 'five', string>>;
  /** An answer goes out then. */
  readonly notBefore?: string;
}

export type TicketDraft =
  | AcknowledgementDraft
  | AnswerDraft
  | ServiceDraft
  | ReminderDraft
  | RatingDraft;

/** To one of the staff. */
export interface NoticeDraft {
  readonly kind: 'notice';
  readonly to: Mailbox;
  readonly notices: readonly Notice[];
  /** The mails that they name and that are still held. */
  readonly held: readonly HeldMail[];
  /** How many more there are than are listed. */
  readonly more: number;
  /** It is the mail of the day, about mail to many: a line each, and how much was only recorded. */
  readonly daily?: { readonly recorded: number };
}

/** What somebody has done to a ticket. */
export type Deed =
  /** To another queue, from that one. */
  | { readonly type: 'moved'; readonly from: string; readonly to: string; readonly by: string }
  /** null is nobody. */
  | { readonly type: 'assigned'; readonly to: string | null; readonly by: string }
  | { readonly type: 'closed'; readonly by: string }
  /** They have said that they are away: until that day (2026-12-24), if they have named one. */
  | { readonly type: 'absent'; readonly by: string; readonly until: string | null }
  /** Their mailbox has answered a notification by itself, with this subject. */
  | { readonly type: 'away'; readonly by: string; readonly says: string };

/** To one of the staff: what somebody has written or done on a ticket. */
export interface NotificationDraft {
  readonly kind: 'notification';
  /** Named as in the staff list. */
  readonly to: Mailbox;
  /** As it is now. */
  readonly ticket: Ticket;
  /** What is shown whole; null if nothing was said. */
  readonly message: Message | Note | null;
  /** Of that mail, if it has come just now. */
  readonly html?: ShownHtml;
  readonly deeds: readonly Deed[];
  /** Whom the mail that it shows had in copy. */
  readonly inCopy: { readonly people: readonly Mailbox[]; readonly left: number };
  /** Prefixes of other queues that the mail came to as well. */
  readonly alsoTo?: readonly string[];
  /** How many of the messages before are shown. */
  readonly history: number;
}

/** An answer to a mail of commands, or to a mail that could not be carried out. */
export interface TranscriptDraft {
  readonly kind: 'transcript';
  readonly to: Mailbox;
  readonly subject: string;
  readonly inReplyTo: string | null;
  readonly references: readonly string[];
  readonly text: string;
  /** The text, encrypted to whom it goes: then nothing else says it. */
  readonly sealed?: string;
  /** Local part of the address that it comes from. */
  readonly from: string;
  readonly queue: string;
  /** The ticket that it is about, if an answer is an answer to that. */
  readonly answerTo:
    | { readonly ticket: TicketId; readonly person: string }
    /** Or says that a held mail is theirs. */
    | { readonly held: number; readonly queue: string; readonly person: string }
    /** Or confirms what a robot would do, at that address. */
    | { readonly plan: string }
    | null;
  /** It was an answer to all: its own answer can be, too. */
  readonly forAll?: {
    readonly ticket: TicketId;
    readonly person: string;
    readonly also: readonly Mailbox[];
  };
  readonly attachments?: readonly Attachment[];
  /** It is kept without a secret (`OutgoingLetter`). */
  readonly isBlanked?: true;
}

/** What a robot writes to somebody by itself. */
export type RobotMailDraft = Pick<
  TranscriptDraft,
  'to' | 'subject' | 'text' | 'from' | 'queue' | 'isBlanked'
> & { readonly kind: 'mail' };

/** What a stranger is told who asks what the desk can do. */
export interface HelpDraft extends Omit<TranscriptDraft, 'kind' | 'text' | 'answerTo'> {
  readonly kind: 'help';
  readonly language: string | null;
  /** They sent commands, and none was carried out. */
  readonly isRefused: boolean;
}

/** Tickets that are a line each. */
export interface ListedTickets {
  /** As they are now. */
  readonly tickets: readonly Ticket[];
  /** Of a queue: how many more, and the last one. */
  readonly unlisted: readonly { readonly more: number; readonly last: TicketId }[];
}

/** To one of the staff: tickets that no mail of their own has told of. */
export interface DigestDraft {
  readonly kind: 'digest';
  /** Named as in the staff list. */
  readonly to: Mailbox;
  /** New ones. */
  readonly opened: ListedTickets;
  /** With a mail that has come to others before. */
  readonly copied: ListedTickets;
}

/** Of some queues: the last whole week, and what waits now. Days are UTC, Monday first. */
export interface Week {
  /** 2026-11-16 */
  readonly monday: string;
  /** New tickets of each day. */
  readonly opened: readonly number[];
  readonly resolved: readonly number[];
  /** What people of the desk wrote to customers. */
  readonly answers: number;
  /** Tickets that wait for the desk, by days: less than one, than seven, than thirty, more. */
  readonly waiting: {
    readonly day: number;
    readonly week: number;
    readonly month: number;
    readonly older: number;
  };
  /** That wait for a day of their own, and for nobody until then. */
  readonly snoozed: number;
  /** Of those that wait for the desk the longest waiting, that one first. */
  readonly longest: readonly Ticket[];
  /** Mails that wait for a person. */
  readonly held: number;
}

/** To one of the staff who wants it: how their queues do, once a week. */
export interface WeeklyDraft {
  readonly kind: 'weekly';
  /** Named as in the staff list. */
  readonly to: Mailbox;
  /** Prefixes. */
  readonly queues: readonly string[];
  readonly week: Week;
}

export type DeskDraft =
  | NoticeDraft
  | DigestDraft
  | WeeklyDraft
  | NotificationDraft
  | TranscriptDraft
  | RobotMailDraft
  | HelpDraft;

export type Draft = TicketDraft | DeskDraft;
