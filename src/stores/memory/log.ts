/** The commits of a store in memory for those who follow them, and how far each of these is. */
import { setTimeout as sleep } from 'node:timers/promises';
import { NO_LINE } from '../../journal/chain.ts';
import { CommitWait } from '../../journal/commit-wait.ts';
import type {
  Alone,
  CommitLog,
  CommitReader,
  Epoch,
  LoggedCommit,
  Subscription,
  Watch,
} from '../../journal/log.ts';

const SERVING = 'subscribers';
const LOOK_AGAIN_MS = 10;

export class MemoryLog implements CommitLog {
  readonly #commits: readonly LoggedCommit[];
  readonly #epoch: string;
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #watches = new Set<MemoryWatch>();
  readonly #working = new Set<string>();

  /** `commits` grows; `committed` is called behind each. */
  constructor(commits: readonly LoggedCommit[], epoch: string) {
    this.#commits = commits;
    this.#epoch = epoch;
  }

  committed(): void {
    for (const watch of this.#watches) watch.changed();
  }

  commits(after: number): CommitReader {
    return new MemoryReader(this.#commits, after);
  }

  async last(): Promise<number> {
    return this.#commits.length;
  }

  async hashOf(seq: number): Promise<string | null> {
    return seq === 0 ? NO_LINE : (this.#commits[seq - 1]?.hash ?? null);
  }

  async lastKept(): Promise<null> {
    return null;
  }

  async firstSince(time: Date): Promise<number> {
    const found = this.#commits.find((commit) => commit.time >= time.toISOString());
    return found?.seq ?? this.#commits.length + 1;
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

  /** It loses nothing that was told but with itself. */
  async telling(): Promise<void> {}

  async change(name: string, subscription: Subscription): Promise<void> {
    await this.save(name, subscription);
  }

  serve(work: () => Promise<void>): Promise<boolean> {
    return this.alone(SERVING).run(work);
  }

  isServing(): Promise<boolean> {
    return this.alone(SERVING).isRunning();
  }

  alone(name: string): Alone {
    const isRunning = async () => this.#working.has(name);
    return {
      isRunning,
      run: async (work, seconds = 0) => {
        const end = performance.now() + seconds * 1000;
        while (this.#working.has(name)) {
          if (performance.now() >= end) return false;
          await sleep(LOOK_AGAIN_MS);
        }
        this.#working.add(name);
        try {
          await work(() => true);
        } finally {
          this.#working.delete(name);
        }
        return true;
      },
    };
  }

  watch(): Watch {
    const watch = new MemoryWatch(() => this.#watches.delete(watch));
    this.#watches.add(watch);
    return watch;
  }
}

class MemoryReader implements CommitReader {
  readonly #commits: readonly LoggedCommit[];
  #after: number;

  constructor(commits: readonly LoggedCommit[], after: number) {
    this.#commits = commits;
    this.#after = after;
  }

  async *read(): AsyncGenerator<LoggedCommit> {
    for (const commit of this.#commits.slice(this.#after)) {
      this.#after = commit.seq;
      yield commit;
    }
  }
}

class MemoryWatch implements Watch {
  readonly #closed: () => void;
  readonly #waiting = new CommitWait();

  constructor(closed: () => void) {
    this.#closed = closed;
  }

  wait(): Promise<'commit' | 'time'> {
    return this.#waiting.wait();
  }

  close(): void {
    this.#closed();
    this.#waiting.close();
  }

  changed(): void {
    this.#waiting.changed();
  }
}
