/**
 * What became of every ticket, and who did how much, folded from the journal, commit by commit: what
 * the statistics of a period are made of. Pure.
 */
import type { LoggedCommit } from '../journal/log.ts';
import { DAY_MS } from '../ticket/age.ts';
import { type Change, ticketOf } from '../ticket/change.ts';
import type { Field } from '../ticket/field.ts';
import { GoingOut, type GoneOut } from '../ticket/gone-out.ts';
import { type OutgoingMessage, sameAddress, type TicketId } from '../ticket/ticket.ts';
import { endsSnooze } from '../ticket/waiting.ts';
import { ByField, type FieldFigures } from './by-field.ts';
import { ByHour } from './by-hour.ts';
import { ByPerson } from './by-person.ts';
import type { Course } from './course.ts';
import { Ratings } from './ratings.ts';
import { figuresOf, type RatedPerson, type Statistics, type WorkingIn } from './statistics.ts';

/** What became of every ticket, as commits come by. */
export class Courses {
  readonly #courses = new Map<TicketId, Course>();
  readonly #goingOut = new GoingOut();
  readonly #byHour = new ByHour();
  readonly #byPerson = new ByPerson();
  readonly #byField = new ByField();
  readonly #ratings = new Ratings();

  add({ time, changes }: Pick<LoggedCommit, 'time' | 'changes'>): void {
    const at = Date.parse(time);
    for (const change of changes) {
      this.#apply(change, at);
      const gone = this.#goingOut.add(change);
      if (gone !== null) this.#answered(gone, at);
      this.#byHour.add(change, at);
      this.#byPerson.add(change, gone, at);
      this.#byField.add(change);
      this.#ratings.add(change, at, this.#queueOf(change));
    }
  }

  #queueOf(change: Change): string | null {
    const id = ticketOf(change);
    return id === null ? null : (this.#courses.get(id)?.queue ?? null);
  }

  #apply(change: Change, at: number): void {
    if (change.type === 'ticket.created') {
      const { ticket, queue } = change;
      const requester = change.requester?.address ?? null;
      const begun = {
        ...{ queue, requester, created: at },
        ...{ answered: null, resolved: null, isMerged: false, snoozed: null },
      };
      this.#courses.set(ticket, begun);
      return;
    }
    const id = 'ticket' in change ? change.ticket : null;
    const before = id === null ? undefined : this.#courses.get(id);
    if (id === null || before === undefined) return;
    const known = before.snoozed !== null && endsSnooze(change, ANYBODYS) ? awake(before) : before;
    if (known !== before) this.#courses.set(id, known);
    if (change.type === 'ticket.snoozed') {
      this.#courses.set(id, { ...known, snoozed: change.until });
    }
    if (change.type === 'ticket.status') {
      this.#courses.set(id, { ...known, resolved: change.to === 'resolved' ? at : null });
    }
    if (change.type === 'ticket.requester') {
      this.#courses.set(id, { ...known, requester: change.to.address });
    }
    if (change.type === 'ticket.moved') this.#courses.set(id, { ...known, queue: change.queue });
    if (change.type === 'ticket.merged') this.#courses.set(id, { ...known, isMerged: true });
  }

  #answered({ ticket, message }: GoneOut, at: number): void {
    const known = this.#courses.get(ticket);
    if (known === undefined || known.answered !== null) return;
    if (message === null || !isTo(known.requester, message)) return;
    this.#courses.set(ticket, { ...known, answered: at });
  }

  /** `days`: how long the period is, and today is its last day. */
  statistics(now: Date, days: number, hours: WorkingIn = new Map()): Statistics {
    const all = [...this.#courses.values()].filter(({ isMerged }) => !isMerged);
    const first = firstDay(now, days);
    return {
      ...figuresOf(all, { first, days, now, hours }),
      mailsByHour: this.#byHour.inWeek(first, days),
      ratings: {
        ...this.#ratings.all(first, days),
        byQueue: this.#ratings.byQueue(first, days),
      },
    };
  }

  /** What stands in the fields of tickets that were created in the same period. */
  fields(
    fieldsOf: (queue: string) => readonly Field[],
    now: Date,
    days: number,
  ): readonly FieldFigures[] {
    const first = firstDay(now, days) * DAY_MS;
    const recent = [...this.#courses].filter(
      ([, { created, isMerged }]) => !isMerged && created >= first,
    );
    const queues = [...new Set([...this.#courses.values()].map(({ queue }) => queue))].toSorted();
    return queues.flatMap((queue) => {
      const own = recent.flatMap(([id, course]) => (course.queue === queue ? id : []));
      return this.#byField.of(queue, fieldsOf(queue), own);
    });
  }

  /** What these people did in the same period. */
  people(names: readonly string[], now: Date, days: number): readonly RatedPerson[] {
    const first = firstDay(now, days);
    return this.#byPerson
      .of(names, first, days)
      .map((done) => ({ ...done, ratings: this.#ratings.of(done.person, first, days) }));
  }
}

/** Counted since 1970. */
function firstDay(now: Date, days: number): number {
  return Math.floor(now.getTime() / DAY_MS) - days + 1;
}

/** Whoever it is that has asked: what they write ends a snooze. */
const ANYBODYS = { requester: null };

function awake(course: Course): Course {
  return { ...course, snoozed: null };
}

/** A copy of somebody's words to another person is no answer. */
function isTo(requester: string | null, { to }: OutgoingMessage): boolean {
  return sameAddress(to[0].address, requester ?? '');
}
