/**
 * The connections of one process to a database: one is lent to each work, and an idle one is used
 * again.
 *
 * If the server gives no more, a work waits for one that is lent. So no work shall want a second
 * one while it has one. Attempts that are made at once count against each other, so that all of
 * them may be refused where one would have been taken: then one is made that others wait for. A
 * connection of which something went wrong, beyond what the server says of a statement, is ended
 * and not lent again. Idle ones keep no process alive. With pgbouncer in transaction mode nothing
 * lasts from one transaction to the next, so a work shall leave nothing behind.
 */
import { connectTo, type Database, DatabaseError, type Patience, TooMany } from './client.ts';
import type { DatabasePlace } from './place.ts';

/** What a peak has needed is not kept: the server has a number of them for all hosts. */
const MAX_IDLE = 4;

/** Lends connections: several, or always the same one. */
export type Lender = Pick<Connections, 'with'>;

export class Connections {
  readonly #place: DatabasePlace;
  readonly #patience: Patience;
  #idle: readonly Database[] = [];
  #isEnded = false;
  /** That are lent, or are being made. */
  #busy = 0;
  /** Works that wait for one that is lent: the server gives no more. */
  #waiting: readonly (() => void)[] = [];
  /** The attempt that the next ones wait for. */
  #alone: Promise<unknown> = Promise.resolve();

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
    } finally {
      this.#busy -= 1;
      this.#wakeOne();
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
    const end = performance.now() + this.#patience.statementSeconds * 1000;
    for (let isAlone = false; ; ) {
      // A server that was started anew has ended them all.
      this.#idle = this.#idle.filter((database) => !database.isOver);
      const [first, ...others] = this.#idle;
      if (first !== undefined) {
        this.#idle = others;
        this.#busy += 1;
        first.keepsAlive(true);
        return first;
      }
      this.#busy += 1;
      try {
        return await this.#made(isAlone);
      } catch (error) {
        this.#busy -= 1;
        if (await this.#givenBack(end - performance.now())) continue;
        if (error instanceof TooMany && !isAlone) {
          isAlone = true;
          continue;
        }
        this.#wakeOne();
        throw error;
      }
    }
  }

  /** Behind those that are made alone. */
  async #made(isAlone: boolean): Promise<Database> {
    const one = this.#alone.then(() => this.own());
    if (isAlone) this.#alone = one.catch(() => {});
    return one;
  }

  #wakeOne(): void {
    const [first, ...others] = this.#waiting;
    this.#waiting = others;
    first?.();
  }

  /** One that was lent, to whomever: the server may have no more than those. False if none is. */
  async #givenBack(patienceMs: number): Promise<boolean> {
    if (this.#idle.length > 0) return true;
    if (this.#busy === 0 || patienceMs <= 0) return false;
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        resolve(true);
      };
      const timer = setTimeout(() => {
        this.#waiting = this.#waiting.filter((other) => other !== wake);
        resolve(false);
      }, patienceMs);
      this.#waiting = [...this.#waiting, wake];
    });
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
