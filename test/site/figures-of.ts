/** Figures of a desk that is busy on Monday mornings; the same each time. */
import { Courses } from '../../src/reports/courses.ts';
import type { Statistics } from '../../src/reports/statistics.ts';

const NOW = new Date('2026-11-27T12:00:00Z');

export const NO_FIGURES: Statistics = new Courses().statistics(NOW, 14);

export function figuresOf(days: number): Statistics {
  const { queues: _, days: none, ...rest } = new Courses().statistics(NOW, days);
  return {
    ...rest,
    queues: [
      { queue: 'BILLING', open: 5, day: 2, week: 2, month: 1, older: 0, snoozed: 0 },
      { queue: 'SUPPORT', open: 18, day: 3, week: 5, month: 4, older: 6, snoozed: 0 },
    ],
    answer: { count: 40, median: 12_000, p90: 190_000 },
    resolution: { count: 30, median: 90_000, p90: 400_000 },
    answeredWithin: { hour: 9, fourHours: 14, day: 10, threeDays: 5, later: 2, waiting: 7 },
    days: none.map((day, n) => ({
      ...{ ...day, created: (n * 5) % 7, answered: (n * 3) % 6, resolved: (n * 4) % 6 },
    })),
    byQueue: [
      {
        ...{ queue: 'BILLING', created: 12, answered: 10, resolved: 9 },
        answer: { count: 10, median: 4000, p90: 20_000 },
      },
      {
        ...{ queue: 'SUPPORT', created: 35, answered: 30, resolved: 28 },
        answer: { count: 30, median: 15_000, p90: 200_000 },
      },
    ],
    mailsByHour: rest.mailsByHour
      .map((hours, day) =>
        hours.map((__, hour) =>
          hour < 7 || hour > 19 || day > 4 ? 0 : (MAILS[(day + hour) % 5] ?? 0),
        ),
      )
      .map((hours, day) => (day === 0 ? hours.with(9, 14).with(10, 11) : hours)),
  };
}

const MAILS = [2, 5, 3, 1, 4];
