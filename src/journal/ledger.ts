/**
 * The desk as the commits have left it, and the one way to change it.
 *
 * A commit is all or nothing, and durable when the section that made it ends; what
 * a dead process left half done is finished before the next section begins. Every method
 * rejects with a Failure (src/outcome.ts) if the store cannot do its part, and nothing is
 * committed then, but for `store-unfinished`: the commit stands, and the next section finishes
 * what follows from it.
 */
import type { ReadLimits } from '../config/limits.ts';
import type { Change } from '../ticket/change.ts';
import type { Decision } from '../ticket/decision.ts';
import type { FailedAddress } from '../ticket/failing.ts';
import type { HeldMail } from '../ticket/held.ts';
import type { OutgoingLetter } from '../ticket/mail.ts';
import type { Notice } from '../ticket/notice.ts';
import type { Origin } from '../ticket/origin.ts';
import type { RobotPlan } from '../ticket/robot-plan.ts';
import type { RobotRun } from '../ticket/robot-run.ts';
import type { Ticket, TicketId } from '../ticket/ticket.ts';
import type { Stage } from '../ticket/waiting.ts';
import type { Blanking } from './blanking.ts';
import type { Blobs } from './blobs.ts';
import type { Clocks } from './clocks.ts';
import type { Facts, Questions } from './facts.ts';
import type { Limit } from './limits.ts';
import type { ClaimFilter, Outbox, UnsentMail } from './outbox.ts';
import type { Incoming } from './spool.ts';

/**
 * One mail on its way to one place. Two deliveries of one attempt are the MTA's retry; two
 * of one hash with a target in common are copies of a mail.
 */
export interface DeliveryKey {
  /** sha256 over what is the same in every copy of one mail, in hex. */
  readonly hash: string;
  /** The queue or ticket that it was addressed to, and the ticket that it reached. */
  readonly targets: readonly string[];
  /** Left out if it is not known, and in older journals. */
  readonly attempt?: DeliveryAttempt;
}

/** What the MTA tries again until it has gone. */
export interface DeliveryAttempt {
  readonly queueId: string;
  /** The verb and the addresses that it is handed to. */
  readonly to: string;
}

export interface Commit {
  readonly changes: readonly Change[];
  readonly outgoing: readonly OutgoingLetter[];
  /**
   * Texts of those that are blanked, by their places in `outgoing`, as they go out. Each is durable
   * before the commit is, and gone when its mail has gone, or never will; nothing else has it.
   */
  readonly secretTexts?: ReadonlyMap<number, string>;
  /** A mail that came in, of which some is not kept any longer. */
  readonly blanking?: Blanking;
  /** The delivery that caused it, its raw mail, and why it became what it became. */
  readonly delivery?: {
    readonly key: DeliveryKey;
    readonly incoming: Incoming;
    readonly decision: Decision;
    /** What it was read within, where its attachments are kept. */
    readonly within?: ReadLimits;
  };
  /** The event of another system that it carries out. */
  readonly origin?: Origin;
  /** What must hold when it is made (`Ledger.transact`). */
  readonly limits?: readonly Limit[];
}

/** What the staff are to be told by mail. */
export interface PendingNotices {
  /** When they were last told anything (RFC 3339), or null. */
  readonly last: string | null;
  /** The first ones, oldest first. */
  readonly pending: readonly Notice[];
  /** How many more there are, by queue. */
  readonly more: Readonly<Record<string, number>>;
  /** New tickets that nobody has been told of alone, by queue; left out if there never were any. */
  readonly opened?: Readonly<Record<string, TicketsToTell>>;
  /** And tickets with a mail that has come to others before. */
  readonly copied?: Readonly<Record<string, TicketsToTell>>;
  /** Held mail that goes to many, which is told once a day; left out if there never was any. */
  readonly bulk?: DailyNotice;
  /** When each had the mail of the week last (RFC 3339), by name; left out if nobody ever had. */
  readonly weekly?: Readonly<Record<string, string>>;
}

