/**
 * Waits for commits: every one of them replaces `head.json` (inotify(7), by fs.watch).
 *
 * What the kernel does not tell, because its watches are used up or the folder was
 * moved away and another one is in its place, a look every second finds out.
 */
import * as fs from 'node:fs';
import type { Watch } from '../../journal/log.ts';

const LOOK_MS = 1000;

export class HeadWatch implements Watch {
  readonly #root: string;
  #watcher: fs.FSWatcher | null = null;
  #ino: number | null = null;
  #hasChanged = false;
  #isClosed = false;
  #wake: () => void = () => {};

  constructor(root: string) {
    this.#root = root;
    this.#watch();
  }

  async wait(): Promise<'commit' | 'time'> {
    if (!this.#hasChanged && !this.#isClosed) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => {
          this.#watch();
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

  /** Ends the waiting, for good. */
  close(): void {
    this.#isClosed = true;
    this.#watcher?.close();
    this.#watcher = null;
    this.#changed();
  }

  #changed(): void {
    this.#hasChanged = true;
    this.#wake();
  }

  #watch(): void {
    const ino = fs.statSync(this.#root, { throwIfNoEntry: false })?.ino ?? null;
    if (ino === null || (this.#watcher !== null && ino === this.#ino)) return;
    this.#watcher?.close();
    this.#ino = ino;
    try {
      this.#watcher = fs.watch(this.#root, (_, name) => {
        if (name === 'head.json') this.#changed();
      });
      this.#watcher.on('error', () => {});
    } catch {
      this.#watcher = null;
    }
  }
}
