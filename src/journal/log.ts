/** The commits in their order, for those who follow them, and how far each of these is. */
import { Failure } from '../outcome.ts';
import type { Change } from '../ticket/change.ts';
import type { Origin } from '../ticket/origin.ts';
import type { JournalRecord } from './record.ts';

/** A commit as whoever reads the journal on sees it. */
export interface LoggedCommit {
  readonly seq: number;
  /** Of its line (chain.ts), as it was written at first. */
  readonly hash: string;
  readonly time: string;
  readonly changes: readonly Change[];
  readonly origin: Origin | null;
  /** The store was restored from a backup right here. */
  readonly isRestored: boolean;
  /** Of the envelope of the mail that has made it, if one has, and it names one. */
  readonly sender?: string;
}

export function loggedCommit(record: JournalRecord, hash: string): LoggedCommit {
  const { seq, was, time, changes, origin = null, restored } = record;
  const sender = record.delivery?.decision.sender ?? null;
  return {
    ...{ seq, hash: was ?? hash, time, changes, origin, isRestored: restored !== undefined },
    ...(sender !== null && { sender }),
  };
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
  /** A failover has lost what it was told behind this commit: it is told so, and goes on there. */
  readonly resetBehind?: number;
}

/** An event that is told: its id, and the commit that it is of. */
export interface ToldEvent {
  readonly id: string;
  readonly epoch: string;
  readonly seq: number;
  /** What the hash of its line begins with; null if nobody knows. */
  readonly hash8: string | null;
}

/** Reads on where it stopped. */
export interface CommitReader {
  /** Durable commits that it has not given yet, in order. */
  read(): AsyncIterable<LoggedCommit>;
}

/** A span of the journal: a restore begins a new one, and what the old one had behind it is gone. */
export interface Epoch {
  readonly name: string;
  /** Sequence number of its first commit. */
  readonly first: number;
}

/** A commit that a reader has given is there no more, or is another one: a failover has lost it. */
export class CommitsLost extends Failure {
  constructor(message: string) {
    super('store-damaged', message);
    this.name = 'CommitsLost';
  }
}

/** Ends the waiting at every commit, and every second at the latest. */
export interface Watch {
  wait(): Promise<'commit' | 'time'>;
  close(): void;
}

/**
 * Whether the work is still this process's: a lease may have run out (it was stopped, or the database
 * was away), and another host may have begun. Whoever begins something new asks it.
 */
export type IsOurs = () => boolean;

/** Work that one process does at a time, of all that have the same store, on whichever host. */
export interface Alone {
  /** False if somebody else does it, and has not ended within so many seconds. */
  run(work: (isOurs: IsOurs) => Promise<void>, seconds?: number): Promise<boolean>;
  /** Whether somebody does it now. */
  isRunning(): Promise<boolean>;
}

/** The journal for those who follow it, and how far each of them is. */
export interface CommitLog {
  /** Commits behind this one, 0 for all. */
  commits(after: number): CommitReader;
  /** Sequence number of the last commit that is applied. */
  last(): Promise<number>;
  /** Of the line of a commit that is applied, 0 for before the first; null if it does not read. */
  hashOf(seq: number): Promise<string | null>;
  /**
   * A commit was lost that a cursor is of: up to which one all are as its reader had them. null: this
   * store loses none, and it is another journal.
   */
  lastKept(lost: number): Promise<number | null>;
  /** Number of the first commit at or after this time, or of the next one. */
  firstSince(time: Date): Promise<number>;
  /** All epochs, oldest first. */
  epochs(): Promise<readonly Epoch[]>;
  /** Since when nobody is told anything (RFC 3339), because the store was restored then; else null. */
  restingSince(): Promise<string | null>;
  /** How far a subscriber is, or null for one that has never been served. */
  subscription(name: string): Promise<Subscription | null>;
  /** Durable when its promise is kept; for whoever serves them. */
  save(name: string, subscription: Subscription): Promise<void>;
  /** Right before a subscriber is told it: noted where no failover of this store reaches. */
  telling(name: string, event: ToldEvent): Promise<void>;
  /** As `save`, for a person who sends one elsewhere. */
  change(name: string, subscription: Subscription): Promise<void>;
  /** Serves subscribers while no other process does; false if one does. */
  serve(work: () => Promise<void>): Promise<boolean>;
  /** Whether a process does right now; it looks again before it ends. */
  isServing(): Promise<boolean>;
  /** Other work of one process at a time, by a name that is fit for a file. */
  alone(name: string): Alone;
  /** Says when something may have been committed. */
  watch(): Watch;
}
