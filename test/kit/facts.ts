/** What a test says that the store knows; of anything else there is none. */
import { type Facts, NO_QUESTIONS } from '../../src/journal/facts.ts';
import { type FactSource, factsFrom } from '../../src/journal/gather-facts.ts';
import type { FailedAddress } from '../../src/ticket/failing.ts';
import type { Ticket, TicketId } from '../../src/ticket/ticket.ts';

/** Answers null to whatever it does not hold, as if all of it had been asked. */
export class AllAsked<K, V> extends Map<K, V | null> {
  override get(key: K): V | null {
    return super.get(key) ?? null;
  }
}

export interface KnownStore {
  readonly tickets?: readonly Ticket[];
  /** Message-IDs, and the tickets that they are in. */
  readonly messages?: Readonly<Record<string, TicketId>>;
  readonly failed?: readonly FailedAddress[];
  /** `actor Message-ID`. */
  readonly acts?: readonly string[];
  readonly held?: readonly number[];
  readonly keys?: Facts['keys'];
  /** Number of the next ticket, by queue. */
  readonly numbers?: Readonly<Record<string, number>>;
}

export const KEYS: Facts['keys'] = {
  ...{ epoch: 'e1', pastEpochs: [], secrets: ['00'.repeat(32)], revoked: {}, renewed: {} },
};

/** For a store in a test: what it answers to questions. */
export function sourceOf(known: KnownStore): FactSource {
  const { tickets = [], messages = {}, failed = [], acts = [], held = [], keys = KEYS } = known;
  const numbers: Readonly<Record<string, number>> = known.numbers ?? {};
  return {
    signingKeys: () => keys,
    ticket: (id) => {
      const ticket = tickets.find((one) => one.id === id);
      return ticket === undefined ? null : { seq: 1, ticket };
    },
    ticketsOfMessage: (id) => [messages[id] ?? []].flat(),
    hasActed: (actor, messageId) => acts.includes(`${actor} ${messageId}`),
    failed: (address) => failed.find((one) => one.address === address) ?? null,
    firstWrote: () => null,
    isHeld: (seq) => held.includes(seq),
    returned: () => null,
    noticed: () => [],
    away: () => null,
    heldMails: () => [],
    answered: () => [],
    tickets: () => tickets,
    number: (queue) => numbers[queue] ?? null,
    commitOf: (number) => number,
    last: () => 0,
    nonce: () => 1,
  };
}

export function factsOf(known: KnownStore, asked = NO_QUESTIONS): Facts {
  return factsFrom(sourceOf(known), asked);
}