/** Tickets that are told together. */
export interface TicketsToTell {
  /** The first ones, oldest first. */
  readonly tickets: readonly TicketId[];
  /** How many more there are, and the last one. */
  readonly more: number;
  readonly last: TicketId;
}

export interface DailyNotice {
  /** When they were last told of such mail (RFC 3339), or null. */
  readonly last: string | null;
  /** Number of the commit that did. */
  readonly upTo: number;
  /** How many came since. */
  readonly count: number;
}

/** An earlier delivery of the same mail. */
export interface Delivered {
  /** Sequence number of its commit. */
  readonly seq: number;
}

/** What an event of another system became. */
export interface CarriedOutOrder {
  /** Sequence number of its commit. */
  readonly seq: number;
  /** The ticket that it changed, or null if there was nothing to change. */
  readonly ticket: TicketId | null;
}

/** What a commit has changed, and when (RFC 3339). */
export interface Happened {
  readonly time: string;
  readonly changes: readonly Change[];
  /** Of the envelope of the mail that has made it, if one has, and it names one. */
  readonly sender?: string;
}

export interface Span {
  readonly until: Date;
  readonly now: Date;
}

/**
 * Gathers and commits. What was asked of it is as the commit finds it, by version: a store with a
 * lock sees to that by the lock; one without compares when it commits, and runs the work again.
 */
export interface Transaction {
  /** As the commits before this one leave it. */
  facts(asked: Questions): Promise<Facts>;
  /**
   * Whether facts that were gathered before are what the commit may rest on: no version of them is
   * another one by now. That there is no such ticket, or name, is a version.
   */
  stillHolds(facts: Facts): Promise<boolean>;
  /** The delivery that this one tries again. */
  findDelivery(key: DeliveryKey): Promise<Delivered | null>;
  /** What came before with the same content for the same place, oldest first. */
  findCopies(key: DeliveryKey): Promise<readonly Copy[]>;
  /** The commit that carried out this event, or null. */
  findOrigin(origin: Origin): Promise<CarriedOutOrder | null>;
  /** The ticket that the same source has had created under the name that it uses here, or null. */
  findImported(origin: Origin): Promise<TicketId | null>;
  /**
   * Durable when the section's promise is kept. Gives the mails that must go out; none if the
   * store rests.
   */
  commit(commit: Commit): Promise<readonly UnsentMail[]>;
  /**
   * At most `limit` unsent mails of which no hand-over has begun, longest untried first; none
   * if the store rests.
   */
  claim(wanted: ClaimFilter, limit: number): Promise<readonly UnsentMail[]>;
  /** What the store is asked besides, within the section: the commits of that are not in it. */
  readonly store: Asked;
}

/** So that a section in a database needs no second connection, of which there may be none. */
export interface Asked
  extends Pick<Ledger, 'facts' | 'ticket' | 'mailOf' | 'mailsNamed' | 'expired' | 'onLegalHold'>,
    Pick<Ledger, 'held' | 'notices' | 'robotRun' | 'robotPlan' | 'robotPlans'>,
    Pick<Blobs, 'attachment' | 'holds'>,
    Pick<Outbox, 'unsent'>,
    Pick<Clocks, 'ran'> {}

/** A mail that came in, as its commit has it. */
export interface RecordedMail {
  readonly seq: number;
  readonly time: string;
  readonly decision: Decision;
  readonly changes: readonly Change[];
  readonly raw: string;
  /** null if the MTA has not said it. */
  readonly queueId: string | null;
}

/** A copy of a mail that came before. */
export interface Copy extends RecordedMail {
  /** It still waits for a person. */
  readonly isHeld: boolean;
}

