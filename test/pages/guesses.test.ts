/** What was guessed of a mail: one line in its ticket, the evidence where it is explained. */
import { expect, test } from 'vitest';
import { decisionPage } from '../../src/pages/decision-page.ts';
import { guessLine } from '../../src/pages/guesses.ts';
import { screen } from '../../src/pages/style.ts';
import { EVERY_CHANGE, RECORD } from '../journal/every-change.ts';

test('a kind of guess is said once, however many there are', () => {
  const charset = { check: 'charset', evidence: 'koi8-r, read as UTF-8' } as const;
  expect(guessLine([charset, { ...charset, evidence: 'x' }, { ...charset, check: 'type' }])).toBe(
    'guessed: the charset of some words, the type of a part',
  );
  expect(guessLine([])).toBe('');
  expect(guessLine(undefined)).toBe('');
});

test('explain has the evidence', () => {
  const { delivery } = RECORD;
  if (delivery === undefined) throw new Error('the record has no delivery');
  const { decision } = delivery;
  const bare = screen(false, undefined, {});
  const page = decisionPage({ title: 'x', decision, changes: EVERY_CHANGE }, bare);
  expect(page).toContain('the charset of some words: no charset, read as windows-1252');
});
