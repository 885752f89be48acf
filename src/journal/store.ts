/**
 * The store as the rest of the program sees it. No path, descriptor or lock
 * shows here beyond the relative paths that a user may read (`raw`,
 * attachments), so that another implementation can stand behind it.
 *
 * A commit is all or nothing and durable when the `exclusive` section that made it
 * ends; what a dead process left half done is finished before the next section
 * begins. Every method throws a Failure (src/outcome.ts) where the store
 * cannot do its part, and nothing is committed then, but for `store-unfinished`:
 * the commit stands, and the next section finishes what follows from it.
 */

import type { Writable } from 'node:stream';
import type { SigningKeys } from '../addresses/signature.ts';
import type { ReadLimits } from '../config/limits.ts';
import { Failure } from '../outcome.ts';
import type { Change } from '../ticket/change.ts';
import type { Decision } from '../ticket/decision.ts';
import type { FailedAddress } from '../ticket/failing.ts';
import type { HeldMail } from '../ticket/held.ts';
import type { OutgoingMail } from '../ticket/mail.ts';
import type { Notice } from '../ticket/notice.ts';
import type { Origin } from '../ticket/origin.ts';
import type { StoredFile, Ticket, TicketId } from '../ticket/ticket.ts';
import type { Stage } from '../ticket/waiting.ts';
import type { Facts, Questions } from './facts.ts';

/** A message being received: written as it comes, durable before it is looked at. */
export interface Incoming {
  write(chunk: Uint8Array): void;
  /** Makes the raw copy durable under a name that holds `hash`; reading it may take long. */
  seal(hash: string, isLong: boolean): void;
  /** Of the sealed raw copy; SHA-256 in hex. */
  readonly sum: { readonly size: number; readonly sha256: string };
  /**
   * An earlier run sealed the same mail and died over it, within the last hour. Where reading
   * it does not take long, that run may also live.
   */
  readonly wasInterrupted: boolean;
  /** The raw copy, as often as wanted. */
  chunks(): Iterable<Buffer>;
  /** Opens the n-th attachment (from 1) for writing. */
  attachment(n: number): AttachmentWriter;
  /** The octets of the n-th attachment, as often as wanted. */
  attachmentChunks(n: number): Iterable<Buffer>;
  /** Makes as if no attachment had been opened. */
  forgetAttachments(): void;
  /** Forgets everything, unless it has been committed. Never throws. */
  discard(): void;
}

/**
 * Reads a raw mail and writes its attachments, for files that a power cut has taken. `within`: the
 * limits that it was read within at first, where they are known.
 */
export type ExtractAttachments = (
  chunks: () => Iterable<Buffer>,
  within: ReadLimits | null,
  open: (n: number) => AttachmentWriter,
) => Promise<void>;

/**
 * The file of an attachment is not there, or not what came with the mail. It is made again by
 * whoever runs the work (`havingFiles`); `isForGood`: that was tried, and the raw mail gave no such file.
 */
export class FileLost extends Failure {
  readonly file: StoredFile;
  readonly isForGood: boolean;

  constructor(file: StoredFile, isForGood: boolean) {
    super('store-damaged', `the attachment "${file.filename}" (${file.path}) is lost`);
    this.file = file;
    this.isForGood = isForGood;
  }
}

export interface AttachmentWriter {
  write(chunk: Uint8Array): void;
  close(): void;
}

/**
 * One mail on its way to one place. Two deliveries of one attempt are the MTA's retry; two
 * of one hash with a target in common are copies of a mail.
 */
export interface DeliveryKey {
  /** sha256 over what is the same in every copy of one mail, in hex. */
  readonly hash: string;
  /** The queue or ticket that it was addressed to, and the ticket that it reached. */
  readonly targets: readonly string[];
  /** Left out where it is not known, and in older journals. */
  readonly attempt?: DeliveryAttempt;
}

/** What the MTA tries again until it has gone. */
export interface DeliveryAttempt {
  readonly queueId: string;
  /** The verb and the addresses that it is handed to. */
  readonly to: string;
}

/** Names for what a commit will hold, fixed before it is made. */
export interface Places {
  /** Number of the commit. */
  readonly seq: number;
  readonly rawIn: string;
  /** By the mail's place in its commit (ticket/mail.ts). */
  rawOut(place: number): string;
  attachment(ticket: TicketId, serial: number, n: number, filename: string): string;
}

