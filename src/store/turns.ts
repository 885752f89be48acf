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

/** So that a busy server answers the first of them before the last has come. */
const MOST = 50;

/** Gives the next group, empty where nobody waits. */
export type Next<T> = () => Promise<readonly T[]>;

export class Turns<T extends Turn> {
  readonly #serve: (group: readonly T[], next: Next<T>) => Promise<void>;
  readonly #gatherMs: number;
  readonly #waiting: T[] = [];
  /** Had their turn in the section that is going on. */
  #served: T[] = [];
  #isServing = false;

  /**
   * `serve` may ask for more groups while it has the store. `gatherMs`: how long the first
   * one of a group waits for others to come; 0 for not at all.
   */
  constructor(serve: (group: readonly T[], next: Next<T>) => Promise<void>, gatherMs: number) {
    this.#serve = serve;
    this.#gatherMs = gatherMs;
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
    if (this.#gatherMs > 0) await sleep(this.#gatherMs);
    const group = this.#waiting.splice(0, MOST);
    this.#served.push(...group);
    return group;
  }
}
