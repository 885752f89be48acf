/**
 * Addresses that mail of ours could not be delivered to (RFC 3463).
 *
 * A bad destination address (5.1.x) fails at once, any other lasting fault after
 * three mails; faults of our own sender address (5.1.7, 5.1.8) say nothing more
 * than those. An address that fails gets no more mail until a person clears it.
 * Pure.
 */
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
}

const ENOUGH = 3;

export function isFailing({ failures }: FailedAddress): boolean {
  return failures.length >= ENOUGH || failures.some(({ status }) => isBadAddress(status));
}

/** Why it gets no mail, or null where it does. */
export function failingVerdict(failed: FailedAddress | null): Verdict | null {
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
export function withFailure(
  known: FailedAddress | null,
  address: string,
  failure: Failure,
): FailedAddress {
  const failures = known?.failures ?? [];
  const isKnown = failures.some(
    ({ ticket, serial }) => ticket === failure.ticket && serial === failure.serial,
  );
  return {
    address: address.toLowerCase(),
    failures: isKnown ? failures : [...failures, failure].slice(-KEPT),
  };
}

const KEPT = 20;
