/**
 * Many new tickets in a short time, or one mail to many tickets: the staff are told of the first
 * ones by a mail each, and of the others together, in a digest (jobs/notify.ts).
 *
 * It is for whoever would be told of each alone; who is away has others in their place, as for a
 * notice. Pure.
 */
import type { StaffPerson } from '../config/config.ts';
import { toldLimit } from '../decision/caps.ts';
import type { Facts } from '../journal/facts.ts';
import type { PendingNotices, TicketsToTell } from '../journal/ledger.ts';
import { type AnswerLimit, countOf } from '../journal/limits.ts';
import type { DigestDraft } from '../letters/draft.ts';
import type { Ticket, TicketId } from '../ticket/ticket.ts';
import { isForAll, toldOfMail } from './concerned.ts';
import { type Absence, othersOf } from './works-in.ts';

/** `within`: what must still hold when it is committed; null if nobody is told of the queue. */
export function toldAlone(
  queue: string,
  staff: readonly StaffPerson[],
  { answered }: Pick<Facts, 'answered'>,
  now: Date,
): { readonly isToldAlone: boolean; readonly within: readonly AnswerLimit[] } | null {
  if (!staff.some((person) => isForAll(person, queue))) return null;
  const limit = toldLimit(queue, now);
  const isToldAlone = countOf(limit, answered) < limit.most;
  return { isToldAlone, within: isToldAlone ? [limit] : [] };
}

/** What is told together by now, and what is known of it. */
export interface Together extends Pick<PendingNotices, 'opened' | 'copied'> {
  readonly ticket: (id: TicketId) => Ticket | null;
}

/** Tickets that have to be looked up. */
export function listedIn({ opened = {}, copied = {} }: Omit<Together, 'ticket'>) {
  return [...Object.values(opened), ...Object.values(copied)].flatMap(({ tickets }) => tickets);
}

/** One for each person who is to know of any of it. */
export function digestDrafts(
  { opened = {}, copied = {}, ticket }: Together,
  staff: readonly StaffPerson[],
  absence: Absence,
): readonly DigestDraft[] {
  const forAll = (queue: string) =>
    presentOf(
      staff.filter((person) => isForAll(person, queue)),
      queue,
      staff,
      absence,
    );
  const told = (known: Readonly<Record<string, TicketsToTell>>, peopleFor: PeopleFor) =>
    Object.entries(known).map(([queue, { tickets, more, last }]) => ({
      listed: tickets.flatMap((id) => {
        const found = ticket(id);
        return found === null ? [] : { found, people: peopleFor(found, queue) };
      }),
      unlisted: { more, last, people: more === 0 ? [] : forAll(queue) },
    }));
  const isNew = told(opened, (found) => forAll(found.queue));
  const isCopy = told(copied, (found, queue) =>
    found.queue === queue
      ? presentOf(toldOfMail(found, staff), queue, staff, absence)
      : forAll(queue),
  );
  return staff.flatMap(({ name, addresses }): readonly DigestDraft[] => {
    const [address] = addresses;
    const isTold = (people: readonly StaffPerson[]) => people.some((one) => one.name === name);
    const theirs = (all: typeof isNew) => ({
      tickets: all.flatMap(({ listed }) =>
        listed.flatMap(({ found, people }) => (isTold(people) ? found : [])),
      ),
      unlisted: all.flatMap(({ unlisted: { more, last, people } }) =>
        isTold(people) ? { more, last } : [],
      ),
    });
    const [newOnes, copies] = [theirs(isNew), theirs(isCopy)];
    const isNothing = [newOnes, copies].every(
      ({ tickets, unlisted }) => tickets.length + unlisted.length === 0,
    );
    if (address === undefined || isNothing) return [];
    return [{ kind: 'digest', to: { name, address }, opened: newOnes, copied: copies }];
  });
}

type PeopleFor = (ticket: Ticket, queue: string) => readonly StaffPerson[];

/** Of those who would be told, who is there; else the others of the queue. */
function presentOf(
  people: readonly StaffPerson[],
  queue: string,
  staff: readonly StaffPerson[],
  absence: Absence,
): readonly StaffPerson[] {
  const present = people.filter(({ name }) => absence(name) === null);
  if (present.length > 0 || people.length === 0) return present;
  const others = othersOf(queue, staff, absence);
  return others.length > 0 ? others : people;
}
