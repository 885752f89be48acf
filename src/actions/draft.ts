/**
 * A mail that an action wants written: whom, about what, in answer to what.
 *
 * Bytes, addresses of ours and Message-ID are made of it in src/outgoing/.
 * The text of an acknowledgement comes from its template, that of an answer
 * from the person who wrote it, that of a notice from what it tells.
 */
import type { Notice } from '../ticket/notice.ts';
import type { Attachment, Mailbox, TicketId } from '../ticket/ticket.ts';

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

export interface AcknowledgementDraft extends AnsweringDraft {
  readonly kind: 'acknowledgement';
  /** That of the mail that opened it, as it came. */
  readonly subject: string;
}

/** What a person of the desk has written. */
export interface AnswerDraft extends AnsweringDraft {
  readonly kind: 'answer';
  /** What it answers or forwards. */
  readonly subject: { readonly answers: string } | { readonly forwards: string };
  readonly text: string;
  readonly by: string;
  /** Who gets the same. */
  readonly cc: readonly Mailbox[];
  readonly attachments: readonly Attachment[];
  /** The same to a participant: serial of the one that went to the requester. */
  readonly copyOf?: number;
  /** Raw copy of the mail that it was written as. */
  readonly written?: string;
}

export type TicketDraft = AcknowledgementDraft | AnswerDraft;

/** To one of the people of the desk. */
export interface NoticeDraft {
  readonly kind: 'notice';
  readonly to: Mailbox;
  readonly notices: readonly Notice[];
  /** How many more there are than are listed. */
  readonly more: number;
}

export type Draft = TicketDraft | NoticeDraft;
