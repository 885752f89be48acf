/**
 * What each of the desk's people did, of the days of a period (UTC): answers of theirs that went
 * out, notes, and tickets that they resolved. The same to one more person is no other answer.
 *
 * Who is one of them is for whoever asks: customers close their tickets, too.
 */
import { DAY_MS } from '../ticket/age.ts';
import type { Change } from '../ticket/change.ts';
import type { GoneOut } from '../ticket/gone-out.ts';
import { isAnswer } from '../ticket/later.ts';

export interface PersonFigures {
  readonly person: string;
  readonly answers: number;
  readonly notes: number;
  readonly resolved: number;
}

type Deed = 'answers' | 'notes' | 'resolved';

export class ByPerson {
  readonly #deeds = new Map<string, Map<number, Record<Deed, number>>>();

  /** `gone`: what has gone out by it. */
  add(change: Change, gone: GoneOut | null, at: number): void {
    const done = gone === null ? deedIn(change) : answerIn(gone);
    if (done !== null) this.#count(...done, at);
  }

  #count(person: string, deed: Deed, at: number): void {
    const day = Math.floor(at / DAY_MS);
    const days = this.#deeds.get(person) ?? new Map<number, Record<Deed, number>>();
    const before = days.get(day) ?? NOTHING;
    days.set(day, { ...before, [deed]: before[deed] + 1 });
    this.#deeds.set(person, days);
  }

  /** Of these people, in the order of their names; who did nothing is there as well. */
  of(people: readonly string[], first: number, days: number): readonly PersonFigures[] {
    return people.toSorted().map((person) => {
      const deeds = [...(this.#deeds.get(person) ?? [])].flatMap(([day, done]) =>
        day >= first && day < first + days ? done : [],
      );
      const sum = (deed: Deed) => deeds.reduce((before, done) => before + done[deed], 0);
      return { person, answers: sum('answers'), notes: sum('notes'), resolved: sum('resolved') };
    });
  }
}

const NOTHING: Readonly<Record<Deed, number>> = { answers: 0, notes: 0, resolved: 0 };

function answerIn({ message }: GoneOut): readonly [string, Deed] | null {
  return message === null || !isAnswer(message) || message.by === undefined
    ? null
    : [message.by, 'answers'];
}

function deedIn(change: Change): readonly [string, Deed] | null {
  switch (change.type) {
    case 'note.added':
      return [change.by, 'notes'];
    case 'ticket.status':
      return change.to === 'resolved' ? [change.by, 'resolved'] : null;
    default:
      return null;
  }
}
