/**
 * What one more copy of a mail still does, of those of which one came to the ticket and one to an
 * address that rates it: the number counts, and the ticket is opened again, whichever comes first.
 * The message is on its ticket already. Pure.
 */
import type { Config } from '../config/config.ts';
import { oneTimeAddressIn } from '../decision/given.ts';
import type { Intent } from '../decision/intent.ts';
import type { RecordedMail } from '../journal/ledger.ts';
import type { Change } from '../ticket/change.ts';

/** `changes`: what it would do if it were the only one. */
export function besideRating(
  changes: readonly Change[],
  { type }: Intent,
  earlier: readonly Pick<RecordedMail, 'decision'>[],
  config: Config,
): readonly Change[] {
  if (type !== 'append') return [];
  const isKeptBack = earlier.every(
    ({ decision: { recipients } }) => oneTimeAddressIn(recipients, config)?.role === 'rating',
  );
  return changes.filter(
    (change) => change.type === 'ticket.rated' || (isKeptBack && change.type === 'ticket.status'),
  );
}
