/**
 * How the questions of a decision are answered: one after the other, by whatever knows the answers
 * (a store, or a section of commits that has not been written), with the version of each. Whether
 * they are still the answers is asked by the same way.
 */
import type { SigningKeys } from '../addresses/token.ts';
import type { Answered } from '../ticket/answered.ts';
import { type AwayPeople, NOBODY_AWAY } from '../ticket/away.ts';
import type { FailedAddress } from '../ticket/failing.ts';
import type { HeldMail } from '../ticket/held.ts';
import { peopleOf, type Ticket, type TicketId, ticketCalled } from '../ticket/ticket.ts';
import {
  type Facts,
  type Noticed,
  type Questions,
  type Returned,
  type TicketQuery,
  versionOf,
} from './facts.ts';
import { linkedName } from './lists/linked-name.ts';
import type { TicketRow } from './ticket-row.ts';

/** Of one ticket, those that were linked last; and of its author's as many. */
const MAX_LINKED = 4;

/** Strangers may have so many held that reading all of them takes long. */
const MAX_HELD_MAILS = 200;

/** Whatever can answer one question after the other. */
export interface FactSource {
  signingKeys(): SigningKeys;
  ticket(id: TicketId): TicketRow | null;
  /** The one that it came to first is the first. */
  ticketsOfMessage(messageId: string): readonly TicketId[];
  hasActed(actor: string, messageId: string): boolean;
  firstWrote(address: string): Date | null;
  failed(address: string): FailedAddress | null;
  isHeld(seq: number): boolean;
  heldMails(limit: number): readonly HeldMail[];
  returned(seq: number): Returned | null;
  noticed(seq: number): readonly Noticed[];
  away(): AwayPeople | null;
  answered(since: Date): readonly Answered[];
  /** Newest first; more than `limit` of them are not asked for. */
  tickets(which: TicketQuery['which'], queues: readonly string[], limit: number): Iterable<Ticket>;
  number(queue: string): number | null;
  /** The commit that has this number, or this nonce. */
  commitOf(number: number): number | null;
  /** Number of the last commit. */
  last(): number;
  /** One that nobody else gets. */
  nonce(): number;
}

export function factsFrom(source: FactSource, asked: Questions): Facts {
  // First: what is committed meanwhile makes the facts newer than it says, never older.
  const asOf = source.last();
  const messages = new Map(
    [...asked.messages, ...asked.repeats].map((id) => [id, source.ticketsOfMessage(id)]),
  );
  const rows = new Map<TicketId, TicketRow | null>();
  const gather = (id: TicketId | null): void => {
    if (id === null || rows.has(id)) return;
    const row = source.ticket(id);
    rows.set(id, row);
    gather(row?.ticket.mergedInto ?? null);
  };
  const commits = new Map(
    [...asked.held, ...asked.returned, ...asked.noticed].map((one) => [one, source.commitOf(one)]),
  );
  const ofCommit = <T>(one: number, of: (seq: number) => T, none: T): readonly [number, T] => {
    const seq = commits.get(one) ?? null;
    return [one, seq === null ? none : of(seq)];
  };
  const held = new Map(asked.held.map((one) => ofCommit(one, (seq) => source.isHeld(seq), false)));
  const returned = new Map(
    asked.returned.map((one) => ofCommit(one, (seq) => source.returned(seq), null)),
  );
  const noticed = new Map(
    asked.noticed.map((one) => ofCommit(one, (seq) => source.noticed(seq), [])),
  );
  const ofReturned = [...returned.values(), ...[...noticed.values()].flat()].map(
    (one) => one?.ticket ?? null,
  );
  const first = [...messages.values()].map(([one = null]) => one);
  const last = asked.repeats.map((name) => messages.get(name)?.at(-1) ?? null);
  const named = [...asked.tickets, ...first, ...last, ...ofReturned];
  for (const id of named) gather(id);
  for (const { id: of, linked = [] } of [...rows.values()].flatMap((row) => row?.ticket ?? [])) {
    for (const id of linked.slice(-MAX_LINKED)) gather(id);
    if (linked.length <= MAX_LINKED || asked.linkedBy === null) continue;
    // However many others have written.
    const own = source.ticketsOfMessage(linkedName(of, asked.linkedBy));
    for (const id of own.slice(-MAX_LINKED)) gather(id);
  }
  const find = (id: TicketId) => rows.get(id)?.ticket ?? null;
  const tickets = new Map([...rows.keys()].map((id) => [id, ticketCalled(id, find)]));
  const keys = source.signingKeys();
  const away = asked.away ? (source.away() ?? NOBODY_AWAY) : null;
  const acts = asked.acts.map((act) => ({
    ...act,
    hasActed: source.hasActed(act.actor, act.messageId),
  }));
  const writers = new Map(asked.writers.map((address) => [address, source.firstWrote(address)]));
  const addresses = new Map(
    [...asked.addresses, ...addressesOf(asked.people, tickets)].map((address) => [
      address,
      source.failed(address),
    ]),
  );
  return {
    ...{
      keys,
      tickets,
      messages,
      acts,
      writers,
      addresses,
      held,
      returned,
      noticed,
      commits,
      away,
    },
    heldMails: asked.heldMails ? source.heldMails(MAX_HELD_MAILS) : null,
    answered: asked.answeredSince === null ? [] : source.answered(asked.answeredSince),
    lists: new Map(
      asked.lists.map(({ which, queues, limit }) => [
        which,
        [...firstOf(source.tickets(which, queues, limit), limit)],
      ]),
    ),
    numbers: new Map(asked.queues.map((queue) => [queue, source.number(queue)])),
    ...{ nonce: source.nonce(), asOf, asked },
    seqs: new Map([...rows].map(([id, row]) => [id, row?.seq ?? 0])),
  };
}

/** Whether all that these facts say, but for lists and limits, is as it was. */
export function areAsGathered(facts: Facts, source: FactSource): boolean {
  const { asOf, asked, keys } = facts;
  // Keys change without a commit.
  if (source.last() === asOf) return isSame(keys, source.signingKeys());
  const now = factsFrom(source, {
    ...asked,
    ...{ answeredSince: null, heldMails: false, lists: [], queues: [] },
  });
  return versionOf(facts) === versionOf(now);
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function addressesOf(
  people: Questions['people'],
  tickets: ReadonlyMap<TicketId, Ticket | null>,
): readonly string[] {
  if (people === 'none') return [];
  return [...tickets.values()].flatMap((ticket) => {
    if (ticket === null) return [];
    const authors =
      people === 'on them'
        ? []
        : ticket.messages.flatMap((message) =>
            message.direction === 'in'
              ? [
                  ...some(message.from),
                  ...some(message.replyTo ?? null),
                  ...(people === 'and who had a copy' ? message.to : []),
                ]
              : [],
          );
    return [...peopleOf(ticket), ...authors].map(({ address }) => address);
  });
}

function some<T>(value: T | null): readonly T[] {
  return value === null ? [] : [value];
}

function* firstOf<T>(values: Iterable<T>, limit: number): Generator<T> {
  let left = limit;
  for (const value of values) {
    if (left <= 0) return;
    yield value;
    left -= 1;
  }
}
