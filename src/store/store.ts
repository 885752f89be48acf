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
import type { ReadLimits } from '../message/limits.ts';
import { Failure } from '../outcome.ts';
import type { Answered } from '../ticket/answered.ts';
import type { Change } from '../ticket/change.ts';
import type { Decision } from '../ticket/decision.ts';
import type { FailedAddress } from '../ticket/failing.ts';
import type { HeldMail } from '../ticket/held.ts';
import type { OutgoingMail } from '../ticket/mail.ts';
import type { Notice } from '../ticket/notice.ts';
import type { Origin } from '../ticket/origin.ts';
import type { StoredFile, Ticket, TicketId } from '../ticket/ticket.ts';
import type { Stage } from '../ticket/waiting.ts';

/** A message being received: written as it comes, durable before it is looked at. */
export interface Incoming {
  write(chunk: Uint8Array): void;
  /** Makes the raw copy durable under a name that holds `hash`. */
  seal(hash: string): void;
  /** Of the sealed raw copy; SHA-256 in hex. */
  readonly sum: { readonly size: number; readonly sha256: string };
  /** An earlier run sealed the same mail and died over it, within the last hour. */
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
 * One mail on its way to one place. Two deliveries of a mail are one where a
 * target of theirs is the same.
 */
export interface DeliveryKey {
  /** sha256 over what is the same in every delivery of one mail, in hex. */
  readonly hash: string;
  /** The queue or ticket that it was addressed to, and the ticket that it reached. */
  readonly targets: readonly string[];
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

/** What an earlier delivery of the same mail became. */
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
  /** Attempts that the MTA refused for a reason of the mail itself. */
  readonly refusals: number;
  readonly lastTried: string | null;
  readonly lastError: string | null;
}

export interface StoreView {
  readonly places: Places;
  /** Automatic answers since then at least, a week ago at most; oldest first. */
  answered(since: Date): readonly Answered[];
  /** What is known of mail to this address that came back; null for nothing. */
  failed(address: string): FailedAddress | null;
  ticket(id: TicketId): Ticket | null;
  /** Whether one commit may hold that much: what else comes with it is small. */
  fits(commit: Pick<Commit, 'changes' | 'outgoing'>): boolean;
  /** The number that the next ticket of these queues gets, which count together. */
  nextNumber(queues: readonly string[], first: number): number;
}

export interface Transaction extends StoreView {
  findDelivery(key: DeliveryKey): Delivered | null;
  /** The commit that carried out this event, or null. */
  findOrigin(origin: Origin): CarriedOut | null;
  /** The ticket that the same source has had created under the name that it uses here, or null. */
  findCopy(origin: Origin): TicketId | null;
  /**
   * Durable when the section's promise is kept. The mails that must go out come back claimed by
   * this process.
   */
  commit(commit: Commit): readonly WaitingMail[];
  /** Takes over at most `limit` waiting mails that no living process is sending, longest untried first. */
  claim(wanted: (mail: WaitingMail) => boolean, limit: number): readonly WaitingMail[];
}

/** A mail that came in, as its commit has it. */
export interface RecordedMail {
  readonly seq: number;
  readonly time: string;
  readonly decision: Decision;
  readonly changes: readonly Change[];
}

export interface Store {
  /** `scratch`: a directory outside of the store, for a mail that is not to be kept. */
  receive(scratch?: string): Incoming;
  /** Tickets and numbers as the next commit would find them, if it were the next. */
  view(): StoreView;
  /** The mail whose raw copy lies there, or null. */
  mailAt(raw: string): RecordedMail | null;
  /** Mails of that Message-ID, oldest first. */
  mailsNamed(messageId: string): readonly RecordedMail[];
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
  search(words: readonly string[], progress: (share: number) => void): readonly TicketId[];
  /** All tickets of these queues, or those that are not resolved, newest first. */
  tickets(which: 'all' | 'open', queues: readonly string[]): Iterable<Ticket>;
  /** Tickets of a queue that have waited since `until` or longer, the longest first. */
  waitingSince(stage: Stage, queue: string, until: Date, limit: number): readonly TicketId[];
  /** What is known of mail to this address that came back; null for nothing. */
  failed(address: string): FailedAddress | null;
  /** Addresses that mail of ours came back from. */
  failedAddresses(): readonly FailedAddress[];
  /** What the desk has not been told yet. */
  notices(): PendingNotices;
  /** Commits whose raw mail may be removed, as they were before `time`, oldest first; `limit` at most. */
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
  /** Writes down how an attempt went and gives the claim back. */
  release(mail: WaitingMail): void;
  /** The MTA has taken the mail, or never will: the next commit says so in the journal. */
  settleMail(mail: WaitingMail, fate: 'sent' | 'failed'): void;
  signingKeys(): SigningKeys;
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

/** What is done to a whole store. */
export interface Maintenance {
  check(): Promise<{ readonly findings: readonly Finding[]; readonly commits: number }>;
  rebuild(): Promise<{ readonly commits: number }>;
  /** Makes attachments again that a power cut may have taken, unless another process does. */
  rebuildAttachments(): Promise<void>;
  /** A new secret signs from now on, the old ones still verify. Gives how many there are. */
  rotateKey(): Promise<{ readonly keys: number }>;
  /** The signed addresses that this person has been given prove nothing any more. */
  revoke(person: string): Promise<void>;
  /** Writes a tar archive to an open descriptor. */
  backup(fd: number): Promise<{ readonly commits: number }>;
}

/** Epoch and secret behind every signed address and Message-ID. */
export interface SigningKeys {
  readonly epoch: string;
  /** Epochs before a restore: they verify and do not sign. */
  readonly pastEpochs: readonly string[];
  readonly secrets: readonly [string, ...string[]];
  /** By person: addresses given until then (RFC 3339) prove nothing any more. */
  readonly revoked: Readonly<Record<string, string>>;
}
