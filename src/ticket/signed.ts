/** What a PGP signature has proven of a mail. Plain values. */
import type { Mailbox } from './ticket.ts';

export interface Signed {
  /** Of the primary key, in hex. */
  readonly fingerprint: string;
  /** When it was made, as it says (RFC 3339). */
  readonly at: string;
  /** Of what is signed, in hex: with the same of the same key a mail acts once. */
  readonly sum: string;
}

export type Proven =
  | {
      readonly type: 'signed';
      readonly signed: Signed;
      /** Whom the key names; null if it names no address. */
      readonly author: Mailbox | null;
    }
  | { readonly type: 'unsigned'; readonly why: string };
