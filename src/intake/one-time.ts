/**
 * A mail to an address that was given for one answer: what it says of a robot's plan, or of how a
 * ticket went. Loaded with the first such mail alone.
 */
import type { AddressOfPlan, AddressOfRating } from '../addresses/signed-address.ts';
import type { Config } from '../config/config.ts';
import type { DecidedMail } from '../decision/decide.ts';
import { forPlan } from '../decision/for-plan.ts';
import { forRating } from '../decision/for-rating.ts';
import type { Facts } from '../journal/facts.ts';
import type { Ledger } from '../journal/ledger.ts';
import type { ParsedMessage } from '../reading/message.ts';

interface Asked {
  readonly config: Config;
  readonly now: () => Date;
  /** Left out where no plan is confirmed any more. */
  readonly store: Pick<Ledger, 'robotPlan'> | undefined;
}

export async function byOneTimeAddress(
  plainly: DecidedMail,
  address: AddressOfPlan | AddressOfRating,
  message: ParsedMessage,
  facts: Facts,
  { config, now, store }: Asked,
): Promise<DecidedMail> {
  if (address.role === 'rating') return forRating(plainly, { address, message }, config, facts);
  if (store === undefined) return plainly;
  const plan = await store.robotPlan(address.run);
  return forPlan(plainly, { address, plan, message, now: now() }, config, facts);
}
