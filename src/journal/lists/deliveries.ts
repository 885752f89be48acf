/** Deliveries: by the attempt of the MTA, and by what is the same in every copy of a mail. */
import { ERASED } from '../../ticket/erased.ts';
import type { DeliveryKey } from '../ledger.ts';
import { indexed, ticketOfMail } from './index-row.ts';

export const deliveries = indexed((record) => {
  const { delivery } = record;
  if (delivery === undefined || delivery.hash === ERASED) return [];
  const ticket = ticketOfMail(record);
  return [...attemptNames(delivery), ...copyNames(delivery)].map((name) => [name, ticket]);
});

/** One at most. */
export function attemptNames({ hash, attempt }: DeliveryKey): readonly string[] {
  // A short queue id comes again after a while: with the hash it is the same mail for sure.
  return attempt === undefined ? [] : [`attempt ${attempt.queueId} ${attempt.to} ${hash}`];
}

export function copyNames({ hash, targets }: DeliveryKey): readonly string[] {
  return targets.map((target) => `${target} ${hash}`);
}
