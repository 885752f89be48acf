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
import type { AwayPeople } from '../ticket/away.ts';
import type { FailedAddress } from '../ticket/failing.ts';
import type { HeldMail } from '../ticket/held.ts';
import { currentTicket, type Ticket, type TicketId } from '../ticket/ticket.ts';

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
  /** The newest mails that are held: 200 at most. */
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
  readonly asked: Questions;
  /** Of each ticket that was met the number of the last commit that had a part in it, 0 for none. */
  readonly seqs: ReadonlyMap<TicketId, number>;
}

/**
 * The version of the answers: what others have changed since has another. Of a ticket the number of
 * its last commit stands here; of what is small, what it says itself. What may change without harm
 * does not: lists to be shown, or what a commit checks as a limit, numbers and automatic answers
 * (limits.ts).
 */
export function versionOf({ keys, seqs, messages, acts, away, ...facts }: Facts): string {
  const { writers, addresses, held, returned, noticed } = facts;
  // Where it came to first stays so: that others come to more tickets is no change.
  const first = [...messages].map(([id, [one = null]]) => [id, one]);
  const small = [seqs, writers, addresses, held, returned, noticed].map((said) => [...said]);
  return JSON.stringify([keys, first, acts, away, small]);
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
