/**
 * What one of the staff decides of held mails, by their answer to a notice or in a mail of
 * commands: done before their own mail is committed, each whole or not at all. A retry finds it
 * done. What somebody else was faster with is left as it is.
 *
 * A mail that is let in is no better proven than before (release.ts). `block` throws it away, and
 * blocks the address that it says it is from.
 */
import { isOwnAddress, ownAddresses } from '../addresses/own-address.ts';
import type { HeldOrder } from '../decision/given.ts';
import { personOf } from '../decision/trust.ts';
import { isHeldIn, NO_QUESTIONS } from '../journal/facts.ts';
import type { Change } from '../ticket/change.ts';
import type { HeldMail } from '../ticket/held.ts';
import { HeldNoMore, type ReleaseContext, release } from './release.ts';

/** By number: what has come of it, in words. */
export type DoneWithHeld = ReadonlyMap<number, string>;

export async function carryOutHeldOrders(
  orders: readonly HeldOrder[],
  by: string,
  context: ReleaseContext,
): Promise<DoneWithHeld> {
  const done = new Map<number, string>();
  for (const { word, id } of orders) {
    const mail = (await context.store.held()).find((held) => held.id === id);
    if (done.has(id)) continue;
    done.set(id, mail === undefined ? GONE(id) : await decideOf(mail, word, by, context));
  }
  return done;
}

const GONE = (id: number) => `No mail is held under ${id}: somebody has dealt with it.`;

async function decideOf(
  mail: HeldMail,
  word: HeldOrder['word'],
  by: string,
  context: ReleaseContext,
): Promise<string> {
  const { id, from } = mail;
  if (word === 'release' || word === 'open') {
    try {
      await release(mail, by, context, word === 'open' ? 'ticket' : null);
    } catch (error) {
      if (error instanceof HeldNoMore) return GONE(id);
      throw error;
    }
    const what = word === 'open' ? 'is a ticket now' : 'was let in';
    return `Held mail ${id} ${what}. That proves nothing about who wrote it.`;
  }
  const discarded: Change = { type: 'mail.discarded', held: id, by };
  if (word === 'discard') {
    return (await commitIfHeld(id, [discarded], context))
      ? `Held mail ${id} was discarded; its raw mail stays in the store.`
      : GONE(id);
  }
  const { config } = context;
  if (from === null) return `Held mail ${id} names no address that could be blocked.`;
  const { address } = from;
  if (personOf(address, config.staff) !== null || isOwnAddress(address, ownAddresses(config))) {
    return `${address} is an address of the desk, and is not blocked. Held mail ${id} is still held.`;
  }
  const blocked: Change = { type: 'address.blocked', address, by, isProven: false };
  return (await commitIfHeld(id, [blocked, discarded], context))
    ? `${address} is blocked, and held mail ${id} was discarded. Nothing proves that it came from there.`
    : GONE(id);
}

async function commitIfHeld(
  id: number,
  changes: readonly Change[],
  { store }: ReleaseContext,
): Promise<boolean> {
  return store.transact(async (transaction) => {
    if (!isHeldIn(await transaction.facts({ ...NO_QUESTIONS, held: [id] }), id)) return false;
    await transaction.commit({ changes, outgoing: [] });
    return true;
  });
}