export interface Commit {
  readonly changes: readonly Change[];
  readonly outgoing: readonly OutgoingMail[];
  /** The delivery that caused it, its raw copy, and why it became what it became. */
  readonly delivery?: {
    readonly key: DeliveryKey;
    readonly incoming: Incoming;
    readonly decision: Decision;
    /** What it was read within, where its attachments are kept. */
    readonly within?: ReadLimits;
  };
  /** The event of another system that it carries out. */
  readonly origin?: Origin;
}

/** A commit as whoever reads the journal on sees it. */
export interface Committed {
  readonly seq: number;
  readonly time: string;
  readonly changes: readonly Change[];
  readonly origin: Origin | null;
  /** The store was restored from a backup right here. */
  readonly isRestored: boolean;
}

/** How far a subscriber of the feed is. Times are RFC 3339. */
export interface Subscription {
  /** Id of the last event that it has, or that it was to go on behind. */
  readonly cursor: string;
  /** Attempts at the next event that have failed, since when, why, and when it is tried again. */
  readonly failing: {
    readonly attempts: number;
    readonly since: string;
    readonly error: string;
    readonly nextTry: string;
  } | null;
}

/** Reads on where it stopped. */
export interface CommitReader {
  /** Durable commits that it has not given yet, in order. */
  read(): Iterable<Committed>;
}

/** A span of the journal: a restore begins a new one, and what the old one had behind it is gone. */
export interface Epoch {
  readonly name: string;
  /** Sequence number of its first commit. */
  readonly first: number;
}

/** What the people of the desk are to be told by mail. */
export interface PendingNotices {
  /** When they were last told anything (RFC 3339), or null. */
  readonly last: string | null;
  /** The first ones, oldest first. */
  readonly pending: readonly Notice[];
  /** How many more there are, by queue. */
  readonly more: Readonly<Record<string, number>>;
}

/** An earlier delivery of the same mail. */
export interface Delivered {
  /** Sequence number of its commit. */
  readonly seq: number;
}

/** What an event of another system became. */
export interface CarriedOut {
  /** Sequence number of its commit. */
  readonly seq: number;
  /** The ticket that it changed, or null where there was nothing to change. */
  readonly ticket: TicketId | null;
}

/** A mail that has not gone out yet. */
export interface WaitingMail {
  /** Names it in the outbox. */
  readonly id: string;
  /** Sequence number of the commit that it belongs to. */
  readonly seq: number;
  readonly ticket: TicketId | null;
  readonly serial: number;
  readonly sender: string;
  readonly recipient: string;
  /** The composed mail, relative to the store, if a copy is kept; SHA-256 of it without its files, in hex. */
  readonly raw: string;
  readonly sha256: string;
  readonly since: string;
  /** Nobody knows whether it has gone already: it goes once more. */
  readonly repeated?: true;
  /** A hand-over has begun, and has no end yet: it is under way, or nobody knows. */
  readonly isBegun: boolean;
  /** Attempts that the MTA refused for a reason of the mail itself. */
  readonly refusals: number;
  readonly lastTried: string | null;
  readonly lastError: string | null;
}

export interface Span {
  readonly until: Date;
  readonly now: Date;
}

/** How an attempt at handing a mail over has ended, or stands. */
export type Handover =
  | { readonly end: 'taken' }
  /** By an exit that blames the mail. */
  | { readonly end: 'refused' | 'failed'; readonly error: string }
  /** It goes on, here or elsewhere. */
  | { readonly end: 'under way' }
  /** It had begun, and nobody knows how it ended. */
  | { readonly end: 'unknown' }
  /** It cannot be put together any more. */
  | { readonly end: 'impossible'; readonly error: string };

/** One that is about to begin. */
export interface Attempt {
  /** Runs sendmail: claims the mail as long as it runs, and writes down how that ended, whatever becomes of us. */
  readonly command: readonly [string, ...string[]];
  /** To be its descriptor 3, and to be closed here when it has been started. */
  readonly descriptor: number;
  /** What came of it, once the command has ended with this status. */
  end(exit: number | null): Handover;
}

