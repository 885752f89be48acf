/**
 * Waits for commits: whoever makes one tells it on a channel (`notifyCommitted`), which is heard of
 * through a connection of its own.
 *
 * What is not heard, since nobody told it, the connection was lost, or it goes through pgbouncer,
 * is found by whoever waits: they look every second. A lost connection is made anew then.
 */
import { CommitWait } from '../../journal/commit-wait.ts';
import type { Watch } from '../../journal/log.ts';
import type { Database } from '../../postgres/client.ts';
import type { Connections } from '../../postgres/connections.ts';
import { CHANNEL } from './durably.ts';

export class DatabaseWatch implements Watch {
  readonly #connections: Connections;
  readonly #waiting = new CommitWait();
  #isClosed = false;
  #listening: Promise<Database | null>;

  constructor(connections: Connections) {
    this.#connections = connections;
    this.#listening = this.#listen();
  }

  async wait(): Promise<'commit' | 'time'> {
    await this.#listening;
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
    if (this.#isClosed) return null;
    try {
      const database = await this.#connections.own();
      const ended = () => {
        this.#listening = Promise.resolve(null);
      };
      await database
        .listen(CHANNEL, () => this.#waiting.changed(), ended)
        .catch(async (error) => {
          await database.end();
          throw error;
        });
      // Something may have been committed before it was heard of.
      this.#waiting.changed();
      return database;
    } catch {
      return null;
    }
  }
}
