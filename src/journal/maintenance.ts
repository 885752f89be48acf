/** What an administrator does to a whole store. */
import type { Writable } from 'node:stream';
import type { PlacedErasure, Whom } from './erasing/erasure.ts';

/** Something in the store that is not as it must be. */
export interface Finding {
  /** Relative to the store. */
  readonly file: string;
  readonly problem: string;
  /** True if journal and raw mail are enough to make it again. */
  readonly isRebuildable: boolean;
}

/** How many commits a store has, and how many of them were written anew. */
export interface Upgraded {
  readonly commits: number;
  readonly written: number;
}

/** How many keys there are now, and how many are too old to be kept. */
export interface KeysAfter {
  readonly keys: number;
  readonly forgotten: number;
}

/** What is done to a whole store. */
export interface Maintenance {
  check(): Promise<{ readonly findings: readonly Finding[]; readonly commits: number }>;
  rebuild(): Promise<{ readonly commits: number }>;
  /** Writes what is of an older format in the newest one. */
  upgrade(): Promise<Upgraded>;
  /** What would be erased. */
  erasure(whom: Whom): Promise<PlacedErasure>;
  /**
   * Erases it, unless a legal hold forbids it, or a commit of an older format has some of it: then
   * nothing is done. Killed, it has done nothing, or the next run of any command finishes it.
   */
  erase(erasing: { readonly whom: Whom; readonly by: string }): Promise<PlacedErasure>;
  /** Makes attachments again that a power cut may have taken, unless another process does. */
  rebuildAttachments(): Promise<void>;
  /** A new secret signs from now on, the old ones still verify. */
  rotateKey(): Promise<KeysAfter>;
  /** The signed addresses that this person has been given prove nothing any more. */
  revoke(person: string): Promise<void>;
  /** A restored store may send again. */
  resume(): Promise<void>;
  /** Writes a tar archive, with the name of the store's owner and what goes along. */
  backup(
    output: Writable,
    owner: string,
    beside: readonly { readonly name: string; readonly content: Buffer }[],
  ): Promise<{ readonly commits: number }>;
}
