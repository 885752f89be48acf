/**
 * How many automatic answers may go out, when nothing marks a mail as automatic.
 *
 * Sliding windows, for each kind of mail by itself, so that none uses up another's: to one
 * address, to one domain, about one ticket, in all. Above them one counts all kinds to one
 * address together. Addresses are one if their mailbox is. Past a cap the mail is kept and
 * shown as ever; only the automatic answer stays away. What a person writes is never counted
 * and never capped. Pure.
 */
import type { Caps } from '../config/config.ts';
import { sameMailbox } from '../ticket/address.ts';
import { ageOf } from '../ticket/age.ts';
import type { Answered } from '../ticket/answered.ts';
import type { Verdict } from '../ticket/decision.ts';
import { sameAddress } from '../ticket/ticket.ts';

const HOUR_MS = 60 * 60 * 1000;

/** What has been answered since then counts for one cap or another. */
export function countedSince(caps: Caps, now: Date): Date {
  const longest = Math.max(...Object.values(caps).map(({ hours }) => hours));
  return new Date(now.getTime() - longest * HOUR_MS);
}

/** The first cap that one more answer to `address` would pass, or null. */
export function cappedBy(
  answered: readonly Answered[],
  next: Answered,
  caps: Caps,
): Verdict | null {
  const same: Readonly<Record<keyof Caps, (earlier: Answered) => boolean>> = {
    all: ({ address }) => sameMailbox(address, next.address),
    address: ({ address }) => sameMailbox(address, next.address),
    domain: ({ address }) => sameAddress(domainOf(address), domainOf(next.address)),
    ticket: ({ ticket }) => ticket !== null && ticket === next.ticket,
    total: () => true,
  };
  // What somebody else can have asked of a person uses up nothing of theirs.
  const ofOwnDoing = answered.filter(({ kind }) => kind !== 'question');
  const ofKind = answered.filter(({ kind }) => kind === null || kind === next.kind);
  for (const name of ['address', 'domain', 'ticket', 'total', 'all'] as const) {
    const { count, hours } = caps[name];
    const isCounted = ({ at }: Answered) => ageOf(at, next.at) < hours * HOUR_MS;
    const sent = (name === 'all' ? ofOwnDoing : ofKind).filter(
      (earlier) => isCounted(earlier) && same[name](earlier),
    );
    if (sent.length >= count) {
      return { check: `cap-${name}`, evidence: `${sent.length} automatic answers in ${hours} h` };
    }
  }
  return null;
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}
