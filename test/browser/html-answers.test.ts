/** Answers with HTML as the customer sees them: what goes out is fixtures/html-answers/NAME.out. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lettersOf } from '../../src/html/cut.ts';
import { browserMissing, openBrowser, siteOf } from '../kit/browser.ts';
import { problemsOf } from '../kit/looked-at.ts';
import { sentParts } from '../kit/sent-parts.ts';
import { inTerminal, w3mMissing } from '../kit/w3m.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'fixtures', 'html-answers');
const SENT = readdirSync(FOLDER).filter((file) => file.endsWith('.out'));
const partsOf = (file: string) => sentParts(readFileSync(join(FOLDER, file), 'utf8'));

describe.skipIf(browserMissing !== null)('in Chromium', () => {
  const browser = openBrowser();

  test.each(SENT)('%s is well at every width, light and dark', async (file) => {
    const { html } = partsOf(file);
    expect(await problemsOf(file, siteOf(html), 'mail', await browser())).toEqual([]);
  });
});

/** Bullets, numbers and targets are written as each program writes them. */
const WORDS_ALONE = /\[https?:[^\]]*\]|^\s*(?:\d+\.|[*+o•□-])\s/gm;

test.skipIf(w3mMissing !== null).each(SENT)('%s says in a terminal what its text says', (file) => {
  const { text, html } = partsOf(file);
  const seen = inTerminal(html).replace(WORDS_ALONE, '');
  expect(lettersOf(seen)).toBe(lettersOf(text.replace(WORDS_ALONE, '')));
});
