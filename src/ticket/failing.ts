/**
 * Addresses that mail of ours could not be delivered to (RFC 3463).
 *
 * A bad destination address (5.1.x) fails at once, any other lasting fault after
 * three mails; faults of our own sender address (5.1.7, 5.1.8) say nothing more
 * than those. An address that fails gets no more mail until a person clears it.
 * Pure.
 */
import type { Change } from './change.ts';
import type { Verdict } from './decision.ts';
import type { TicketId } from './ticket.ts';

/** One mail that came back. */
export interface Failure {
  readonly ticket: TicketId;
  readonly serial: number;
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly status: string;
  readonly reason: string;
}

export interface FailedAddress {
  readonly address: string;
  readonly failures: readonly Failure[];
  /** Who of the desk wants no mail from there, where somebody does. */
  readonly blockedBy?: string;
}

const ENOUGH = 3;

export function isFailing({ failures }: FailedAddress): boolean {
  return failures.length >= ENOUGH || failures.some(({ status }) => isBadAddress(status));
}

/** Why its mail opens nothing, or null where it does. */
export function blockedVerdict(known: FailedAddress | null): Verdict | null {
  if (known?.blockedBy === undefined) return null;
  return { check: 'blocked', evidence: `${known.blockedBy} has blocked ${known.address}` };
}

/** Why it gets no mail, or null where it does. */
export function failingVerdict(failed: FailedAddress | null): Verdict | null {
  const blocked = blockedVerdict(failed);
  if (blocked !== null) return blocked;
  if (failed === null || !isFailing(failed)) return null;
  const { failures, address } = failed;
  const told = failures.find(({ status }) => isBadAddress(status)) ?? failures.at(-1);
  const what = told === undefined ? '' : `${told.status} ${told.reason}`.trim();
  return { check: 'failing-address', evidence: `mail to ${address} comes back: ${what}` };
}

function isBadAddress(status: string): boolean {
  return status.startsWith('5.1.') && status !== '5.1.7' && status !== '5.1.8';
}

/** A mail that came back counts once. */
function withFailure(
  known: FailedAddress | null,
  address: string,
  failure: Failure,
): FailedAddress {
  const failures = known?.failures ?? [];
  const isKnown = failures.some(
    ({ ticket, serial }) => ticket === failure.ticket && serial === failure.serial,
  );
  return {
    ...known,
    address: address.toLowerCase(),
    failures: isKnown ? failures : [...failures, failure].slice(-KEPT),
  };
}

export type AddressChange = Extract<Change, { readonly type: `address.${string}` }>;

export function isAddressChange(change: Change): change is AddressChange {
  return change.type.startsWith('address.');
}

/** What is known of an address after a change that speaks of it. */
export function knownAfter(
  known: FailedAddress | null,
  change: AddressChange,
  at: string,
): FailedAddress | null {
  switch (change.type) {
    case 'address.cleared':
      return null;
    case 'address.blocked':
      return {
        address: change.address.toLowerCase(),
        failures: known?.failures ?? [],
        blockedBy: change.by,
      };
    case 'address.failed': {
      const { address, ticket, serial, status, reason } = change;
      return withFailure(known, address, { ticket, serial, at, status, reason });
    }
  }
}

const KEPT = 20;
