/**
 * Whom of the staff a ticket concerns, and who of them gets mail about it.
 *
 * It concerns whoever it was given to, watches it, or has written on it. What a customer writes is
 * for whoever has the ticket and who watches it; if nobody has it, for who has written on it and
 * for everybody who works in its queue, too. `notify` of a person
 * says how much of that they want. Who wants no mail about a ticket (`unwatch`) gets none just
 * because they have written on it. Pure.
 */
import type { StaffPerson } from '../config/config.ts';
import type { Ticket } from '../ticket/ticket.ts';
import { memberCalled } from './member.ts';
import { isHis } from './works-in.ts';

type Why = 'assigned' | 'watches' | 'has written' | 'works in the queue';

const WANTED: Readonly<Record<StaffPerson['notify'], readonly Why[]>> = {
  all: ['assigned', 'watches', 'has written', 'works in the queue'],
  concerned: ['assigned', 'watches', 'has written'],
  assigned: ['assigned', 'watches'],
  none: [],
};

/** Of what a colleague does on it. */
export function concernedBy<Person extends StaffPerson>(
  ticket: Ticket,
  staff: readonly Person[],
): readonly Person[] {
  const authors = authorsOf(ticket, staff);
  return staff.filter((person) => {
    const why = whyConcerned(ticket, person, authors);
    return why !== null && WANTED[person.notify].includes(why);
  });
}

/** Of what somebody writes to it: if it is somebody's, who wrote before has handed it over. */
export function toldOfMail<Person extends StaffPerson>(
  ticket: Ticket,
  staff: readonly Person[],
): readonly Person[] {
  const isAssigned = staff.some(({ name }) => name === ticket.assignee);
  const authors = isAssigned ? new Set<string>() : authorsOf(ticket, staff);
  return staff.filter((person) => {
    const why = whyConcerned(ticket, person, authors);
    if (why !== null && WANTED[person.notify].includes(why)) return true;
    return !isAssigned && isForAll(person, ticket.queue);
  });
}

/** Who gets mail of the queue that is for nobody in particular. */
export function isForAll(person: Pick<StaffPerson, 'notify' | 'queues'>, queue: string): boolean {
  return WANTED[person.notify].includes('works in the queue') && isHis(person, queue);
}

function whyConcerned(
  { assignee, watching = {} }: Ticket,
  { name }: StaffPerson,
  authors: ReadonlySet<string>,
): Why | null {
  if (name === assignee) return 'assigned';
  const isWatching = Object.hasOwn(watching, name) ? watching[name] : undefined;
  if (isWatching === true) return 'watches';
  return isWatching === undefined && authors.has(name) ? 'has written' : null;
}

/** Names of those who have written a note or an answer. */
function authorsOf({ messages }: Ticket, staff: readonly StaffPerson[]): ReadonlySet<string> {
  const by = messages.flatMap((message) =>
    message.direction === 'in' || message.by === undefined ? [] : [message.by],
  );
  return new Set([...new Set(by)].flatMap((one) => memberCalled(one, staff)?.name ?? []));
}
