/**
 * What each of the desk's people did, of the days of a period (UTC): answers that they wrote, notes,
 * and tickets that they resolved. The same to one more person is no other answer, and one that was
 * taken back is none.
 *
 * Who is one of them is for whoever asks: customers close their tickets, too.
 */
import { DAY_MS } from '../ticket/age.ts';
import { type Change, goesAgain, isFate, type MailFate } from '../ticket/change.ts';

export interface PersonFigures {
  readonly person: string;
  readonly answers: number;
  readonly notes: number;
  readonly resolved: number;
}

type Deed = 'answers' | 'notes' | 'resolved';

export class ByPerson {
  readonly #deeds = new Map<string, Map<number, Record<Deed, number>>>();

  /** Answers that may be taken back: who wrote each, and when. */
  readonly #waiting = new Map<string, readonly [string, number]>();

  add(change: Change, at: number): void {
    if (isFate(change)) this.#settle(change);
    const done = deedIn(change);
    if (done === null) return;
    const [person, deed] = done;
    if (change.type === 'message.added') {
      this.#waiting.set(`${change.ticket} ${change.message.serial}`, [person, at]);
    }
    this.#count(person, deed, at, 1);
  }

  #settle(fate: MailFate): void {
    const key = `${fate.ticket} ${fate.serial}`;
    const answer = this.#waiting.get(key);
    if (answer === undefined || goesAgain(fate)) return;
    this.#waiting.delete(key);
    if (fate.type === 'reply.undone') this.#count(answer[0], 'answers', answer[1], -1);
  }

  #count(person: string, deed: Deed, at: number, by: 1 | -1): void {
    const day = Math.floor(at / DAY_MS);
    const days = this.#deeds.get(person) ?? new Map<number, Record<Deed, number>>();
    const before = days.get(day) ?? NOTHING;
    days.set(day, { ...before, [deed]: before[deed] + by });
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

function deedIn(change: Change): readonly [string, Deed] | null {
  switch (change.type) {
    case 'message.added': {
      const { message } = change;
      if (message.direction !== 'out' || message.automatic || message.copyOf !== undefined) {
        return null;
      }
      return message.by === undefined ? null : [message.by, 'answers'];
    }
    case 'note.added':
      return [change.by, 'notes'];
    case 'ticket.status':
      return change.to === 'resolved' ? [change.by, 'resolved'] : null;
    default:
      return null;
  }
}
