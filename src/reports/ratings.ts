/**
 * How those who were asked say that it went, of the days of a period (UTC): how many, and the mean
 * from 1 to 5; in all, by the queue where the ticket was then, and by the person it is about.
 */
import { DAY_MS } from '../ticket/age.ts';
import type { Change } from '../ticket/change.ts';

export interface RatingFigures {
  readonly count: number;
  /** To two decimals; null if there is none. */
  readonly mean: number | null;
}

export interface RatingsOfQueue extends RatingFigures {
  readonly queue: string;
}

interface Rated {
  readonly day: number;
  readonly queue: string;
  readonly person: string | null;
  readonly score: number;
}

export class Ratings {
  readonly #all: Rated[] = [];

  /** `queue`: of its ticket. */
  add(change: Change, at: number, queue: string | null): void {
    if (change.type !== 'ticket.rated' || queue === null) return;
    const { score, person = null } = change;
    this.#all.push({ day: Math.floor(at / DAY_MS), queue, person, score });
  }

  all(first: number, days: number): RatingFigures {
    return figuresOf(this.#in(first, days));
  }

  byQueue(first: number, days: number): readonly RatingsOfQueue[] {
    const rated = this.#in(first, days);
    return [...new Set(rated.map(({ queue }) => queue))].toSorted().map((queue) => ({
      queue,
      ...figuresOf(rated.filter((one) => one.queue === queue)),
    }));
  }

  of(person: string, first: number, days: number): RatingFigures {
    return figuresOf(this.#in(first, days).filter((one) => one.person === person));
  }

  #in(first: number, days: number): readonly Rated[] {
    return this.#all.filter(({ day }) => day >= first && day < first + days);
  }
}

function figuresOf(rated: readonly Rated[]): RatingFigures {
  const count = rated.length;
  const sum = rated.reduce((before, { score }) => before + score, 0);
  return { count, mean: count === 0 ? null : Math.round((100 * sum) / count) / 100 };
}
