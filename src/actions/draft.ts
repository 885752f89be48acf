/**
 * A mail that an action wants written: whom, about what, in answer to what.
 *
 * Bytes, addresses of ours and Message-ID are made of it in src/outgoing/.
 * The text of an acknowledgement comes from its template, that of an answer
 * from the person who wrote it, that of a notice from what it tells.
 */
import type { Notice } from '../ticket/notice.ts';
import type { Mailbox, TicketId } from '../ticket/ticket.ts';

interface AnsweringDraft {
  readonly ticket: TicketId;
  readonly queue: string;
  /** The serial that the message gets in its ticket. */
  readonly serial: number;
  readonly to: Mailbox;
  /** The subject that is answered, as it came. */
  readonly subject: string;
  readonly inReplyTo: string | null;
  /** Oldest first. */
  readonly references: readonly string[];
}

/** To the requester of a ticket, and part of it. */
export type TicketDraft =
  | (AnsweringDraft & { readonly kind: 'acknowledgement' })
  | (AnsweringDraft & { readonly kind: 'answer'; readonly text: string; readonly by: string });

/** To one of the people of the desk. */
export interface NoticeDraft {
  readonly kind: 'notice';
  readonly to: Mailbox;
  readonly notices: readonly Notice[];
  /** How many more there are than are listed. */
  readonly more: number;
}

export type Draft = TicketDraft | NoticeDraft;
