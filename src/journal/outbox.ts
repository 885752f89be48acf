/** Mail that must go out, until it has gone. */
import type { Letter } from '../ticket/letter.ts';
import type { ComposedMail } from '../ticket/mail.ts';
import type { Rejected, Submitted } from '../ticket/submitted.ts';
import type { TicketId } from '../ticket/ticket.ts';

/** Makes the mail of a letter; the same each time, and never under the lock of the store. */
export type Compose = (letter: Letter) => Promise<ComposedMail>;

/** A mail that has not gone out yet. */
export interface UnsentMail {
  /** Names it in the outbox. */
  readonly id: string;
  /** Sequence number of the commit that it belongs to. */
  readonly seq: number;
  readonly ticket: TicketId | null;
  readonly serial: number;
  readonly sender: string;
  readonly recipient: string;
  /** Where the copy of it lies once it is handed over, relative to the store, if one is kept. */
  readonly raw: string;
  readonly since: string;
  /** It does not go out before that (RFC 3339). */
  readonly notBefore?: string;
  /** Its author has named that time: else it is kept back shortly, so that it can be taken back. */
  readonly isPromised?: true;
  /** Nobody knows whether it has gone already: it goes once more. */
  readonly repeated?: true;
  /** A hand-over has begun, and has no end yet: it is under way, or nobody knows. */
  readonly isBegun: boolean;
  /** Attempts that the MTA refused for a reason of the mail itself. */
  readonly refusals: number;
  readonly lastTried: string | null;
  readonly lastError: string | null;
}

/** How an attempt at handing a mail over has ended, or stands. */
export type HandOver =
  | { readonly end: 'taken' }
  /** By an exit that blames the mail. */
  | { readonly end: 'refused'; readonly error: string }
  | { readonly end: 'failed'; readonly error: string }
  /** By SMTP, for good. */
  | Rejected
  /** It goes on, here or elsewhere. */
  | { readonly end: 'under way' }
  /** It had begun, and nobody knows how it ended. */
  | { readonly end: 'unknown' }
  /** It cannot be put together any more. */
  | { readonly end: 'impossible'; readonly error: string };

/** Which mails a run takes up. */
export type ClaimFilter =
  | { readonly commit: number }
  | { readonly ticket: TicketId }
  /** Not tried since then. */
  | { readonly restedSince: Date }
  | 'all';

/** To the staff, and not begun; not begun, to go by now and not tried since then; that one; or tried in vain. */
export type UnsentAbout =
  | { readonly ticket: null }
  | { readonly restedSince: Date }
  | { readonly id: string }
  | 'tried';

/** Who a mail is for and from, and how many octets it has. */
export interface Envelope extends Pick<UnsentMail, 'sender' | 'recipient'> {
  readonly size: number;
}

export type Octets = Iterable<Buffer> | AsyncIterable<Buffer>;

/**
 * Gives one mail to an MTA by SMTP. `begin` is called when the MTA wants its octets, right before it
 * could get one, and claims the mail; null: somebody else has it. It may be called once more, if the
 * MTA was gone before it got any of it.
 */
export type Submit = (
  envelope: Envelope,
  begin: () => Promise<Octets | null>,
) => Promise<Submitted>;

/** How mail reaches the MTA: a program in the manner of sendmail(1), or SMTP. */
export type Mta = readonly [string, ...string[]] | Submit;

/** A mail that nobody begins to hand over. */
export interface Withheld {
  readonly mail: UnsentMail;
  /** False if others may have taken this process for dead. */
  holds(): Promise<boolean>;
  /** Also after a commit that has taken it back. */
  letGo(): Promise<void>;
}

export interface Outbox {
  /**
   * Mail of ours that has not gone out yet, oldest first. `about`: whoever asks whether there is such
   * a one looks by themselves, and a store with many mails may give some of these alone.
   */
  unsent(about?: UnsentAbout): Promise<readonly UnsentMail[]>;
  /**
   * Composes it, keeps a copy if one is to be kept, and hands it over: to a program with these
   * arguments, or by SMTP. Two at once never both begin, nor one of a mail that has gone. After
   * `patienceMs` it goes on alone, and a later run learns how it ended.
   */
  handOver(mail: UnsentMail, mta: Mta, patienceMs: number): Promise<HandOver>;
  /** The MTA has taken the mail: the next commit says so in the journal. */
  markSent(mail: UnsentMail): Promise<void>;
  /**
   * It was tried in vain, or could not even be begun: `lastTried` and `lastError` say so, and
   * others come first, if it is not for good.
   */
  noteFailure(mail: UnsentMail, patienceSeconds: number, isForGood?: boolean): Promise<void>;
  /**
   * Keeps it from being handed over, whoever tries, until it is let go: null if a hand-over of it has
   * begun, or it waits no more. If this process dies, and nothing was committed of the mail, it goes.
   */
  withhold(mail: UnsentMail): Promise<Withheld | null>;
  /** Whether a hand-over of it goes on right now. */
  isUnderWay(mail: UnsentMail): Promise<boolean>;
  /**
   * Looks, at so many at most, which hand-overs nobody goes on with; true if the journal is to be
   * told of one, or of a mail that was rejected.
   */
  findLost(limit: number): Promise<boolean>;
}
