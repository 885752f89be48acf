/**
 * How many automatic answers may go out, when nothing marks a mail as automatic.
 *
 * Sliding windows, for each kind of mail by itself, so that none uses up another's: to one
 * address, to one domain, about one ticket, in all. Above them one counts all kinds to one
 * address together. Acknowledgements to those who write for the first time, and whom nothing
 * proves, are counted in all by a cap of their own: a storm of forged senders uses up nobody
 * else's. What a robot has done for whoever confirmed it counts for itself alone, and so does what
 * it would do for whoever has asked for it with a proof. Addresses are one if their mailbox is.
 * Past a cap the mail is kept and shown as ever; only the automatic answer stays away. What a
 * person writes is never counted and never capped. Pure.
 */
import type { Caps } from '../config/config.ts';
import { type AnswerLimit, reachedBy } from '../journal/limits.ts';
import { ageOf, HOUR_MS, MINUTE_MS } from '../ticket/age.ts';
import type { Answered, Kind } from '../ticket/answered.ts';
import type { Verdict } from '../ticket/decision.ts';
import type { Trust } from '../ticket/ticket.ts';

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
  for (const { cap, ...limit } of limitsOf(next, caps)) {
    const sent = reachedBy(limit, answered);
    if (sent === null) continue;
    const evidence = `${sent} automatic answers in ${caps[cap].hours} h`;
    return { check: `cap-${cap === 'firstTime' ? 'first-time' : cap}`, evidence };
  }
  return null;
}

/** What one more answer counts for, as its commit checks it once more. */
export function limitsOf(
  { at, address, ticket, kind }: Answered,
  caps: Caps,
): readonly (AnswerLimit & { readonly cap: keyof Caps })[] {
  const to: Readonly<Record<keyof Caps, AnswerLimit['to'] | null>> = {
    address: { mailbox: address },
    domain: { domain: address },
    ticket,
    total: kind === 'first-time' ? null : 'anybody',
    firstTime: kind === 'first-time' ? 'anybody' : null,
    // What somebody else can have asked of a person uses up nothing of theirs, and nothing else that
    // was said there keeps from them what came of what they have confirmed.
    all: OF_THEMSELVES.includes(kind) ? null : { mailbox: address },
  };
  return ORDER.flatMap((cap) => {
    const { count: most, hours } = caps[cap];
    const counted = { most, at, withinMs: hours * HOUR_MS };
    const whom = to[cap];
    if (whom === null) return [];
    return { cap, ...counted, kinds: kindsOf(kind, cap), to: whom };
  });
}

const OF_THEMSELVES: readonly (Kind | null)[] = ['proven-plan', 'confirmed'];

const ORDER = ['address', 'domain', 'ticket', 'total', 'firstTime', 'all'] as const;

const ACKNOWLEDGEMENTS: readonly Kind[] = ['acknowledgement', 'first-time'];

/** What counts for a cap beside an answer of that kind. */
function kindsOf(kind: Kind | null, cap: keyof Caps): AnswerLimit['kinds'] {
  if (cap === 'all' || kind === null) return 'any';
  const isOfAll = cap === 'total' || cap === 'firstTime';
  return !isOfAll && ACKNOWLEDGEMENTS.includes(kind) ? ACKNOWLEDGEMENTS : [kind];
}

/**
 * Who writes within the time of its cap is still one who writes for the first time: else a storm
 * would only have to send everything twice.
 */
export function isFirstTime(
  trust: Trust,
  firstWrote: Date | null,
  { firstTime }: Caps,
  now: Date,
): boolean {
  if (trust !== 'claimed') return false;
  return firstWrote === null || ageOf(firstWrote, now) < firstTime.hours * HOUR_MS;
}

/** For one more ticket of a mail with a mark of a machine: so many are opened in an hour. */
export function markedLimit(most: number, at: Date): AnswerLimit {
  return { most, at, withinMs: HOUR_MS, kinds: ['marked'], to: 'anybody' };
}

/** So many new tickets of a queue the staff are told of by a mail each, in this time. */
const TOLD_ALONE = 10;
const TOLD_ALONE_MS = 10 * MINUTE_MS;

export function toldLimit(queue: string, at: Date): AnswerLimit {
  return { most: TOLD_ALONE, at, withinMs: TOLD_ALONE_MS, kinds: ['told'], to: { queue } };
}