export interface Transaction {
  /** As the commits before this one leave it. */
  facts(asked: Questions): Facts;
  /** The delivery that this one tries again. */
  findDelivery(key: DeliveryKey): Delivered | null;
  /** What came before with the same content for the same place, oldest first. */
  findCopies(key: DeliveryKey): readonly Copy[];
  /** The commit that carried out this event, or null. */
  findOrigin(origin: Origin): CarriedOut | null;
  /** The ticket that the same source has had created under the name that it uses here, or null. */
  findCopy(origin: Origin): TicketId | null;
  /**
   * Durable when the section's promise is kept. Gives the mails that must go out; none where the
   * store rests.
   */
  commit(commit: Commit): readonly WaitingMail[];
  /**
   * At most `limit` waiting mails of which no hand-over has begun, longest untried first; none
   * where the store rests.
   */
  claim(wanted: (mail: WaitingMail) => boolean, limit: number): readonly WaitingMail[];
}

/** A mail that came in, as its commit has it. */
export interface RecordedMail {
  readonly seq: number;
  readonly time: string;
  readonly decision: Decision;
  readonly changes: readonly Change[];
  readonly raw: string;
  /** null where the MTA has not said it. */
  readonly queueId: string | null;
}

/** A copy of a mail that came before. */
export interface Copy extends RecordedMail {
  /** It still waits for a person. */
  readonly isHeld: boolean;
}

export interface Store {
  /** Answers all of them at once: the tickets and numbers as the last commit left them. */
  facts(asked: Questions): Promise<Facts>;
  /** `scratch`: a directory outside of the store, for a mail that is not to be kept. */
  receive(scratch?: string): Incoming;
  /** The mail whose raw copy lies there, or null. */
  mailAt(raw: string): RecordedMail | null;
  /** The mail of that commit, or null. */
  mailOf(seq: number): RecordedMail | null;
  /** Mails of that Message-ID, oldest first: all of them, or so many that came last. */
  mailsNamed(messageId: string, last?: number): readonly RecordedMail[];
  ticket(id: TicketId): Ticket | null;
  /** The octets of an attachment; throws a FileLost where its file is lost. */
  attachment(file: StoredFile): Iterable<Buffer>;
  /** Whether it lies there, whole, at its path. */
  holds(file: StoredFile): boolean;
  /** Runs a work, and once more when a file that it missed has been made again: without the lock. */
  havingFiles<T>(work: () => Promise<T>): Promise<T>;
  /** Whether attachments may be lost that nobody is looking after right now. */
  mayMissFiles(): boolean;
  /** Tickets that have all of these words, the one that had one last first; `progress` is told the share that was read. */
  search(words: readonly string[], progress: (share: number) => void): Promise<readonly TicketId[]>;
  /** All tickets of these queues, or those that are not resolved, newest first. */
  tickets(which: 'all' | 'open', queues: readonly string[]): Iterable<Ticket>;
  /**
   * Tickets of a queue that have waited since `until` or longer, the longest first; then those
   * that wait since a time later than now (ticket/age.ts).
   */
  waitingSince(stage: Stage, queue: string, span: Span, limit: number): readonly TicketId[];
  /** What is known of mail to this address that came back; null for nothing. */
  failed(address: string): FailedAddress | null;
  /** Addresses that mail of ours came back from. */
  failedAddresses(): readonly FailedAddress[];
  /** What the desk has not been told yet. */
  notices(): PendingNotices;
  /**
   * Commits whose raw mail may be removed, as they were before `time`, oldest first; `limit` at
   * most. One of a time later than now is as old as any that came after it.
   */
  expired(time: Date, limit: number): readonly number[];
  /** When the last mail was committed (RFC 3339), or null. */
  lastMail(): string | null;
  /** Octets of the file system that it lies on. */
  space(): { readonly free: number; readonly total: number };
  /** Mail that waits for a person, oldest first. */
  held(): readonly HeldMail[];
  /** The octets of a raw mail, by its path relative to the store; throws where it is lost. */
  rawMail(raw: string): Iterable<Buffer>;
  findMessage(messageId: string): TicketId | null;
  findDelivery(key: DeliveryKey): Delivered | null;
  /** A mail of that Message-ID has acted under this name. */
  hasActed(actor: string, messageId: string): boolean;
  /**
   * One process at a time, after whatever a dead one left has been finished. Work that misses a
   * file is run once more, as by `havingFiles`. Waits `patienceSeconds` (60 by default) for the others.
   */
  exclusive<T>(
    work: (transaction: Transaction) => Promise<T> | T,
    patienceSeconds?: number,
  ): Promise<T>;
  /** Makes durable what other processes have written, before it is relied upon. */
  settle(): void;
  /** Mail of ours that has not gone out yet, oldest first. */
  waiting(): readonly WaitingMail[];
  /**
   * Opens the composed mail for reading, as it was committed; the caller closes the descriptor.
   * null where it cannot be put together any more: a file of it is lost.
   */
  openMail(mail: WaitingMail): Promise<number | null>;
  /** Finishes what dead processes left half done, before anything is looked up. */
  recover(): Promise<void>;
  /** The same, and writes down what became of mails, where there is any. */
  catchUp(patienceSeconds?: number): Promise<void>;
  /** An attempt at handing it over. Two at once never both begin, nor one of a mail that has gone. */
  attempt(mail: WaitingMail, sendmail: readonly string[]): Promise<Attempt>;
  /** The MTA has taken the mail: the next commit says so in the journal. */
  markSent(mail: WaitingMail): void;
  /** It was tried in vain, or could not even be begun: `lastTried` and `lastError` say so, and others come first, if it is not for good. */
  noteFailure(mail: WaitingMail, patienceSeconds: number, isForGood?: boolean): Promise<void>;
  /** Whether a hand-over of it goes on right now. */
  isUnderWay(mail: WaitingMail): boolean;
  /** Looks, at so many at most, which hand-overs nobody goes on with; true where the journal is to be told. */
  findLost(limit: number): boolean;
  signingKeys(): SigningKeys;
  /** Since when nothing goes out (RFC 3339), because the store was restored then; else null. */
  restingSince(): string | null;
}

