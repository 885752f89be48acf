/**
 * One sync for all who ask for the same one at a time. Whoever asks while one goes on shares the
 * next, which begins when that has ended: so what anybody has done before they asked is durable
 * when they are answered. All who share one that fails are told so.
 */
export class SharedSync {
  readonly #sync: () => Promise<void>;
  #going: Promise<void> | null = null;
  #next: Promise<void> | null = null;

  constructor(sync: () => Promise<void>) {
    this.#sync = sync;
  }

  durable(): Promise<void> {
    if (this.#going === null) return this.#begin();
    const begin = () => this.#begin();
    this.#next ??= this.#going.then(begin, begin);
    return this.#next;
  }

  #begin(): Promise<void> {
    this.#next = null;
    const going = this.#sync().finally(() => {
      if (this.#going === going) this.#going = this.#next;
    });
    this.#going = going;
    return going;
  }
}
