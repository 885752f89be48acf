/**
 * Folders of the store that are there, and are no links, as this process has found while it has the
 * lock (hold.ts): whoever makes files in them looks once.
 */
import { makeDirectory, mustBeDirectory, removeEmpty } from '../disk/disk.ts';
import type { Hold, Memory } from './hold.ts';

export class Folders {
  /** By their paths. */
  readonly #known: Memory<true>;

  constructor(hold: Hold) {
    this.#known = hold.memory();
  }

  /** True if it is new. */
  make(path: string): boolean {
    let isNew = false;
    this.#known.of(path, () => {
      isNew = makeDirectory(path);
      return true;
    });
    return isNew;
  }

  mustBe(path: string): void {
    this.#known.of(path, () => {
      mustBeDirectory(path);
      return true;
    });
  }

  removeEmpty(path: string): void {
    this.#known.forget(path);
    removeEmpty(path);
  }
}
