/**
 * Waits for commits: every one of them replaces `head.json` (inotify(7), by fs.watch).
 *
 * What the kernel does not tell, because its watches are used up or the folder was
 * moved away and another one is in its place, a look every second finds out.
 */
import * as fs from 'node:fs';
import { CommitWait } from '../../journal/commit-wait.ts';
import type { Watch } from '../../journal/log.ts';

export class HeadWatch implements Watch {
  readonly #root: string;
  #watcher: fs.FSWatcher | null = null;
  #ino: number | null = null;
  readonly #waiting = new CommitWait();

  constructor(root: string) {
    this.#root = root;
    this.#watch();
  }

  wait(): Promise<'commit' | 'time'> {
    return this.#waiting.wait(() => this.#watch());
  }

  /** Ends the waiting, for good. */
  close(): void {
    this.#watcher?.close();
    this.#watcher = null;
    this.#waiting.close();
  }

  #watch(): void {
    const ino = fs.statSync(this.#root, { throwIfNoEntry: false })?.ino ?? null;
    if (ino === null || (this.#watcher !== null && ino === this.#ino)) return;
    this.#watcher?.close();
    this.#ino = ino;
    try {
      this.#watcher = fs.watch(this.#root, (_, name) => {
        if (name === 'head.json') this.#waiting.changed();
      });
      this.#watcher.on('error', () => {});
    } catch {
      this.#watcher = null;
    }
  }
}
