/**
 * So many works at a time, in the order in which they came. Who would wait longer than
 * `patienceMs` is refused with `busy`: the MTA keeps the mail and comes again.
 */
import { Failure } from '../outcome.ts';

export class AtOnce {
  readonly #patienceMs: number;
  readonly #waiting = new Set<() => void>();
  #free: number;

  constructor(count: number, patienceMs: number) {
    this.#free = count;
    this.#patienceMs = patienceMs;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await this.#turn();
    try {
      return await work();
    } finally {
      this.#next();
    }
  }

  /** Whoever ends hands the place over: nobody else can take it in between. */
  #turn(): Promise<void> {
    return new Promise((resolve, refuse) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(go);
        refuse(new Failure('busy', 'too many mails are being read'));
      }, this.#patienceMs);
      const go = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#waiting.add(go);
    });
  }

  #next(): void {
    const [first] = this.#waiting;
    if (first === undefined) this.#free += 1;
    else {
      this.#waiting.delete(first);
      first();
    }
  }
}
