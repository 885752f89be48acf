/**
 * Addresses that mail of ours came back from: by the address without case. A block stands with
 * its mailbox, the address without case and tag.
 */
import { mailboxOf } from '../../ticket/address.ts';
import { isErased } from '../../ticket/erased.ts';
import {
  type AddressChange,
  type FailedAddress,
  isAddressChange,
  knownAfter,
  withBlockOf,
} from '../../ticket/failing.ts';
import type { List } from './list.ts';

export const failed: List<FailedAddress> = ({ time, changes }) =>
  changes
    .filter(isAddressChange)
    .filter(isKnown)
    .flatMap((change) =>
      keysOf(change).map((key) => ({
        type: 'change',
        key,
        after: (before) => knownAfter(before, change, time, key),
      })),
    );

function isKnown(change: AddressChange): boolean {
  return !isErased(change);
}

function keysOf({ type, address }: AddressChange): readonly string[] {
  const [own, mailbox] = [address.toLowerCase(), mailboxOf(address)];
  switch (type) {
    case 'address.failed':
      return [own];
    case 'address.blocked':
      return [mailbox];
    case 'address.cleared':
      return [...new Set([own, mailbox])];
  }
}

/** What is known of mail to this address; null for nothing. */
export function failedAt(
  address: string,
  row: (key: string) => FailedAddress | null,
): FailedAddress | null {
  const [own, mailbox] = [address.toLowerCase(), mailboxOf(address)];
  return own === mailbox ? row(own) : withBlockOf(row(own), row(mailbox));
}