export interface Ledger {
  /** Answers all of them at once, as the last commit left the desk. */
  facts(asked: Questions): Promise<Facts>;
  /**
   * Gathers, decides and commits. If others have changed what the work has asked of its transaction,
   * or a commit would go beyond a limit, nothing is committed and the work is run again. What others
   * have opened or answered meanwhile is no such change. A work shall ask its transaction alone.
   */
  transact<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /**
   * For a work that asks the store, too (`Transaction.store`). One process at a time, after whatever a dead one left has been finished. Work that misses a
   * file is run once more, as by `havingFiles`. Waits `patienceSeconds` (60 by default) for the
   * others.
   */
  exclusive<T>(
    work: (transaction: Transaction) => Promise<T> | T,
    patienceSeconds?: number,
  ): Promise<T>;
  /** Finishes what dead processes left half done, before anything is looked up. */
  recover(): Promise<void>;
  /** The same, and writes down what became of mails, if there is any. */
  catchUp(patienceSeconds?: number): Promise<void>;
  /** Makes durable what other processes have written, before it is relied upon. */
  settle(): Promise<void>;
  findDelivery(key: DeliveryKey): Promise<Delivered | null>;
  /** The mail whose octets lies there, or null. */
  mailAt(raw: string): Promise<RecordedMail | null>;
  /** The mail of that commit, or null. */
  mailOf(seq: number): Promise<RecordedMail | null>;
  /** Mails of that Message-ID, oldest first: all of them, or so many that came last. */
  mailsNamed(messageId: string, last?: number): Promise<readonly RecordedMail[]>;
  /** Mails that our MTA has had under this id, oldest first. Reads the whole journal. */
  mailsQueuedAs(queueId: string): Promise<readonly RecordedMail[]>;
  /** By its id or by another name that it has had. */
  ticket(id: TicketId): Promise<Ticket | null>;
  /** All tickets of these queues, or those that are not resolved, newest first. */
  tickets(which: 'all' | 'open', queues: readonly string[]): AsyncIterable<Ticket>;
  /**
   * Tickets that have all of these words, the one that had one last first, `limit` at most;
   * `progress` is told the share that was read.
   */
  search(
    words: readonly string[],
    limit: number,
    progress: (share: number) => void,
  ): Promise<readonly TicketId[]>;
  /** All that are durable, oldest first, or those since a time. Without one it reads the whole journal. */
  commits(since?: Date): AsyncIterable<Happened>;
  /**
   * Tickets of a queue that have waited since `until` or longer, the longest first; then those
   * that wait since a time later than now (ticket/age.ts).
   */
  waitingSince(
    stage: Stage,
    queue: string,
    span: Span,
    limit: number,
  ): Promise<readonly TicketId[]>;
  /** Addresses that mail of ours came back from, or that are blocked; in order of their names. */
  failedAddresses(): Promise<readonly FailedAddress[]>;
  /** Mail that waits for a person, oldest first. */
  held(): Promise<readonly HeldMail[]>;
  /** Mail that waits for a robot, oldest first. */
  robotRuns(): Promise<readonly RobotRun[]>;
  /** What robots would do, and nobody has confirmed or carried out yet, oldest first. */
  robotPlans(): Promise<readonly RobotPlan[]>;
  /** By the number of the mail that asked for it. */
  robotPlan(run: number): Promise<RobotPlan | null>;
  /** One of these by its number, or null. */
  robotRun(run: number): Promise<RobotRun | null>;
  /** What the desk has not been told yet. */
  notices(): Promise<PendingNotices>;
  /**
   * Commits whose raw mail may be removed, as they were before `time`, oldest first; `limit` at
   * most. One of a time later than now is as old as any that came after it.
   */
  expired(time: Date, limit: number): Promise<readonly number[]>;
  /** Tickets of which nothing may be erased or removed. */
  onLegalHold(): Promise<readonly TicketId[]>;
  /** When the last mail was committed (RFC 3339), or null. */
  lastMail(): Promise<string | null>;
  /** Since when nothing goes out (RFC 3339), because the store was restored then; else null. */
  restingSince(): Promise<string | null>;
  /** Octets that there are for more, and in all. */
  space(): Promise<{ readonly free: number; readonly total: number }>;
}
