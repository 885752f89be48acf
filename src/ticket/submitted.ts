/**
 * What comes of a mail that an MTA is given by SMTP (RFC 5321): a noun of the desk, since one that
 * is rejected is told as one that came back.
 */
export type Submitted =
  | { readonly end: 'taken' }
  | Rejected
  /** For now (4xx), or nobody answered before the final dot: nothing has gone out. */
  | { readonly end: 'failed'; readonly reason: string }
  /** The connection was lost behind the final dot. */
  | { readonly end: 'unknown' };

/** For good (5xx). */
export interface Rejected {
  readonly end: 'rejected';
  /** RFC 3463; `5.0.0` if the MTA says none. */
  readonly status: string;
  /** One line of the MTA's, bounded. */
  readonly reason: string;
  /** It was said of the recipient (at RCPT), and not of the mail or of us. */
  readonly isOfRecipient: boolean;
}
