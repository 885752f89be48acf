/** What a claim file says, and that nothing which sendmail writes into it says anything else. */
import { expect, test } from 'vitest';
import { lostLine, standing, sumIn } from '../../../src/stores/files/hand-over.ts';

const MARK = '0123456789abcdef';
const begun = `begun ${MARK}\n`;
const end = (status: number | string) => `\n${MARK} ${status}\n`;

test.each<readonly [string, string, object | null]>([
  ['an empty file: it has not begun', '', null],
  ['begun and no more', begun, { end: 'begun', mark: MARK }],
  ['taken', begun + end(0), { end: 'taken' }],
  ['taken, with a word', `${begun}warning: x${end(0)}`, { end: 'taken' }],
  [
    'refused',
    `${begun}no such user\n${end(67)}`,
    { end: 'refused', error: 'sendmail: exit 67 no such user' },
  ],
  ['not now', begun + end(75), { end: 'failed', error: 'sendmail: exit 75' }],
  ['killed', begun + end(137), { end: 'failed', error: 'sendmail: exit 137' }],
  ['no such program', begun + end(127), { end: 'failed', error: 'sendmail: ENOENT' }],
  ['lost', begun + lostLine(MARK), { end: 'unknown' }],
  ['lost, and nothing else is left of it', lostLine(null), { end: 'unknown' }],
  ['octets that a power cut left, lost', `\0\0${lostLine(null)}`, { end: 'unknown' }],
  ['octets that a power cut left', '\0\0\0', { end: 'begun', mark: null }],
  ['an end that was cut short', `${begun}\n${MARK} 7`, { end: 'begun', mark: MARK }],
  ['what a child of sendmail adds after the end', `${begun}${end(0)}later\n`, { end: 'taken' }],
  [
    'sendmail speaks of an end',
    `${begun}\n0 0\n\nfedcba9876543210 0\n${end(75)}`,
    expect.objectContaining({ end: 'failed' }),
  ],
  ['and of being lost', `${begun}\n0 lost\n${lostLine(null)}`, { end: 'begun', mark: MARK }],
  ['and of having begun', `${begun}begun 0\n\n0 0\n`, { end: 'begun', mark: MARK }],
])('%s', (_, text, wanted) => {
  expect(standing(text)).toEqual(wanted);
});

test('what sendmail is given is said where it begins, and changes nothing about how it ends', () => {
  const sum = { size: 17, sha256: '0f'.repeat(32) };
  const said = `begun ${MARK} ${sum.size} ${sum.sha256}\n`;
  expect(standing(said)).toEqual({ end: 'begun', mark: MARK });
  expect(standing(said + end(0))).toEqual({ end: 'taken' });
  expect(standing(said + lostLine(MARK))).toEqual({ end: 'unknown' });
  expect(sumIn(said + end(0))).toEqual(sum);
});

test.each([
  ['an empty file', ''],
  ['an older program', begun + end(0)],
  ['a line that was cut short', `begun ${MARK} 17 0f0f`],
  ['what sendmail says', `${begun}begun ${MARK} 17 ${'0f'.repeat(32)}\n`],
])('nothing is known of what it was given from %s', (_, text) => {
  expect(sumIn(text)).toBeNull();
});

test('of a long word the beginning is kept', () => {
  const stands = standing(`${begun}${'x'.repeat(10_000)}${end(75)}`);
  expect(stands).toMatchObject({ end: 'failed', error: `sendmail: exit 75 ${'x'.repeat(500)}` });
});