/** Ends the waiting at every commit, and every second at the latest. */
export interface Watch {
  wait(): Promise<'commit' | 'time'>;
  close(): void;
}

/** The journal for those who follow it, and how far each of them is. */
export interface CommitLog {
  /** Commits behind this one, 0 for all. */
  commits(after: number): CommitReader;
  /** Sequence number of the last commit that is applied. */
  last(): number;
  /** Number of the first commit at or after this time, or of the next one. */
  firstSince(time: Date): number;
  /** All epochs, oldest first. */
  epochs(): readonly Epoch[];
  /** Since when nobody is told anything (RFC 3339), because the store was restored then; else null. */
  restingSince(): string | null;
  /** How far a subscriber is, or null for one that has never been served. */
  subscription(name: string): Subscription | null;
  /** Durable when it returns; for whoever serves them. */
  save(name: string, subscription: Subscription): void;
  /** The same, for a person who sends one elsewhere. */
  change(name: string, subscription: Subscription): Promise<void>;
  /** Serves subscribers while no other process does; false where one does. */
  serve(work: () => Promise<void>): Promise<boolean>;
  /** Whether a process does right now; it looks again before it ends. */
  isServing(): boolean;
  /** Says when something may have been committed. */
  watch(): Watch;
}

/** Something in the store that is not as it must be. */
export interface Finding {
  /** Relative to the store. */
  readonly file: string;
  readonly problem: string;
  /** True where journal and raw mail are enough to make it again. */
  readonly isRebuildable: boolean;
}

/** How many keys there are now, and how many are too old to be kept. */
export interface KeysAfter {
  readonly keys: number;
  readonly forgotten: number;
}

/** What is done to a whole store. */
export interface Maintenance {
  check(): Promise<{ readonly findings: readonly Finding[]; readonly commits: number }>;
  rebuild(): Promise<{ readonly commits: number }>;
  /** Makes attachments again that a power cut may have taken, unless another process does. */
  rebuildAttachments(): Promise<void>;
  /** A new secret signs from now on, the old ones still verify. */
  rotateKey(): Promise<KeysAfter>;
  /** The signed addresses that this person has been given prove nothing any more. */
  revoke(person: string): Promise<void>;
  /** A restored store may send again. */
  resume(): Promise<void>;
  /** Writes a tar archive, with the name of the store's owner and what goes along. */
  backup(
    output: Writable,
    owner: string,
    beside: readonly { readonly name: string; readonly content: Buffer }[],
  ): Promise<{ readonly commits: number }>;
}
