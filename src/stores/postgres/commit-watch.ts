/**
 * Waits for commits: whoever makes one tells it on a channel (`notifyCommitted`), which is heard of
 * through a connection of its own.
 *
 * What is not heard, since nobody told it, the connection was lost, or it goes through pgbouncer,
 * is found by whoever waits: they look every second, and wait for no LISTEN. A lost connection is made
 * anew then. One that cannot be had is tried again after a minute: if the server's queue of
 * notifications is not nearly empty, a LISTEN would read all of it, which takes minutes.
 */
import { CommitWait } from '../../journal/commit-wait.ts';
import type { Watch } from '../../journal/log.ts';
import type { Database } from '../../postgres/client.ts';
import type { Connections } from '../../postgres/connections.ts';
import { CHANNEL } from './durably.ts';

/** Share of the queue (8 GB), which is read in a second or two. */
const NEARLY_EMPTY = 0.01;
const REST_MS = 60_000;

export class DatabaseWatch implements Watch {
  readonly #connections: Connections;
  readonly #waiting = new CommitWait();
  #isClosed = false;
  #restsUntil = 0;
  #listening: Promise<Database | null>;

  constructor(connections: Connections) {
    this.#connections = connections;
    this.#listening = this.#listen();
  }

  wait(): Promise<'commit' | 'time'> {
    return this.#waiting.wait(() => {
      this.#listening = this.#listening.then((database) => database ?? this.#listen());
    });
  }

  /** Ends the waiting, for good. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#waiting.close();
    void this.#listening.then((database) => database?.end());
  }

  /** null if it cannot be heard of now. */
  async #listen(): Promise<Database | null> {
    if (this.#isClosed || performance.now() < this.#restsUntil) return null;
    try {
      const database = await this.#own();
      if (database === null) return null;
      const ended = () => {
        this.#listening = Promise.resolve(null);
      };
      await database
        .listen(CHANNEL, () => this.#waiting.changed(), ended)
        .catch(async (error) => {
          await database.end();
          throw error;
        });
      this.#restsUntil = 0;
      // Something may have been committed before it was heard of.
      this.#waiting.changed();
      return database;
    } catch {
      return null;
    }
  }

  /** Beside one that all others may have: of a server that gives one alone, it is theirs. */
  #own(): Promise<Database | null> {
    return this.#connections.with(async (shared) => {
      const [queue] = await shared.query({
        text: 'SELECT pg_notification_queue_usage() AS usage',
      });
      // Else, if this fails, the server is away for now.
      this.#restsUntil = performance.now() + REST_MS;
      if (Number(queue?.['usage']) > NEARLY_EMPTY) return null;
      // The shared one is as good as before.
      return this.#connections.own().catch(() => null);
    });
  }
}
