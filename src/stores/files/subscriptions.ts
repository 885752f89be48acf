/**
 * How far the subscribers of the feed are: `subscribers/<name>.json`, each replaced
 * durably, part of a backup, and no part of what is derived.
 *
 * One process at a time serves them, by a kernel lock. It says so in `subscribers/serving`
 * (with its number, for people alone) and takes that back before it looks for the last time
 * whether something has come, so that whoever commits and sees both need not start another.
 */
import { join } from 'node:path';
import type { Subscription } from '../../journal/log.ts';
import { Failure } from '../../outcome.ts';
import { exists, makeDirectory, readJson, remove, replace, replaceDurably } from '../disk/disk.ts';
import { isHeld, locked, PATIENCE_SECONDS } from '../disk/lock.ts';

const FOLDER = 'subscribers';

export class Subscriptions {
  readonly #directory: string;
  readonly #lock: string;
  readonly #changing: string;

  constructor(root: string) {
    this.#directory = join(root, FOLDER);
    this.#lock = join(root, 'subscribers.lock');
    this.#changing = join(root, 'subscribers-change.lock');
  }

  read(name: string): Subscription | null {
    // Written by `save` below.
    const known = readJson(this.#path(name)) as Partial<Subscription> | null;
    return typeof known?.cursor === 'string'
      ? { cursor: known.cursor, failing: known.failing ?? null }
      : null;
  }

  /** For whoever serves them. */
  save(name: string, subscription: Subscription): void {
    this.#replace(name, subscription, null);
  }

  /** For a person who sends one elsewhere, maybe while it is served. */
  async change(name: string, subscription: Subscription): Promise<void> {
    await locked(this.#changing, PATIENCE_SECONDS, () =>
      this.#replace(name, subscription, 'changed'),
    );
  }

  #replace(name: string, subscription: Subscription, writer: string | null): void {
    makeDirectory(this.#directory);
    const text = `${JSON.stringify({ v: 1, ...subscription }, null, 2)}\n`;
    replaceDurably(this.#path(name), text, writer);
  }

  async serve(work: () => Promise<void>): Promise<boolean> {
    try {
      await locked(this.#lock, 0, async () => {
        makeDirectory(this.#directory);
        replace(this.#serving, `${JSON.stringify({ pid: process.pid })}\n`);
        try {
          await work();
        } finally {
          remove(this.#serving);
        }
      });
      return true;
    } catch (error) {
      if (error instanceof Failure && error.end === 'store-locked') return false;
      throw error;
    }
  }

  isServing(): boolean {
    return exists(this.#serving) && isHeld(this.#lock);
  }

  get #serving(): string {
    return join(this.#directory, 'serving');
  }

  #path(name: string): string {
    return join(this.#directory, `${name}.json`);
  }
}
