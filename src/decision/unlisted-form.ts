/**
 * A mail that looks like that of a web form which the config does not name: it comes from a name
 * that such programs write under, or from an address of the desk's own, to be answered by somebody
 * else. Nobody reads the one, and whoever forges the other says that the desk has written it. Pure.
 */
import {
  isOwnAddress,
  mayBeOfForm,
  type OwnAddresses,
  reachesDesk,
} from '../addresses/own-address.ts';
import type { ParsedMessage } from '../reading/message.ts';
import { isAnswerable } from '../ticket/address.ts';
import { UNLISTED_FORM, type Verdict } from '../ticket/decision.ts';

const PROGRAM = /^wordpress@/i;

/** The evidence is the line that the config lacks. */
export function unlistedForm(
  { fields, from, replyTo: [replyTo, ...others] }: ParsedMessage,
  own: OwnAddresses,
): Verdict | null {
  if (from === null || !isAnswerable(from.address)) return null;
  const { address } = from;
  const isOwn = isOwnAddress(address, own);
  const isOfOther = replyTo !== undefined && others.length === 0;
  const isOwnForm =
    isOwn &&
    isOfOther &&
    mayBeOfForm(address, own) &&
    !reachesDesk(replyTo.address, own) &&
    !fields.some(({ name }) => name === 'x-loop');
  if (!isOwnForm && (isOwn || !PROGRAM.test(address))) return null;
  return { check: UNLISTED_FORM, evidence: `"forms": [${JSON.stringify(address)}]` };
}
