/**
 * What acting on a decided mail wants to know of the files in it, read before the store is
 * locked: the mail that one of the staff passes on, and whether an attachment of theirs would
 * give away an address that lets the staff answer.
 */

import { holdsStaffAddress } from '../addresses/signed-address.ts';
import type { Config } from '../config/config.ts';
import type { DecidedMail } from '../decision/decide.ts';
import type { Delivery } from '../desk/delivery.ts';
import type { PassedOn } from '../desk/on-behalf.ts';
import type { Incoming } from '../journal/spool.ts';
import type { ParsedMessage } from '../reading/message.ts';

export type Looked = Pick<Delivery, 'passedOn' | 'leak'>;

/** `ahead`: what was found before it was decided. */
export async function lookInto(
  { intent }: DecidedMail,
  message: ParsedMessage,
  incoming: Incoming,
  config: Config,
  ahead?: Looked,
): Promise<Looked> {
  if (intent.type === 'act') {
    const { leak } = ahead ?? { leak: leakIn(message, incoming) };
    return { passedOn: null, leak };
  }
  if (intent.type !== 'open' || !intent.mayBeOnBehalf) return { passedOn: null, leak: null };
  const { passedOn } = ahead ?? { passedOn: await passedOnIn(message, incoming, config) };
  return { passedOn, leak: null };
}

/** All that it may be, for whoever decides under the lock: no mail is read there. */
export async function lookAhead(
  message: ParsedMessage,
  incoming: Incoming,
  config: Config,
): Promise<Looked> {
  const passedOn = await passedOnIn(message, incoming, config);
  return { passedOn, leak: leakIn(message, incoming) };
}

async function passedOnIn(
  message: ParsedMessage,
  incoming: Incoming,
  config: Config,
): Promise<PassedOn | null> {
  if (!config.onBehalf) return null;
  const { passedOnBy } = await import('../desk/on-behalf.ts');
  return passedOnBy(message, (n) => incoming.attachmentChunks(n), config);
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
