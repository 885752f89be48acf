/**
 * What a decision can ask of the store, and the answers, as plain values.
 *
 * Whoever decides says first everything that it may need (`Questions`); the store answers
 * in one round trip (`Facts`). Asking the facts for what was not gathered is a bug and
 * throws (`internal`): the mail stays with the MTA, and no wrong decision is made.
 *
 *     const facts = await store.facts({ ...NO_QUESTIONS, tickets: ['SUPPORT-7102'] });
 *     const ticket = ticketIn(facts, 'SUPPORT-7102');
 */
import type { SigningKeys } from '../addresses/token.ts';
import { Failure } from '../outcome.ts';
import type { Answered } from '../ticket/answered.ts';
import type { FailedAddress } from '../ticket/failing.ts';
import { currentTicket, peopleOf, type Ticket, type TicketId } from '../ticket/ticket.ts';

export interface Questions {
  /** Those that they were merged into come with them. */
  readonly tickets: readonly TicketId[];
  /** Message-IDs; the ticket of each comes with it. */
  readonly messages: readonly string[];
  /** Whether a mail of that Message-ID has acted under that name. */
  readonly acts: readonly Act[];
  /** Whether mail to these addresses came back. */
  readonly addresses: readonly string[];
  /** And to the people of these tickets: those on them, or whoever wrote to them as well. */
  readonly people: 'none' | 'on them' | 'and who wrote';
  /** Whether the mail of that commit is still held. */
  readonly held: readonly number[];
  /** Automatic answers since then, a week ago at most; null for none. */
  readonly answeredSince: Date | null;
  readonly lists: readonly TicketQuery[];
  /** Prefixes of queues that a ticket may be opened in. */
  readonly queues: readonly string[];
}

/** The newest tickets of these queues: so many at most, of all or of those that are not resolved. */
export interface TicketQuery {
  readonly which: 'open' | 'all';
  readonly queues: readonly string[];
  readonly limit: number;
}

export interface Act {
  readonly actor: string;
  readonly messageId: string;
}

export const NO_QUESTIONS: Questions = {
  tickets: [],
  messages: [],
  acts: [],
  addresses: [],
  people: 'none',
  held: [],
  answeredSince: null,
  lists: [],
  queues: [],
};

/** One row for each question; null is "there is none". */
export interface Facts {
  readonly keys: SigningKeys;
  readonly tickets: ReadonlyMap<TicketId, Ticket | null>;
  readonly messages: ReadonlyMap<string, TicketId | null>;
  readonly acts: readonly (Act & { readonly hasActed: boolean })[];
  readonly addresses: ReadonlyMap<string, FailedAddress | null>;
  readonly held: ReadonlyMap<number, boolean>;
  /** Oldest first. */
  readonly answered: readonly Answered[];
  readonly lists: ReadonlyMap<TicketQuery['which'], readonly Ticket[]>;
  /** The number of the next ticket, of queues that have counted. */
  readonly numbers: ReadonlyMap<string, number | null>;
  /** Number of the next commit. */
  readonly seq: number;
}

/** Whatever can answer one question after the other. */
export interface FactSource {
  signingKeys(): SigningKeys;
  ticket(id: TicketId): Ticket | null;
  findMessage(messageId: string): TicketId | null;
  hasActed(actor: string, messageId: string): boolean;
  failed(address: string): FailedAddress | null;
  isHeld(seq: number): boolean;
  answered(since: Date): readonly Answered[];
  /** Newest first. */
  tickets(which: TicketQuery['which'], queues: readonly string[]): Iterable<Ticket>;
  number(queue: string): number | null;
  next(): Pick<Facts, 'seq'>;
}

export function factsFrom(source: FactSource, asked: Questions): Facts {
  // First: what is committed meanwhile makes the facts newer than it says, never older.
  const { seq } = source.next();
  const messages = new Map(asked.messages.map((id) => [id, source.findMessage(id)]));
  const tickets = new Map<TicketId, Ticket | null>();
  const gather = (id: TicketId | null): void => {
    if (id === null || tickets.has(id)) return;
    const ticket = source.ticket(id);
    tickets.set(id, ticket);
    gather(ticket?.mergedInto ?? null);
  };
  for (const id of [...asked.tickets, ...messages.values()]) gather(id);
  return {
    keys: source.signingKeys(),
    tickets,
    messages,
    acts: asked.acts.map((act) => ({
      ...act,
      hasActed: source.hasActed(act.actor, act.messageId),
    })),
    addresses: new Map(
      [...asked.addresses, ...addressesOf(asked.people, tickets)].map((address) => [
        address,
        source.failed(address),
      ]),
    ),
    held: new Map(asked.held.map((seq) => [seq, source.isHeld(seq)])),
    answered: asked.answeredSince === null ? [] : source.answered(asked.answeredSince),
    lists: new Map(
      asked.lists.map(({ which, queues, limit }) => [
        which,
        [...firstOf(source.tickets(which, queues), limit)],
      ]),
    ),
    numbers: new Map(asked.queues.map((queue) => [queue, source.number(queue)])),
    seq,
  };
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
            message.direction === 'in' && message.from !== null ? [message.from] : [],
          );
    return [...peopleOf(ticket), ...authors].map(({ address }) => address);
  });
}

function* firstOf<T>(values: Iterable<T>, limit: number): Generator<T> {
  let left = limit;
  for (const value of values) {
    if (left <= 0) return;
    yield value;
    left -= 1;
  }
}

export function ticketIn({ tickets }: Pick<Facts, 'tickets'>, id: TicketId): Ticket | null {
  return answer(tickets.get(id), `ticket ${id}`);
}

/** Where the mail of a ticket goes now: what it was merged into, if it was. */
export function currentTicketIn(facts: Pick<Facts, 'tickets'>, id: TicketId | null): Ticket | null {
  return id === null ? null : currentTicket(id, (other) => ticketIn(facts, other));
}

export function ticketOfMessage(facts: Facts, messageId: string): Ticket | null {
  const id = answer(facts.messages.get(messageId), `message ${messageId}`);
  return id === null ? null : ticketIn(facts, id);
}

export function hasActedIn({ acts }: Pick<Facts, 'acts'>, { actor, messageId }: Act): boolean {
  const found = acts.find((act) => act.actor === actor && act.messageId === messageId);
  return answer(found, `act of ${actor}`).hasActed;
}

export function failedIn(
  { addresses }: Pick<Facts, 'addresses'>,
  address: string,
): FailedAddress | null {
  return answer(addresses.get(address), `address ${address}`);
}

export function isHeldIn({ held }: Pick<Facts, 'held'>, seq: number): boolean {
  return answer(held.get(seq), `held mail ${seq}`);
}

export function lastNumberIn({ numbers }: Pick<Facts, 'numbers'>, queue: string): number | null {
  return answer(numbers.get(queue), `number of ${queue}`);
}

export function listIn(
  { lists }: Pick<Facts, 'lists'>,
  which: TicketQuery['which'],
): readonly Ticket[] {
  return answer(lists.get(which), `list of ${which} tickets`);
}

function answer<T>(known: T | undefined, what: string): T {
  if (known === undefined) throw new Failure('internal', `${what} was not gathered`);
  return known;
}
