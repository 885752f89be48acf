/**
 * Addresses that mail of ours came back from: one small JSON file an address,
 * `failed/<SHA-256 of it, cut>.json`.
 *
 * Derived from the journal. A failure that is there changes nothing; what a person
 * clears is removed. Who is blocked stands there, too. A file that does not read is fsck's to report.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type AddressChange, type FailedAddress, knownAfter } from '../ticket/failing.ts';
import { names, readJson, remove, replace } from './disk.ts';

export class FailedAddresses {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  find(address: string): FailedAddress | null {
    return this.#read(this.#path(address));
  }

  all(): readonly FailedAddress[] {
    return names(this.#directory)
      .filter((name) => name.endsWith('.json'))
      .flatMap((name) => this.#read(join(this.#directory, name)) ?? [])
      .sort((a, b) => (a.address < b.address ? -1 : 1));
  }

  apply(change: AddressChange, at: string): void {
    const path = this.#path(change.address);
    const after = knownAfter(this.#read(path), change, at);
    if (after === null) remove(path);
    else replace(path, `${JSON.stringify(after)}\n`);
  }

  #read(path: string): FailedAddress | null {
    // Written by `apply` above.
    return readJson(path) as FailedAddress | null;
  }

  #path(address: string): string {
    const digest = createHash('sha256').update(address.toLowerCase()).digest('hex');
    return join(this.#directory, `${digest.slice(0, 40)}.json`);
  }
}
