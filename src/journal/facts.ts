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
import { type AwayPeople, NOBODY_AWAY } from '../ticket/away.ts';
import type { FailedAddress } from '../ticket/failing.ts';
import type { HeldMail } from '../ticket/held.ts';
import {
  currentTicket,
  peopleOf,
  type Ticket,
  type TicketId,
  ticketCalled,
} from '../ticket/ticket.ts';
import { linkedName } from './lists/linked-name.ts';
import type { TicketRow } from './ticket-row.ts';

export interface Questions {
  /** By id or by another name. Those that they were merged into come with them, and those that they are linked with. */
  readonly tickets: readonly TicketId[];
  /** Of those that they are linked with, what this address has opened comes in any case. */
  readonly linkedBy: string | null;
  /** Message-IDs; the ticket that each came to first comes with it. */
  readonly messages: readonly string[];
  /** By what mails repeat; the ticket that such a mail opened last comes with it. */
  readonly repeats: readonly string[];
  /** Whether a mail of that Message-ID has acted under that name. */
  readonly acts: readonly Act[];
  /** Since when mail from these addresses is in tickets: of mail with a mark, and of new tickets. */
  readonly writers: readonly string[];
  /** Whether mail to these addresses came back. */
  readonly addresses: readonly string[];
  /** And to the people of these tickets: those on them, or whoever wrote to them as well. */
  readonly people: 'none' | 'on them' | 'and who wrote' | 'and who had a copy';
  /** Whether the mail of that commit is still held. */
  readonly held: readonly number[];
  /** The newest mails that are held, MAX_HELD_MAILS at most. */
  readonly heldMails: boolean;
  /** What came back to its author by that commit; its ticket comes with it. */
  readonly returned: readonly number[];
  /** The held mails that the notices of that commit name; their tickets come with them. */
  readonly noticed: readonly number[];
  /** Who of the staff is away. */
  readonly away: boolean;
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
  linkedBy: null,
  messages: [],
  repeats: [],
  acts: [],
  writers: [],
  addresses: [],
  people: 'none',
  held: [],
  heldMails: false,
  returned: [],
  noticed: [],
  away: false,
  answeredSince: null,
  lists: [],
  queues: [],
};

/** Of one ticket, those that were linked last; and of its author's as many. */
const MAX_LINKED = 4;

/** Strangers may have so many held that reading all of them takes long. */
const MAX_HELD_MAILS = 200;

/** A mail that came back to its author. */
export interface Returned {
  readonly ticket: TicketId;
  readonly person: string;
  /** It has not been let out since, nor acted otherwise. */
  readonly isWaiting: boolean;
}

/** What a notice to one of the staff says of held mail. */
export interface Noticed {
  readonly person: string;
  /** The one ticket that all of it is about. */
  readonly ticket: TicketId | null;
  readonly held: readonly { readonly id: number; readonly isHeld: boolean }[];
}

/** One row for each question; null is "there is none". */
export interface Facts {
  readonly keys: SigningKeys;
  readonly tickets: ReadonlyMap<TicketId, Ticket | null>;
  readonly messages: ReadonlyMap<string, readonly TicketId[]>;
  readonly acts: readonly (Act & { readonly hasActed: boolean })[];
  /** When each wrote first. */
  readonly writers: ReadonlyMap<string, Date | null>;
  readonly addresses: ReadonlyMap<string, FailedAddress | null>;
  readonly held: ReadonlyMap<number, boolean>;
  /** null if it was not asked. */
  readonly heldMails: readonly HeldMail[] | null;
  readonly returned: ReadonlyMap<number, Returned | null>;
  readonly noticed: ReadonlyMap<number, readonly Noticed[]>;
  /** null if it was not asked. */
  readonly away: AwayPeople | null;
  /** Oldest first. */
  readonly answered: readonly Answered[];
  readonly lists: ReadonlyMap<TicketQuery['which'], readonly Ticket[]>;
  /** The number of the next ticket, of queues that have counted. */
  readonly numbers: ReadonlyMap<string, number | null>;
  /** The commits that are meant by the numbers that were asked for: a nonce stands for one (nonce.ts). */
  readonly commits: ReadonlyMap<number, number | null>;
  /** For a commit that is made of these facts, and no other. */
  readonly nonce: number;
  /** Number of the last commit. */
  readonly asOf: number;
  /** What was asked, and the version of each answer: what others have changed since has another. */
  readonly asked: Questions;
  readonly versions: Versions;
}

