/**
 * Once a week: what came to the queues of a person, what waits there, and what waits longest, for
 * whoever wants it (`digest` in the config), whatever else they get mail of.
 *
 * It tells of the last whole week, from Monday to Sunday, UTC: no day is left out or told twice,
 * however late it comes. A ticket counts in the queue where it was opened, while it waits in the
 * queue where it is. Pure.
 */
import type { StaffPerson } from '../config/config.ts';
import type { Happened } from '../journal/ledger.ts';
import type { Week, WeeklyDraft } from '../letters/draft.ts';
import { ageOf, DAY_MS } from '../ticket/age.ts';
import type { Change } from '../ticket/change.ts';
import { GoingOut, type GoneOut } from '../ticket/gone-out.ts';
import type { HeldMail } from '../ticket/held.ts';
import { isAnswer } from '../ticket/later.ts';
import { isSnoozed } from '../ticket/snoozed.ts';
import type { Message, Note, Ticket, TicketId } from '../ticket/ticket.ts';
import { isHis } from './works-in.ts';

const DAYS = 7;
/** The first Monday since 1970. */
const FIRST_MONDAY = 4;
/** Two are never closer, also if the first came late. */
const APART_MS = 6 * DAY_MS;
const LONGEST = 10;

/** `last`: when they had the one before, if they have had one. */
export function isTimeForWeekly(last: string | undefined, now: Date): boolean {
  if (last === undefined) return true;
  return weekOf(new Date(last)) !== weekOf(now) && ageOf(last, now) >= APART_MS;
}

/** The Monday of the last whole week. */
export function lastMonday(now: Date): Date {
  return new Date(((weekOf(now) - 1) * DAYS + FIRST_MONDAY) * DAY_MS);
}

function weekOf(time: Date): number {
  return Math.floor((time.getTime() / DAY_MS - FIRST_MONDAY) / DAYS);
}

interface QueueWeek {
  readonly opened: number[];
  readonly resolved: number[];
  readonly waiting: { day: number; week: number; month: number; older: number };
  answers: number;
  snoozed: number;
  longest: readonly Ticket[];
  held: number;
}

/** Collects what is to be told, of each queue alone; it grows with no number of tickets. */
export class WeekOfQueues {
  readonly #now: Date;
  readonly #monday: Date;
  readonly #queues = new Map<string, QueueWeek>();
  readonly #goingOut = new GoingOut();
  readonly #earlier: GoneOut[] = [];

  constructor(now: Date) {
    this.#now = now;
    this.#monday = lastMonday(now);
  }

  /** What happened since that Monday; of what came after the week nothing counts. */
  add({ time, changes }: Pick<Happened, 'time' | 'changes'>): void {
    const day = Math.floor((new Date(time).getTime() - this.#monday.getTime()) / DAY_MS);
    if (!DAY_NUMBERS.includes(day)) return;
    for (const change of changes) {
      if (change.type === 'ticket.created') count(this.#of(change.queue).opened, day);
      if (isResolved(change)) count(this.#of(queueOfName(change.ticket)).resolved, day);
      const gone = this.#goingOut.add(change);
      if (gone === null) continue;
      if (gone.message === null) this.#earlier.push(gone);
      else if (isAnswer(gone.message)) this.#of(queueOfName(gone.ticket)).answers += 1;
    }
  }

  /** Mails that went out in the week, and were written before it: the desk's own among them. */
  get earlier(): readonly Pick<GoneOut, 'ticket' | 'serial'>[] {
    return this.#earlier;
  }

  /** One of them. An answer without a time counted when it was written. */
  addEarlier({ id, messages }: Pick<Ticket, 'id' | 'messages'>, serial: number): void {
    const isIt = (one: Message | Note) =>
      one.serial === serial && isAnswer(one) && one.notBefore !== undefined;
    if (messages.some(isIt)) this.#of(queueOfName(id)).answers += 1;
  }

  /** A ticket that is not resolved. */
  open(ticket: Ticket): void {
    if (isSnoozed(ticket, this.#now)) {
      this.#of(ticket.queue).snoozed += 1;
      return;
    }
    if (ticket.waiting?.for !== 'desk') return;
    const queue = this.#of(ticket.queue);
    const days = this.#waits(ticket) / DAY_MS;
    queue.waiting[days < 1 ? 'day' : days < 7 ? 'week' : days < 30 ? 'month' : 'older'] += 1;
    queue.longest = this.#longestOf([...queue.longest, ticket]);
  }

  held({ queue }: HeldMail): void {
    this.#of(queue).held += 1;
  }

  of(queues: readonly string[]): Week {
    const all = queues.map((queue) => this.#of(queue));
    const sum = (number: (queue: QueueWeek) => number) =>
      all.reduce((before, queue) => before + number(queue), 0);
    const each = (numbers: (queue: QueueWeek) => readonly number[]) =>
      DAY_NUMBERS.map((day) => sum((queue) => numbers(queue)[day] ?? 0));
    return {
      monday: this.#monday.toISOString().slice(0, 10),
      opened: each(({ opened }) => opened),
      resolved: each(({ resolved }) => resolved),
      answers: sum(({ answers }) => answers),
      waiting: {
        day: sum(({ waiting }) => waiting.day),
        week: sum(({ waiting }) => waiting.week),
        month: sum(({ waiting }) => waiting.month),
        older: sum(({ waiting }) => waiting.older),
      },
      snoozed: sum(({ snoozed }) => snoozed),
      longest: this.#longestOf(all.flatMap(({ longest }) => longest)),
      held: sum(({ held }) => held),
    };
  }

  #of(queue: string): QueueWeek {
    const known = this.#queues.get(queue);
    if (known !== undefined) return known;
    const none = DAY_NUMBERS.map(() => 0);
    const begun: QueueWeek = {
      ...{ opened: [...none], resolved: [...none], answers: 0, snoozed: 0, longest: [], held: 0 },
      waiting: { day: 0, week: 0, month: 0, older: 0 },
    };
    this.#queues.set(queue, begun);
    return begun;
  }

  #waits({ waiting }: Ticket): number {
    return waiting === null ? 0 : ageOf(waiting.since, this.#now);
  }

  #longestOf(tickets: readonly Ticket[]): readonly Ticket[] {
    const since = ({ waiting }: Ticket) => waiting?.since ?? '';
    return tickets
      .toSorted((a, b) => (since(a) < since(b) ? -1 : since(a) > since(b) ? 1 : 0))
      .slice(0, LONGEST);
  }
}

/** One for each of these people. */
export function weeklyDrafts(
  people: readonly StaffPerson[],
  queues: readonly string[],
  week: WeekOfQueues,
): readonly WeeklyDraft[] {
  return people.flatMap((person): readonly WeeklyDraft[] => {
    const { name, addresses } = person;
    const [address] = addresses;
    const theirs = queues.filter((queue) => isHis(person, queue));
    if (address === undefined || theirs.length === 0) return [];
    return [{ kind: 'weekly', to: { name, address }, queues: theirs, week: week.of(theirs) }];
  });
}

const DAY_NUMBERS = Array.from({ length: DAYS }, (_, day) => day);

function count(days: number[], day: number): void {
  days[day] = (days[day] ?? 0) + 1;
}

/** A ticket keeps its first name. */
function queueOfName(id: TicketId): string {
  return id.slice(0, id.lastIndexOf('-'));
}

function isResolved(change: Change): change is Extract<Change, { readonly type: 'ticket.status' }> {
  return change.type === 'ticket.status' && change.to === 'resolved';
}
