/**
 * A mail that an action wants written: whom, about what, in answer to what.
 *
 * Bytes, addresses of ours and Message-ID are made of it in src/letters/.
 * What a machine says to a customer comes from a template, in their language; an answer
 * from the person who wrote it, a notice from what it tells.
 */

import type { ServiceNews } from '../decision/customer-command.ts';
import type { Notice } from '../ticket/notice.ts';
import type {
  Attachment,
  IncomingMessage,
  Mailbox,
  Status,
  Ticket,
  TicketId,
} from '../ticket/ticket.ts';

/** Part of a ticket. */
interface AnsweringDraft {
  readonly ticket: TicketId;
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
}

/** What a staff member has written. */
export interface AnswerDraft extends AnsweringDraft {
  readonly kind: 'answer';
  readonly subject: { readonly answers: string } | { readonly forwards: string };
  readonly text: string;
  readonly by: string;
  /** Who gets the same. */
  readonly cc: readonly Mailbox[];
  readonly attachments: readonly Attachment[];
  /** The same to a participant: serial of the one that went to the requester. */
  readonly copyOf?: number;
  /** Raw mail that it was written as. */
  readonly written?: string;
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

export type TicketDraft = AcknowledgementDraft | AnswerDraft | ServiceDraft | ReminderDraft;

/** To one of the staff. */
export interface NoticeDraft {
  readonly kind: 'notice';
  readonly to: Mailbox;
  readonly notices: readonly Notice[];
  /** How many more there are than are listed. */
  readonly more: number;
}

/** To one of the staff: what somebody on a ticket has written. */
export interface NotificationDraft {
  readonly kind: 'notification';
  /** Named as in the staff list. */
  readonly to: Mailbox;
  readonly ticket: Ticket;
  readonly message: IncomingMessage;
  /** Who has given the ticket to them, if that is why. */
  readonly assignedBy: string | null;
}

/** An answer to a mail of commands, or to a mail that could not be carried out. */
export interface TranscriptDraft {
  readonly kind: 'transcript';
  readonly to: Mailbox;
  readonly subject: string;
  readonly inReplyTo: string | null;
  readonly references: readonly string[];
  readonly text: string;
  /** Local part of the address that it comes from. */
  readonly from: string;
  readonly queue: string;
  /** The ticket that it is about, if an answer is an answer to that. */
  readonly answerTo:
    | { readonly ticket: TicketId; readonly person: string }
    /** Or says that a held mail is theirs. */
    | { readonly held: number; readonly queue: string; readonly person: string }
    | null;
  readonly attachments?: readonly Attachment[];
}

/** What a stranger is told who asks what the desk can do. */
export interface HelpDraft extends Omit<TranscriptDraft, 'kind' | 'text' | 'answerTo'> {
  readonly kind: 'help';
  readonly language: string | null;
  /** They sent commands, and none was carried out. */
  readonly isRefused: boolean;
}

export type DeskDraft = NoticeDraft | NotificationDraft | TranscriptDraft | HelpDraft;

export type Draft = TicketDraft | DeskDraft;
