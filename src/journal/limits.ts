/**
 * What a commit must not go beyond, whatever others have committed since its facts were gathered:
 * the numbers of tickets, and how many automatic answers there are (decision/caps.ts). So two
 * deliveries that open tickets, or are answered, are in nobody's way until a limit is reached.
 * Pure.
 */
import { mailboxOf } from '../ticket/address.ts';
import { ageOf } from '../ticket/age.ts';
import type { Answered, Kind } from '../ticket/answered.ts';
import type { TicketId } from '../ticket/ticket.ts';

export type Limit = NumberLimit | AnswerLimit;

/** No ticket of these queues, which count together, has that number yet, nor a higher one. */
export interface NumberLimit {
  readonly queues: readonly string[];
  readonly number: number;
}

/** Fewer than `most` automatic answers of that kind have been made in the time before. */
export interface AnswerLimit {
  readonly most: number;
  readonly at: Date;
  readonly withinMs: number;
  /**
   * `any`: all that was said, but questions and plans, which somebody else can have had asked of a
   * person.
   */
  readonly kinds: readonly Kind[] | 'any';
  readonly to:
    | { readonly mailbox: string }
    | { readonly domain: string }
    | { readonly queue: string }
    | TicketId
    | 'anybody';
}

export function isWithin(
  limit: Limit,
  number: (queue: string) => number | null,
  answered: readonly Answered[],
): boolean {
  if ('number' in limit) return limit.queues.every((one) => (number(one) ?? 0) <= limit.number);
  return reachedBy(limit, answered) === null;
}

/** How many of these count, if they are as many as may be. */
export function reachedBy(limit: AnswerLimit, answered: readonly Answered[]): number | null {
  // Of so few, no more can count: where caps are high, that is all that a busy desk asks.
  if (answered.length < limit.most) return null;
  const count = countOf(limit, answered);
  return count < limit.most ? null : count;
}

export function countOf(
  { at, withinMs, kinds, to }: AnswerLimit,
  answered: readonly Answered[],
): number {
  const isTo = isToThem(to);
  let count = 0;
  for (const earlier of answered) {
    const { kind } = earlier;
    const isOfKind =
      kind === null || (kinds === 'any' ? !NOT_SAID_TO_THEM.includes(kind) : kinds.includes(kind));
    if (isOfKind && ageOf(earlier.at, at) < withinMs && isTo(earlier)) count += 1;
  }
  return count;
}

const NOT_SAID_TO_THEM: readonly Kind[] = ['question', 'plan', 'proven-plan', 'marked', 'told'];

/** Since when answers count for one of these; null if none does. */
export function countedSince(limits: readonly Limit[]): Date | null {
  const times = limits.flatMap((limit) =>
    'number' in limit ? [] : [limit.at.getTime() - limit.withinMs],
  );
  return times.length === 0 ? null : new Date(Math.min(...times));
}

/**
 * What is asked of each answer is made ready once: a busy desk has thousands a day. For the same
 * reason an address that cannot be the one is not first made a copy of in small letters.
 */
function isToThem(to: AnswerLimit['to']): (answered: Answered) => boolean {
  if (to === 'anybody') return () => true;
  if (typeof to === 'string') return ({ ticket }) => ticket === to;
  if ('queue' in to) {
    const beginning = `${to.queue}-`;
    return ({ ticket }) => ticket?.startsWith(beginning) === true;
  }
  if ('mailbox' in to) {
    const mailbox = mailboxOf(to.mailbox);
    return ({ address }) => mayBeginWith(mailbox, address, 0) && mailboxOf(address) === mailbox;
  }
  const domain = domainOf(to.domain);
  return ({ address }) =>
    mayBeginWith(domain, address, address.lastIndexOf('@') + 1) && domainOf(address) === domain;
}

/** False if `text` has another letter there, whatever its case, than `small` begins with. */
function mayBeginWith(small: string, text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  const isCapital = code >= 65 && code <= 90;
  const folded = isCapital ? code + 32 : code;
  // Of what is not ASCII, or not there, that is not said.
  return !(folded < 128) || folded === small.charCodeAt(0);
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}
