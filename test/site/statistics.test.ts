/** Figures of the desk as a section of a page: no names, no script. */
import { expect, test } from 'vitest';
import type { Statistics } from '../../src/reports/statistics.ts';
import { statisticsHtml } from '../../src/site/statistics.ts';

const STATISTICS: Statistics = {
  queues: [{ queue: 'SUPPORT', open: 3, day: 1, week: 1, month: 1, older: 0 }],
  answer: { count: 4, median: 15_000, p90: 90_000 },
  resolution: { count: 0, median: null, p90: null },
  days: [{ day: '2026-11-20', created: 5, answered: 4, resolved: 2 }],
};

test('the figures stand in tables with headings', () => {
  const { markup } = statisticsHtml(STATISTICS);
  expect(markup).toContain('SUPPORT');
  expect(markup).toContain('4 h 10 min');
  expect(markup).toContain('2026-11-20');
  expect(markup).not.toMatch(/<script| style=|<h1/);
});
