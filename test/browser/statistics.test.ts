/** The page of figures as people see it: narrow and wide, light and dark, printed and by ear. */
import { describe, expect, test } from 'vitest';
import { documentOf } from '../../src/site/document.ts';
import { html } from '../../src/site/markup.ts';
import { STATISTICS_STYLE, statisticsHtml } from '../../src/site/statistics.ts';
import { browserMissing, openBrowser, siteOf } from '../kit/browser.ts';
import { problemsOf } from '../kit/looked-at.ts';
import { inTerminal, w3mMissing } from '../kit/w3m.ts';
import { figuresOf, NO_FIGURES } from '../site/figures-of.ts';

const pageOf = (figures: Parameters<typeof statisticsHtml>[0]) =>
  documentOf({
    ...{ title: 'Statistics', up: '', links: [], path: 'index.html', footer: 'As of now' },
    ...{ main: html`<h1>Statistics</h1>${statisticsHtml(figures)}`, style: STATISTICS_STYLE },
  });

describe.skipIf(browserMissing !== null)('the page of figures in Chromium', () => {
  const browser = openBrowser();

  test.each([
    ['two weeks', figuresOf(14)],
    ['no mail', NO_FIGURES],
  ])('%s', { timeout: 120_000 }, async (name, figures) => {
    const site = siteOf(pageOf(figures));
    const found = await problemsOf(`statistics-${name}`, site, 'page', await browser());
    expect(found).toEqual([]);
  });
});

test.skipIf(w3mMissing !== null)('a terminal shows the sentences and the tables', () => {
  const text = inTerminal(pageOf(figuresOf(14)));
  expect(text).toContain('Of 23 open tickets, 6 are 30 days old or more.');
  expect(text).toMatch(/SUPPORT +18 +3 +5 +4 +6/);
});
