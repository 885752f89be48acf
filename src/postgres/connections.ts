/**
 * The connections of one process to a database: one is lent to each work, and an idle one is used
 * again.
 *
 * A connection of which something went wrong, beyond what the server says of a statement, is ended
 * and not lent again. Idle ones keep no process alive. With pgbouncer in transaction mode nothing
 * lasts from one transaction to the next, so a work shall leave nothing behind.
 */
import { connectTo, type Database, DatabaseError, type Patience } from './client.ts';
import type { DatabasePlace } from './place.ts';

/** What a peak has needed is not kept: the server has a number of them for all hosts. */
const MAX_IDLE = 4;

export class Connections {
  readonly #place: DatabasePlace;
  readonly #patience: Patience;
  #idle: readonly Database[] = [];
  #isEnded = false;

  constructor(place: DatabasePlace, patience: Patience) {
    this.#place = place;
    this.#patience = patience;
  }

  /** Throws a Failure `database` if no host takes writes. */
  async with<T>(work: (database: Database) => Promise<T>): Promise<T> {
    const database = await this.#lent();
    try {
      const done = await work(database);
      await this.#giveBack(database);
      return done;
    } catch (error) {
      if (error instanceof DatabaseError) await this.#giveBack(database);
      else await database.end();
      throw error;
    }
  }

  /** One that is not lent: whoever has it ends it. */
  own(): Promise<Database> {
    return connectTo(this.#place, this.#patience);
  }

  /** Of those that are idle, and of those that are lent when they come back. */
  async end(): Promise<void> {
    this.#isEnded = true;
    const idle = this.#idle;
    this.#idle = [];
    await Promise.all(idle.map((database) => database.end()));
  }

  async #lent(): Promise<Database> {
    // A server that was started anew has ended them all.
    const [first, ...others] = this.#idle.filter((database) => !database.isOver);
    if (first === undefined) return connectTo(this.#place, this.#patience);
    this.#idle = others;
    first.keepsAlive(true);
    return first;
  }

  async #giveBack(database: Database): Promise<void> {
    if (this.#isEnded || this.#idle.length >= MAX_IDLE) {
      await database.end();
      return;
    }
    database.keepsAlive(false);
    this.#idle = [database, ...this.#idle];
  }
}
