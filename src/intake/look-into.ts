/**
 * What acting on a decided mail wants to know of the files in it, read before the store is
 * locked: the mail that one of the staff passes on, and whether an attachment of theirs would
 * give away an address that lets the staff answer.
 */

import { holdsStaffAddress } from '../addresses/signed-address.ts';
import type { Config } from '../config/config.ts';
import type { DecidedMail } from '../decision/decide.ts';
import type { Delivery } from '../desk/delivery.ts';
import type { Incoming } from '../journal/spool.ts';
import type { ParsedMessage } from '../reading/message.ts';

export async function lookInto(
  { intent }: DecidedMail,
  message: ParsedMessage,
  incoming: Incoming,
  config: Config,
): Promise<Pick<Delivery, 'passedOn' | 'leak'>> {
  if (intent.type === 'act') return { passedOn: null, leak: leakIn(message, incoming) };
  if (intent.type !== 'open' || !intent.mayBeOnBehalf || !config.onBehalf) {
    return { passedOn: null, leak: null };
  }
  const { passedOnBy } = await import('../desk/on-behalf.ts');
  const octetsOf = (n: number) => incoming.attachmentChunks(n);
  return { passedOn: await passedOnBy(message, octetsOf, config), leak: null };
}

/** A mail to the staff that goes along would give the customer what lets them answer. */
function leakIn({ attachments }: ParsedMessage, incoming: Incoming): string | null {
  const n = attachments.findIndex(({ contentType }, at) => {
    if (/^(image|audio|video)\//i.test(contentType)) return false;
    const octets = Buffer.concat([...incoming.attachmentChunks(at + 1)]);
    return holdsStaffAddress(octets.toString('latin1'));
  });
  return attachments[n]?.filename ?? null;
}
