/**
 * Works that want the store for themselves, in one process: whatever waits when the
 * store is free has its turn together.
 *
 * `serve` gives each group to one locked section. Nobody is left without an answer:
 * what `serve` throws is the answer of every work of that group.
 */
import { setTimeout as sleep } from 'node:timers/promises';

export interface Turn {
  /** How long it waits for other processes, in seconds. */
  readonly patience: number;
  readonly refuse: (error: unknown) => void;
}

/** Milliseconds in which deliveries come together. */
const GATHER_MS = 2;
/** So that a busy server answers the first of them before the last has come. */
const MAX_GROUP = 50;

/** Gives the next group, empty if nobody waits. */
export type Next<T> = () => Promise<readonly T[]>;

export class Turns<T extends Turn> {
  readonly #serve: (group: readonly T[], next: Next<T>) => Promise<void>;
  readonly #lingerMs: number;
  readonly #waiting: T[] = [];
  /** Had their turn in the section that is going on. */
  #served: T[] = [];
  #isServing = false;

  /**
   * `serve` may ask for more groups while it has the store. `lingerMs`: how long it is kept for
   * the next one to come; 0 for not at all.
   */
  constructor(serve: (group: readonly T[], next: Next<T>) => Promise<void>, lingerMs: number) {
    this.#serve = serve;
    this.#lingerMs = lingerMs;
  }

  add(turn: T): void {
    this.#waiting.push(turn);
    if (!this.#isServing) void this.#serveAll();
  }

  async #serveAll(): Promise<void> {
    this.#isServing = true;
    while (this.#waiting.length > 0) {
      this.#served = [];
      try {
        const group = await this.#next();
        await this.#serve(group, () => this.#next());
      } catch (error) {
        for (const { refuse } of this.#served) refuse(error);
      }
    }
    this.#isServing = false;
  }

  async #next(): Promise<readonly T[]> {
    for (let waited = 0; waited < this.#lingerMs; waited += GATHER_MS) {
      await sleep(GATHER_MS);
      if (this.#waiting.length > 0) break;
    }
    const group = this.#waiting.splice(0, MAX_GROUP);
    this.#served.push(...group);
    return group;
  }
}
