/**
 * A mail that an action wants written: whom, about what, in answer to what.
 *
 * Bytes, addresses of ours and Message-ID are made of it in src/outgoing/.
 * The text of an acknowledgement comes from its template, that of an answer
 * from the person who wrote it.
 */
import type { Mailbox, TicketId } from '../ticket/ticket.ts';

interface DraftBase {
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

export type Draft =
  | (DraftBase & { readonly kind: 'acknowledgement' })
  | (DraftBase & { readonly kind: 'answer'; readonly text: string });
