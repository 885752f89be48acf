/**
 * Addresses that mail of ours could not be delivered to (RFC 3463).
 *
 * A bad destination address (5.1.x) fails at once, any other lasting fault after
 * three mails; faults of our own sender address (5.1.7, 5.1.8) say nothing more
 * than those. An address that fails gets no more mail until a person clears it. A block is on
 * the mailbox, whatever its case and tag; machines do not answer every address, either.
 * Pure.
 */
import { isAnswerable, sameMailbox } from './address.ts';
import type { Change } from './change.ts';
import type { Verdict } from './decision.ts';
import { sameAddress, type TicketId } from './ticket.ts';

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
  /** Who of the staff wants no mail from there, if somebody does. */
  readonly blockedBy?: string;
  /** Whether it was proven that the mail which the block rests on came from there. */
  readonly isBlockProven?: boolean;
}

const FAILURES_TO_STOP = 3;

export function isFailing({ failures }: FailedAddress): boolean {
  return failures.length >= FAILURES_TO_STOP || failures.some(({ status }) => isBadAddress(status));
}

/** Why its mail opens nothing, or null if it does. */
export function blockedVerdict(known: FailedAddress | null): Verdict | null {
  if (known?.blockedBy === undefined) return null;
  const evidence = `${known.blockedBy} has blocked ${known.address}${restingOn(known)}`;
  return { check: 'blocked', evidence };
}

/** In words, behind who has blocked it; nothing if an older program did not ask. */
export function restingOn({ isBlockProven }: FailedAddress): string {
  if (isBlockProven === undefined) return '';
  return isBlockProven ? ', for a mail that was proven' : ', for a mail that nothing proved';
}

/** Why it gets no mail, or null if it does. */
export function failingVerdict(failed: FailedAddress | null): Verdict | null {
  return blockedVerdict(failed) ?? comesBackVerdict(failed);
}

/**
 * Why a machine does not answer there, or null if it does. `isStaff`: it is proven to be one of the
 * staff, whom no block touches.
 */
export function unansweredVerdict(
  address: string,
  failed: FailedAddress | null,
  isStaff = false,
): Verdict | null {
  if (!isAnswerable(address)) {
    return { check: 'unanswerable-address', evidence: `no machine of ours writes to ${address}` };
  }
  return isStaff ? comesBackVerdict(failed) : failingVerdict(failed);
}

function comesBackVerdict(failed: FailedAddress | null): Verdict | null {
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
    failures: isKnown ? failures : [...failures, failure].slice(-MAX_FAILURES_KEPT),
  };
}

export type AddressChange = Extract<Change, { readonly type: `address.${string}` }>;

export function isAddressChange(change: Change): change is AddressChange {
  return change.type.startsWith('address.');
}

/** What is known of an address after a change that speaks of it, or of another one. */
export function knownAfter(
  known: FailedAddress | null,
  change: AddressChange,
  at: string,
  address: string = change.address,
): FailedAddress | null {
  const isIt = sameAddress(change.address, address);
  if (!isIt && (change.type === 'address.failed' || !sameMailbox(change.address, address))) {
    return known;
  }
  switch (change.type) {
    case 'address.cleared':
      return isIt ? null : withoutBlock(known);
    case 'address.blocked': {
      const { by, isProven } = change;
      return {
        ...{ address: address.toLowerCase(), failures: known?.failures ?? [], blockedBy: by },
        ...(isProven !== undefined && { isBlockProven: isProven }),
      };
    }
    case 'address.failed': {
      const { ticket, serial, status, reason } = change;
      return withFailure(known, address, { ticket, serial, at, status, reason });
    }
  }
}

function withoutBlock(known: FailedAddress | null): FailedAddress | null {
  if (known === null || known.failures.length === 0) return null;
  const { address, failures } = known;
  return { address, failures };
}

/** What is known of an address and of its mailbox, which the block is on. */
export function withBlockOf(
  known: FailedAddress | null,
  mailbox: FailedAddress | null,
): FailedAddress | null {
  if (mailbox?.blockedBy === undefined || known?.blockedBy !== undefined) return known;
  return { ...mailbox, ...(known ?? { failures: [] }) };
}

const MAX_FAILURES_KEPT = 20;
