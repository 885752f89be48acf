/**
 * Addresses that mail of ours came back from: one small JSON file an address,
 * `failed/<SHA-256 of it, cut>.json`.
 *
 * Derived from the journal. A failure that is there changes nothing; what a person
 * clears is removed. A block stands with its mailbox: the address without case and tag. A
 * file that does not read is fsck's to report.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { mailboxOf } from '../../ticket/address.ts';
import {
  type AddressChange,
  type FailedAddress,
  knownAfter,
  withBlockOf,
} from '../../ticket/failing.ts';
import { names, readJson, remove, replace } from './disk.ts';

export class FailedAddresses {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  find(address: string): FailedAddress | null {
    const known = this.#read(this.#path(address));
    const mailbox = mailboxOf(address);
    if (mailbox === address.toLowerCase()) return known;
    return withBlockOf(known, this.#read(this.#path(mailbox)));
  }

  all(): readonly FailedAddress[] {
    return names(this.#directory)
      .filter((name) => name.endsWith('.json'))
      .flatMap((name) => this.#read(join(this.#directory, name)) ?? [])
      .sort((a, b) => (a.address < b.address ? -1 : 1));
  }

  apply(change: AddressChange, at: string): void {
    for (const address of entriesOf(change)) {
      const path = this.#path(address);
      const after = knownAfter(this.#read(path), change, at, address);
      if (after === null) remove(path);
      else replace(path, `${JSON.stringify(after)}\n`);
    }
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

/** Under which addresses a change is written down. */
function entriesOf({ type, address }: AddressChange): readonly string[] {
  switch (type) {
    case 'address.failed':
      return [address];
    case 'address.blocked':
      return [mailboxOf(address)];
    case 'address.cleared':
      return [...new Set([address.toLowerCase(), mailboxOf(address)])];
  }
}
