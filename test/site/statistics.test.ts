/** Figures of the desk as a part of a page: drawn, said in a sentence, in a table, and no names. */
import { expect, test } from 'vitest';
import { STATISTICS_STYLE, statisticsHtml } from '../../src/site/statistics.ts';
import { figuresOf, NO_FIGURES } from './figures-of.ts';

test('each figure has a sentence, a picture with a name, and the table of its values', () => {
  const { markup } = statisticsHtml(figuresOf(7));
  expect(markup).toMatchSnapshot();
  const figures = markup.split('<figure>').slice(1);
  expect(figures).toHaveLength(5);
  for (const figure of figures) {
    expect(figure).toMatch(
      /^\n<figcaption>[^<]+\.<\/figcaption>\n<svg [^>]+role="img" aria-label="/,
    );
    expect(figure).toMatch(/<table>/);
  }
});

test('nothing in it needs what the policy forbids', () => {
  const { markup } = statisticsHtml(figuresOf(30));
  expect(markup).not.toMatch(/<script|\sstyle=|\son\w+=|<h1|href|url\(/i);
  expect(STATISTICS_STYLE).not.toMatch(/url\(|@import/);
});

test('with nothing to count it says so', () => {
  const { markup } = statisticsHtml(NO_FIGURES);
  expect(markup).toContain('In 14 days 0 tickets came and 0 were resolved.');
  expect(markup).toContain('No ticket is open.');
  expect(markup).toContain('No mail came.');
  expect(markup).not.toMatch(/NaN|undefined|Infinity/);
});

test('of a year it has room for the days, and names a few', () => {
  const { markup } = statisticsHtml(figuresOf(365));
  const [first = ''] = markup.split('</svg>');
  expect(first.match(/text-anchor="middle"/g)?.length).toBeLessThanOrEqual(8);
  expect(markup).not.toMatch(/width="-|height="-|NaN/);
});

test('the name of a queue is no markup', () => {
  const figures = figuresOf(3);
  const byQueue = figures.byQueue.map((one) => ({ ...one, queue: '<script>alert(1)</script>' }));
  expect(statisticsHtml({ ...figures, byQueue }).markup).not.toContain('<script');
});
