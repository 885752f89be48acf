/**
 * What was read of the derived files while this process has the lock of the store.
 *
 * Nobody else changes them meanwhile, so each answer is read once, until whoever writes here
 * forgets it, or the lock is given back. Without the lock every question reads the disk.
 */
import type { Head } from './head.ts';

export class Hold {
  /** Up to where those files are; null while this process does not have the lock. */
  head: Head | null = null;
  readonly #all: Map<string, unknown>[] = [];

  end(): void {
    this.head = null;
    for (const known of this.#all) known.clear();
  }

  memory<T>(): Memory<T> {
    const known = new Map<string, T>();
    this.#all.push(known);
    return new Memory(this, known);
  }
}

export class Memory<T> {
  readonly #hold: Hold;
  readonly #known: Map<string, T>;

  constructor(hold: Hold, known: Map<string, T>) {
    this.#hold = hold;
    this.#known = known;
  }

  of(key: string, read: () => T): T {
    if (this.#hold.head === null) return read();
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const value = read();
    this.#known.set(key, value);
    return value;
  }

  /** What `of` has read, or was put since; undefined if neither. */
  known(key: string): T | undefined {
    return this.#known.get(key);
  }

  put(key: string, value: T): void {
    if (this.#hold.head !== null) this.#known.set(key, value);
  }

  forget(key: string): void {
    this.#known.delete(key);
  }
}
