/**
 * Which of the staff are written to about what, and when.
 *
 * Whoever works in the queue and wants mail about all of it. After one mail a
 * person is left alone for REST; what happens meanwhile comes together in the
 * next one, so that a flood makes a digest and no flood. Pure.
 */

import type { NoticeDraft } from '../letters/draft.ts';
import { ageOf } from '../ticket/age.ts';
import type { Notice } from '../ticket/notice.ts';
import { sameAddress, type Ticket } from '../ticket/ticket.ts';

const REST_MS = 15 * 60 * 1000;

export interface Notifiable {
  readonly name: string;
  readonly addresses: readonly string[];
  /** All if left out. */
  readonly queues?: readonly string[] | undefined;
  readonly notify: 'all' | 'assigned' | 'none';
}

export function isTimeToNotify(
  { last, pending }: { readonly last: string | null; readonly pending: readonly Notice[] },
  now: Date,
): boolean {
  return pending.length > 0 && (last === null || ageOf(last, now) >= REST_MS);
}

/**
 * Who of the staff gets a mail about what somebody wrote: whoever works on the ticket, else
 * all who work in its queue; nobody is told what they wrote themselves.
 */
export function notifiable<Person extends Notifiable>(
  { queue, assignee }: Pick<Ticket, 'queue' | 'assignee'>,
  author: string | null,
  staff: readonly Person[],
): readonly Person[] {
  const known = staff.find(({ name }) => name === assignee);
  const wanted =
    known === undefined
      ? staff.filter((person) => person.notify === 'all' && isHis(person, queue))
      : [known].filter((person) => person.notify !== 'none');
  return wanted.filter(
    ({ addresses }) => author === null || !addresses.some((own) => sameAddress(own, author)),
  );
}

function isHis({ queues }: Notifiable, queue: string): boolean {
  return queues === undefined || queues.includes(queue);
}

function concerns({ queue, person: known }: Notice, person: Notifiable): boolean {
  return known === undefined
    ? person.notify === 'all' && isHis(person, queue)
    : person.name === known;
}

/** One for each person who is to know of any of it. */
export function notify(
  {
    pending,
    more,
  }: { readonly pending: readonly Notice[]; readonly more: Readonly<Record<string, number>> },
  staff: readonly Notifiable[],
): readonly NoticeDraft[] {
  return staff.flatMap((person) => {
    const { name, addresses, notify: wants } = person;
    const [address] = addresses;
    const notices = pending.filter((notice) => concerns(notice, person));
    const unlisted = Object.entries(more).filter(([queue]) => isHis(person, queue));
    if (wants === 'none' || address === undefined || notices.length === 0) return [];
    return [
      {
        kind: 'notice',
        to: { name, address },
        notices,
        more: unlisted.reduce((sum, [, count]) => sum + count, 0),
      } as const,
    ];
  });
}
