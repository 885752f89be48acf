/**
 * Who of the staff is away, and who gets their mail meanwhile: the others of the queue, if nobody
 * else is told, or if the ticket is theirs. If there are no others, they get it as before, so that
 * nothing is unseen. Pure.
 */
import type { StaffPerson } from '../config/config.ts';
import { awayIn, type Facts } from '../journal/facts.ts';
import type { Deed } from '../letters/draft.ts';
import { DAY_MS } from '../ticket/age.ts';
import { awayAt } from '../ticket/away.ts';
import type { Refusal } from '../ticket/refusal.ts';
import type { Ticket } from '../ticket/ticket.ts';
import { type Absence, othersOf } from './works-in.ts';

export function absenceIn(facts: Pick<Facts, 'away'>, now: Date): Absence {
  const people = awayIn(facts);
  return (name) => awayAt(people, name, now);
}

export interface HandedOver<Person> {
  readonly people: readonly Person[];
  /** And to them in the place of whom. */
  readonly others: readonly Person[];
  readonly deeds: readonly Deed[];
}

/** `people`: who would be told; `author`: who has done it, and is told nothing. */
export function handOver<Person extends StaffPerson>(
  people: readonly Person[],
  { assignee, queue }: Pick<Ticket, 'assignee' | 'queue'>,
  {
    staff,
    absence,
    isAuthor,
  }: {
    readonly staff: readonly Person[];
    readonly absence: Absence;
    readonly isAuthor: (person: Person) => boolean;
  },
): HandedOver<Person> {
  const absent = people.filter(({ name }) => absence(name) !== null);
  const present = people.filter((person) => !absent.includes(person));
  const isNeeded = present.length === 0 || absent.some(({ name }) => name === assignee);
  const others =
    absent.length === 0 || !isNeeded
      ? []
      : othersOf(queue, staff, absence).filter(
          (person) => !people.includes(person) && !isAuthor(person),
        );
  if (present.length + others.length === 0) return { people: absent, others: [], deeds: [] };
  const deeds = absent.map(
    ({ name }) => ({ type: 'absent', by: name, until: absence(name)?.until ?? null }) as const,
  );
  return { people: present, others, deeds };
}

/** In the order of Date. */
const WEEKDAYS = [
  ['sunday', 'sonntag'],
  ['monday', 'montag'],
  ['tuesday', 'dienstag'],
  ['wednesday', 'mittwoch'],
  ['thursday', 'donnerstag'],
  ['friday', 'freitag'],
  ['saturday', 'samstag'],
] as const;
/** Who is away for longer says so again. */
const MAX_DAYS = 366;

/** `until 2026-12-24`, `until friday`: the last day, or null if none is named. */
export function readUntil(words: string, now: Date): { readonly until: string | null } | Refusal {
  const named = words
    .toLowerCase()
    .replace(/^(until|till|bis|to)\b\s*/, '')
    .replace(/[.!]$/, '');
  if (named === '') return words === '' ? { until: null } : { refused: HOW };
  const today = now.toISOString().slice(0, 10);
  const weekday = WEEKDAYS.findIndex((names) => names.some((name) => name === named));
  if (weekday >= 0) {
    const days = (weekday - now.getUTCDay() + 6) % 7;
    return { until: dayOf(new Date(now.getTime() + (days + 1) * DAY_MS)) };
  }
  const day = /^\d{4}-\d\d-\d\d$/.test(named) ? new Date(`${named}T00:00:00Z`) : null;
  if (day === null || Number.isNaN(day.getTime()) || dayOf(day) !== named) return { refused: HOW };
  if (named < today) return { refused: `${named} is over` };
  const isTooFar = day.getTime() - now.getTime() > MAX_DAYS * DAY_MS;
  return isTooFar ? { refused: `${named} is more than a year from now` } : { until: named };
}

const HOW = 'write a day, such as 2026-12-24 or friday';

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** `the end of Thursday, 2026-12-24 (UTC)` */
export function untilInWords(until: string): string {
  const [name = ''] = WEEKDAYS[new Date(`${until}T00:00:00Z`).getUTCDay()] ?? [];
  return `the end of ${name.charAt(0).toUpperCase()}${name.slice(1)}, ${until} (UTC)`;
}
