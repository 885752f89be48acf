/**
 * The journal in a database for those who follow it: commits, epochs, and how far each subscriber
 * is.
 *
 * A commit is told of only when it cannot be lost any more (`settle`, once for all that is new).
 * Cursors are the same strings as those of files.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SigningKeys } from '../../addresses/token.ts';
import { NO_LINE } from '../../journal/chain.ts';
import type {
  Alone,
  CommitLog,
  CommitReader,
  Epoch,
  Subscription,
  ToldEvent,
  Watch,
} from '../../journal/log.ts';
import { Failure } from '../../outcome.ts';
import type { DatabaseRow, Value } from '../../postgres/client.ts';
import type { Connections } from '../../postgres/connections.ts';
import { askOf, DatabaseReader, firstSince, hashIn, headOf } from './commit-reader.ts';
import { DatabaseWatch } from './commit-watch.ts';
import { settle } from './durably.ts';
import type { Ask } from './gathering.ts';
import { Leases } from './leases.ts';
import { Subscriptions } from './subscriptions.ts';
import { ToldHere } from './told.ts';
import { mustBeKnown } from './version.ts';

const LOOK_AGAIN_MS = 500;

export class DatabaseLog implements CommitLog {
  readonly #connections: Connections;
  readonly #ask: Ask;
  readonly #subscriptions: Subscriptions;
  /** Hash of the last commit that was there before a write of our own. */
  #settled = NO_LINE;

  /** `spool`: the folder of this host, if it tells anybody anything. */
  constructor(connections: Connections, spool: string | null = null) {
    this.#connections = connections;
    this.#ask = askOf(connections);
    const told = spool === null ? null : new ToldHere(spool);
    this.#subscriptions = new Subscriptions(connections, told, (event) => this.#isLost(event));
  }

  commits(after: number): CommitReader {
    return new DatabaseReader(this.#ask, after, () => this.#lastSettled());
  }

  async last(): Promise<number> {
    return (await headOf(this.#ask)).seq;
  }

  hashOf(seq: number): Promise<string | null> {
    return hashIn(this.#ask, seq);
  }

  /** The first commit behind each failover is known; else the one before the cursor's is the last. */
  async lastKept(lost: number): Promise<number> {
    const { kept } = await this.#one(
      `SELECT version, coalesce((SELECT min(first) FROM mailrobot.failovers WHERE first <= $1),
        least($1, seq + 1)) - 1 AS kept FROM mailrobot.head`,
      [String(lost)],
    );
    return Number(kept);
  }

  firstSince(time: Date): Promise<number> {
    return firstSince(this.#ask, time);
  }

  async epochs(): Promise<readonly Epoch[]> {
    const { keys, epochs } = await this.#one(
      `SELECT version, keys, (SELECT json_object_agg(name, first) FROM mailrobot.epochs) AS epochs
        FROM mailrobot.identity, mailrobot.head`,
    );
    // Written by `createDatabaseStore`, and by whoever changes the keys.
    const { epoch, pastEpochs } = JSON.parse(String(keys)) as SigningKeys;
    const firsts = new Map(Object.entries(epochs ?? {}));
    return [...pastEpochs.toReversed(), epoch].map((name) => ({
      name,
      first: Number(firsts.get(name) ?? 1),
    }));
  }

  async restingSince(): Promise<string | null> {
    const { resting } = await this.#one(
      'SELECT version, resting FROM mailrobot.identity, mailrobot.head',
    );
    return resting instanceof Date ? resting.toISOString() : null;
  }

  subscription(name: string): Promise<Subscription | null> {
    return this.#subscriptions.read(name);
  }

  save(name: string, subscription: Subscription): Promise<void> {
    return this.#subscriptions.save(name, subscription);
  }

  telling(name: string, event: ToldEvent): Promise<void> {
    return this.#subscriptions.telling(name, event);
  }

  change(name: string, subscription: Subscription): Promise<void> {
    return this.#subscriptions.change(name, subscription);
  }

  serve(work: () => Promise<void>): Promise<boolean> {
    return this.#subscriptions.serve(work);
  }

  isServing(): Promise<boolean> {
    return this.#subscriptions.isServing();
  }

  alone(name: string): Alone {
    const leases = new Leases(this.#connections);
    return {
      isRunning: () => leases.isTaken(name),
      run: async (work, seconds = 0) => {
        const end = performance.now() + seconds * 1000;
        while (!(await leases.alone(name, ({ isHeld }) => work(isHeld)))) {
          if (performance.now() >= end) return false;
          await sleep(LOOK_AGAIN_MS);
        }
        return true;
      },
    };
  }

  watch(): Watch {
    return new DatabaseWatch(this.#connections);
  }

  async #isLost({ epoch, seq, hash8 }: ToldEvent): Promise<boolean> {
    if ((await this.epochs()).at(-1)?.name !== epoch || hash8 === null) return false;
    const hash = await this.hashOf(seq);
    if (hash !== null) return !hash.startsWith(hash8);
    return seq > (await this.last());
  }

  async #lastSettled(): Promise<number> {
    const { seq, hash } = await headOf(this.#ask);
    // By its hash too: a failover may have lost commits, and given their numbers again.
    if (hash !== this.#settled) await settle(this.#connections);
    this.#settled = hash;
    return seq;
  }

  /** With the version of the schema. */
  async #one(text: string, values: readonly Value[] = []): Promise<DatabaseRow> {
    const [row] = await this.#ask({ text, values });
    if (row === undefined) throw new Failure('store-damaged', 'the store has lost its one row');
    mustBeKnown(row['version']);
    return row;
  }
}
