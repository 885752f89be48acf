/** The figures at a terminal: bars of plain signs, within 80 columns. */
import { expect, test } from 'vitest';
import { PLAIN_SCREEN } from '../../src/desk/control-lists.ts';
import { statisticsPage } from '../../src/reports/statistics-page.ts';
import { figuresOf, NO_FIGURES } from '../site/figures-of.ts';

const PEOPLE = [
  { person: 'ann', answers: 0, notes: 0, resolved: 0, ratings: { count: 0, mean: null } },
  { person: 'bob', answers: 12, notes: 3, resolved: 9, ratings: { count: 3, mean: 4.33 } },
];

test('every number that counts most has a bar, the longest for the largest', () => {
  const page = statisticsPage(figuresOf(7), PLAIN_SCREEN, PEOPLE);
  expect(page).toMatchSnapshot();
  expect(Math.max(...page.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
});

test('people are named if they are asked for', () => {
  expect(statisticsPage(figuresOf(7), PLAIN_SCREEN)).not.toMatch(/PERSON|bob/);
});

test('how it went is told if somebody has said so, by queue, and by person if that is asked for', () => {
  const ratings = {
    ...{ count: 4, mean: 3.5 },
    byQueue: [
      { queue: 'BILLING', count: 1, mean: 1 },
      { queue: 'SUPPORT', count: 3, mean: 4.33 },
    ],
  };
  const page = statisticsPage({ ...figuresOf(7), ratings }, PLAIN_SCREEN, PEOPLE);
  expect(page).toMatch(/^BILLING +1 +1\.00$/m);
  expect(page).toMatch(/^SUPPORT +3 +4\.33$/m);
  expect(page).toMatch(/^all +4 +3\.50$/m);
  expect(page).toMatch(/^bob +3 +4\.33$/m);
  expect(page).toMatch(/^ann +0 +-$/m);
  expect(statisticsPage(figuresOf(7), PLAIN_SCREEN, PEOPLE)).not.toMatch(/RATED/);
});

test('with nothing to count there are no bars', () => {
  const page = statisticsPage(NO_FIGURES, PLAIN_SCREEN);
  expect(page).not.toMatch(/#|NaN|undefined/);
  expect(page).toContain('No mail came.');
});

test('working time stands below the time as it is, if a queue has hours', () => {
  const spread = { count: 2, median: 3600, p90: 7200 };
  const working = { answer: spread, resolution: { ...spread, count: 1 } };
  const page = statisticsPage({ ...figuresOf(7), working }, PLAIN_SCREEN);
  expect(page).toMatch(/^first answer, working time +2 +1 h 0 min +2 h 0 min$/m);
  expect(page).toMatch(/^resolution, working time +1 +1 h 0 min +2 h 0 min$/m);
  expect(Math.max(...page.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
});
