/**
 * The waiting of every store's watch (log.ts): it ends at a commit, after a second, or for good.
 *
 * A commit while nobody waits ends the next wait at once.
 */
const LOOK_MS = 1000;

export class CommitWait {
  #hasChanged = false;
  #isClosed = false;
  #wake: () => void = () => {};

  /** `onTime` is called if nothing was committed. */
  async wait(onTime: () => void = () => {}): Promise<'commit' | 'time'> {
    if (!this.#hasChanged && !this.#isClosed) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => {
          onTime();
          resolve();
        }, LOOK_MS);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#wake = () => {};
    const why = this.#hasChanged ? 'commit' : 'time';
    this.#hasChanged = false;
    return why;
  }

  changed(): void {
    this.#hasChanged = true;
    this.#wake();
  }

  /** Ends the waiting, for good. */
  close(): void {
    this.#isClosed = true;
    this.changed();
  }
}
