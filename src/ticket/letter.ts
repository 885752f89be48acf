/**
 * What a mail of ours says, as its commit keeps it: header, words, and which files go with it.
 *
 * Every value stands as the mail will have it, so that composing it (letters/compose.ts) asks for
 * nothing else: the same letter is the same octets in any process, whenever it is handed over,
 * whatever the config says by then. Plain JSON.
 */
import type { Attachment, Mailbox } from './ticket.ts';

export interface Letter {
  readonly from: Mailbox;
  /** The one whom it goes to. */
  readonly to: Mailbox;
  /** Named in the mail; each gets one of their own. */
  readonly cc: readonly Mailbox[];
  readonly replyTo: string | null;
  readonly subject: string;
  readonly messageId: string;
  /** RFC 3339. */
  readonly date: string;
  readonly inReplyTo: string | null;
  /** Oldest first. */
  readonly references: readonly string[];
  /** Auto-Submitted (RFC 3834 5), or null for what a person wrote. */
  readonly automatic: 'auto-replied' | 'auto-generated' | null;
  /** The address of ours by which our mail knows itself. */
  readonly loopMark: string;
  /** What it is about, for filters: List-Id (RFC 2919); a mail to a customer has none. */
  readonly listId?: string;
  readonly text: string;
  /**
   * The same as HTML that is safe to show, of what stands in a body; each picture in place by the
   * Content-ID that is made of its file (letters/html-part.ts).
   */
  readonly html?: string;
  /** Its words, encrypted (RFC 3156 4) and armored; then `text` is empty. */
  readonly sealed?: string;
  readonly attachments: readonly LetterFile[];
  /** Files behind those whose octets lie nowhere else. */
  readonly enclosed?: readonly OwnFile[];
  /** Part of the boundaries between its parts: nobody may guess it. */
  readonly boundary: string;
}

/** A file that came with no mail: its octets stand here. */
export interface OwnFile {
  readonly filename: string;
  readonly contentType: string;
  /** In octets. */
  readonly size: number;
  readonly base64: string;
}

/** Its octets lie in the store. */
export type LetterFile = Pick<Attachment, 'filename' | 'contentType' | 'size' | 'sha256' | 'path'>;
