/**
 * Works that want the store for themselves, in one process: whatever waits when the
 * store is free has its turn together.
 *
 * `serve` gives each group to one locked section. Nobody is left without an answer:
 * what `serve` throws is the answer of every work of that group.
 */
export interface Turn {
  /** How long it waits for other processes, in seconds. */
  readonly patience: number;
  readonly refuse: (error: unknown) => void;
}

/** So that a busy server answers the first of them before the last has come. */
const MOST = 50;

export class Turns<T extends Turn> {
  readonly #serve: (group: readonly T[]) => Promise<void>;
  readonly #waiting: T[] = [];
  #isServing = false;

  constructor(serve: (group: readonly T[]) => Promise<void>) {
    this.#serve = serve;
  }

  add(turn: T): void {
    this.#waiting.push(turn);
    if (!this.#isServing) void this.#serveAll();
  }

  async #serveAll(): Promise<void> {
    this.#isServing = true;
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, MOST);
      try {
        await this.#serve(group);
      } catch (error) {
        for (const { refuse } of group) refuse(error);
      }
    }
    this.#isServing = false;
  }
}
