/**
 * Which of the staff are written to about notices, and when.
 *
 * Whoever works in the queue and wants mail about all of it. After one mail a
 * person is left alone for REST; what happens meanwhile comes together in the
 * next one, so that a flood makes a digest and no flood. Pure.
 */

import type { StaffPerson } from '../config/config.ts';
import type { DailyNotice, PendingNotices } from '../journal/ledger.ts';
import type { NoticeDraft } from '../letters/draft.ts';
import { ageOf, DAY_MS } from '../ticket/age.ts';
import type { HeldMail } from '../ticket/held.ts';
import type { Notice } from '../ticket/notice.ts';
import { type Absence, isHis, othersOf } from './works-in.ts';

const REST_MS = 15 * 60 * 1000;

export interface Notifiable {
  readonly name: string;
  readonly addresses: readonly string[];
  /** All if left out. */
  readonly queues?: readonly string[] | undefined;
  readonly notify: StaffPerson['notify'];
}

export function isTimeToNotify(
  {
    last,
    pending,
    opened = {},
    copied = {},
  }: Pick<PendingNotices, 'last' | 'pending' | 'opened' | 'copied'>,
  now: Date,
): boolean {
  const isAny = pending.length > 0 || Object.keys({ ...opened, ...copied }).length > 0;
  return isAny && (last === null || ageOf(last, now) >= REST_MS);
}

export function isTimeForDaily(bulk: DailyNotice | undefined, now: Date): bulk is DailyNotice {
  if (bulk === undefined || bulk.count === 0) return false;
  return bulk.last === null || ageOf(bulk.last, now) >= DAY_MS;
}

function concerns({ queue, person: known }: Notice, person: Notifiable): boolean {
  return known === undefined
    ? person.notify === 'all' && isHis(person, queue)
    : person.name === known;
}

/** Of those who are away, the others of the queue are told instead. */
export function toldOf(
  notice: Notice,
  staff: readonly Notifiable[],
  absence: Absence,
): readonly Notifiable[] {
  const people = staff.filter((person) => person.notify !== 'none' && concerns(notice, person));
  const present = people.filter(({ name }) => absence(name) === null);
  if (present.length > 0 || people.length === 0) return present;
  const others = othersOf(notice.queue, staff, absence);
  return others.length > 0 ? others : people;
}

/** One for each person who is to know of any of it. */
export function notify(
  {
    pending,
    more,
  }: { readonly pending: readonly Notice[]; readonly more: Readonly<Record<string, number>> },
  staff: readonly Notifiable[],
  held: readonly HeldMail[] = [],
  absence: Absence = () => null,
): readonly NoticeDraft[] {
  const told = new Map(pending.map((notice) => [notice, toldOf(notice, staff, absence)]));
  return staff.flatMap((person) => {
    const { name, addresses, notify: wants } = person;
    const [address] = addresses;
    const notices = pending.filter((notice) => told.get(notice)?.includes(person));
    const unlisted = Object.entries(more).filter(([queue]) => isHis(person, queue));
    if (wants === 'none' || address === undefined || notices.length === 0) return [];
    return [
      {
        kind: 'notice',
        to: { name, address },
        notices,
        held: held.filter(({ id }) =>
          notices.some(({ about }) => about.type === 'held' && about.id === id),
        ),
        more: unlisted.reduce((sum, [, count]) => sum + count, 0),
      } as const,
    ];
  });
}
