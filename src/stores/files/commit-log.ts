/**
 * The journal for those who follow it: commits that are durable and applied, epochs,
 * and how far each subscriber is. Takes no lock but that of the subscribers.
 *
 * For a store that is open already: its owner and format were checked there.
 */
import { join } from 'node:path';
import { NO_LINE } from '../../journal/chain.ts';
import type {
  Alone,
  CommitLog,
  CommitReader,
  Epoch,
  LoggedCommit,
  Subscription,
  Watch,
} from '../../journal/log.ts';
import { endOf } from '../../outcome.ts';
import { alone } from './alone.ts';
import { bootId } from './boot.ts';
import { firstSince, JournalReader } from './commit-reader.ts';
import { readCheckpoint, readHead } from './head.ts';
import { HeadWatch } from './head-watch.ts';
import { Journal } from './journal.ts';
import { readEpochs, restingSince } from './layout.ts';
import { Subscriptions } from './subscriptions.ts';

export function openCommitLog(root: string): CommitLog {
  return new FileCommitLog(root, bootId());
}

export async function* commitsSince(root: string, since?: Date): AsyncGenerator<LoggedCommit> {
  const log = openCommitLog(root);
  const first = since === undefined ? 1 : await log.firstSince(since);
  yield* log.commits(first - 1).read();
}

class FileCommitLog implements CommitLog {
  readonly #root: string;
  readonly #boot: string;
  readonly #journal: Journal;
  readonly #subscriptions: Subscriptions;

  constructor(root: string, boot: string) {
    this.#root = root;
    this.#boot = boot;
    this.#journal = new Journal(join(root, 'journal'));
    this.#subscriptions = new Subscriptions(root);
  }

  commits(after: number): CommitReader {
    return new JournalReader(this.#journal, after, () => this.#last());
  }

  async last(): Promise<number> {
    return this.#last();
  }

  async hashOf(seq: number): Promise<string | null> {
    if (seq === 0) return NO_LINE;
    try {
      for await (const commit of this.commits(seq - 1).read()) {
        return commit.seq === seq ? commit.hash : null;
      }
    } catch (error) {
      if (endOf(error) !== 'store-damaged') throw error;
    }
    return null;
  }

  async lastKept(): Promise<null> {
    return null;
  }

  async firstSince(time: Date): Promise<number> {
    return firstSince(this.#journal, time) ?? this.#last() + 1;
  }

  async epochs(): Promise<readonly Epoch[]> {
    return readEpochs(this.#root);
  }

  async restingSince(): Promise<string | null> {
    return restingSince(this.#root);
  }

  watch(): Watch {
    return new HeadWatch(this.#root);
  }

  async subscription(name: string): Promise<Subscription | null> {
    return this.#subscriptions.read(name);
  }

  async save(name: string, subscription: Subscription): Promise<void> {
    this.#subscriptions.save(name, subscription);
  }

  /** It loses nothing that was told: a restore is told by itself. */
  async telling(): Promise<void> {}

  change(name: string, subscription: Subscription): Promise<void> {
    return this.#subscriptions.change(name, subscription);
  }

  serve(work: () => Promise<void>): Promise<boolean> {
    return this.#subscriptions.serve(work);
  }

  async isServing(): Promise<boolean> {
    return this.#subscriptions.isServing();
  }

  alone(name: string): Alone {
    return alone(this.#root, name);
  }

  #last(): number {
    return (readHead(this.#root, this.#boot) ?? readCheckpoint(this.#root))?.seq ?? 0;
  }
}