/**
 * By what was asked: of a ticket the number of the last commit that had a part in it, 0 for none; of
 * what is small, what it says itself. Nothing stands here of what may change without harm, lists to
 * be shown, or what a commit checks as a limit, numbers and automatic answers (limits.ts).
 */
export type Versions = ReadonlyMap<string, string>;

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
  // Where it came to first stays so: that others come to more tickets is no change.
  const first = [...messages].map(([id, [one = null]]) => [id, one] as const);
  const last = asked.repeats.map((name) => messages.get(name)?.at(-1) ?? null);
  const named = [...asked.tickets, ...first.map(([, one]) => one), ...last, ...ofReturned];
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
  const small = { keys, first, acts, writers, addresses, held, returned, noticed, away };
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
    versions: new Map([
      ...[...rows].map(([id, row]) => [`ticket ${id}`, String(row?.seq ?? 0)] as const),
      ...Object.entries(small).map(
        ([what, said]) => [what, JSON.stringify(said instanceof Map ? [...said] : said)] as const,
      ),
    ]),
  };
}

/** Whether all that these facts say, but for lists and limits, is as it was. */
export function areAsGathered({ asOf, asked, versions, keys }: Facts, source: FactSource): boolean {
  // Keys change without a commit.
  if (source.last() === asOf) return isSame(keys, source.signingKeys());
  const now = factsFrom(source, {
    ...asked,
    ...{ answeredSince: null, heldMails: false, lists: [], queues: [] },
  });
  return isSame([...versions], [...now.versions]);
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

export function ticketIn({ tickets }: Pick<Facts, 'tickets'>, id: TicketId): Ticket | null {
  return answer(tickets.get(id), `ticket ${id}`);
}

/** Where the mail of a ticket goes now: what it was merged into, if it was. */
export function currentTicketIn(facts: Pick<Facts, 'tickets'>, id: TicketId | null): Ticket | null {
  return id === null ? null : currentTicket(id, (other) => ticketIn(facts, other));
}

/** The one that it came to first, or null. */
export function ticketOfMessage(facts: Facts, messageId: string): Ticket | null {
  const [id] = ticketsOfMessage(facts, messageId);
  return id === undefined ? null : ticketIn(facts, id);
}

export function ticketsOfMessage(
  { messages }: Pick<Facts, 'messages'>,
  messageId: string,
): readonly TicketId[] {
  return answer(messages.get(messageId), `message ${messageId}`);
}

export function hasActedIn({ acts }: Pick<Facts, 'acts'>, { actor, messageId }: Act): boolean {
  const found = acts.find((act) => act.actor === actor && act.messageId === messageId);
  return answer(found, `act of ${actor}`).hasActed;
}

export function hasWrittenIn(facts: Pick<Facts, 'writers'>, address: string | null): boolean {
  return address !== null && firstWroteIn(facts, address) !== null;
}

/** null if nobody has written from there. */
export function firstWroteIn({ writers }: Pick<Facts, 'writers'>, address: string): Date | null {
  return answer(writers.get(address), `writer ${address}`);
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

export function heldMailsIn({ heldMails }: Pick<Facts, 'heldMails'>): readonly HeldMail[] {
  return answer(heldMails ?? undefined, 'what is held');
}

export function returnedIn({ returned }: Pick<Facts, 'returned'>, seq: number): Returned | null {
  return answer(returned.get(seq), `returned mail ${seq}`);
}

/** The commit that is meant by a number that was asked for, or null. */
export function commitIn({ commits }: Pick<Facts, 'commits'>, number: number): number | null {
  return answer(commits.get(number), `commit ${number}`);
}

/** What one of the staff was told by that commit, or null. */
export function noticedIn(
  { noticed }: Pick<Facts, 'noticed'>,
  seq: number,
  person: string,
): Noticed | null {
  const found = answer(noticed.get(seq), `notice ${seq}`);
  return found.find((one) => one.person === person) ?? null;
}

export function awayIn({ away }: Pick<Facts, 'away'>): AwayPeople {
  return answer(away ?? undefined, 'who is away');
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
