/**
 * Addresses that mail of ours came back from: one small JSON file an address,
 * `failed/<SHA-256 of it, cut>.json`.
 *
 * Derived from the journal. Adding a failure that is there changes nothing; what
 * a person clears is removed. A file that does not read is fsck's to report.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type FailedAddress, type Failure, withFailure } from '../ticket/failing.ts';
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

  add(address: string, failure: Failure): void {
    const after = withFailure(this.find(address), address, failure);
    replace(this.#path(address), `${JSON.stringify(after)}\n`);
  }

  clear(address: string): void {
    remove(this.#path(address));
  }

  #read(path: string): FailedAddress | null {
    // Written by `add` above.
    return readJson(path) as FailedAddress | null;
  }

  #path(address: string): string {
    const digest = createHash('sha256').update(address.toLowerCase()).digest('hex');
    return join(this.#directory, `${digest.slice(0, 40)}.json`);
  }
}
