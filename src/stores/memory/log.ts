/** The commits of a store in memory for those who follow them, and how far each of these is. */
import {
  type CommitLog,
  type CommitReader,
  type Epoch,
  type LoggedCommit,
  loggedCommit,
  type Subscription,
  type Watch,
} from '../../journal/log.ts';
import type { JournalRecord } from '../../journal/record.ts';

const LOOK_MS = 1000;

export class MemoryLog implements CommitLog {
  readonly #records: readonly JournalRecord[];
  readonly #epoch: string;
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #watches = new Set<MemoryWatch>();
  #isServing = false;

  /** `records` grows; `committed` is called behind each. */
  constructor(records: readonly JournalRecord[], epoch: string) {
    this.#records = records;
    this.#epoch = epoch;
  }

  committed(): void {
    for (const watch of this.#watches) watch.changed();
  }

  commits(after: number): CommitReader {
    return new MemoryReader(this.#records, after);
  }

  async last(): Promise<number> {
    return this.#records.length;
  }

  async firstSince(time: Date): Promise<number> {
    const found = this.#records.find((record) => record.time >= time.toISOString());
    return found?.seq ?? this.#records.length + 1;
  }

  async epochs(): Promise<readonly Epoch[]> {
    return [{ name: this.#epoch, first: 1 }];
  }

  async restingSince(): Promise<null> {
    return null;
  }

  async subscription(name: string): Promise<Subscription | null> {
    return this.#subscriptions.get(name) ?? null;
  }

  async save(name: string, subscription: Subscription): Promise<void> {
    this.#subscriptions.set(name, subscription);
  }

  async change(name: string, subscription: Subscription): Promise<void> {
    await this.save(name, subscription);
  }

  async serve(work: () => Promise<void>): Promise<boolean> {
    if (this.#isServing) return false;
    this.#isServing = true;
    try {
      await work();
    } finally {
      this.#isServing = false;
    }
    return true;
  }

  async isServing(): Promise<boolean> {
    return this.#isServing;
  }

  watch(): Watch {
    const watch = new MemoryWatch(() => this.#watches.delete(watch));
    this.#watches.add(watch);
    return watch;
  }
}

class MemoryReader implements CommitReader {
  readonly #records: readonly JournalRecord[];
  #after: number;

  constructor(records: readonly JournalRecord[], after: number) {
    this.#records = records;
    this.#after = after;
  }

  async *read(): AsyncGenerator<LoggedCommit> {
    for (const record of this.#records.slice(this.#after)) {
      this.#after = record.seq;
      yield loggedCommit(record);
    }
  }
}

class MemoryWatch implements Watch {
  readonly #closed: () => void;
  #hasChanged = false;
  #isClosed = false;
  #wake: () => void = () => {};

  constructor(closed: () => void) {
    this.#closed = closed;
  }

  async wait(): Promise<'commit' | 'time'> {
    if (!this.#hasChanged && !this.#isClosed) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, LOOK_MS);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#wake = () => {};
    const why = this.#hasChanged ? 'commit' : 'time';
    this.#hasChanged = false;
    return why;
  }

  close(): void {
    this.#isClosed = true;
    this.#closed();
    this.changed();
  }

  changed(): void {
    this.#hasChanged = true;
    this.#wake();
  }
}
