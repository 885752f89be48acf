/**
 * Dates as people write them, in three zones, also where the clocks are changed: fixtures/dates.json
 * says what of each phrase is understood, or why it is refused (… is the phrase itself).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readDate, type UnderstoodDate } from '../../src/dates/phrase.ts';
import type { Refusal } from '../../src/ticket/refusal.ts';

interface Group {
  readonly about: string;
  readonly zone: string;
  readonly now: string;
  readonly understood: Readonly<Record<string, string>>;
  readonly refused: Readonly<Record<string, string>>;
}

const FILE = join(import.meta.dirname, '../../fixtures/dates.json');
// The shape of a file of ours.
const groups = JSON.parse(readFileSync(FILE, 'utf8')) as readonly Group[];
const NOW = new Date('2026-11-27T11:20:00Z');
const BERLIN = { now: NOW, zone: 'Europe/Berlin' };

function understood(read: UnderstoodDate | Refusal): UnderstoodDate {
  if ('refused' in read) throw new Error(read.refused);
  return read;
}

test('there are more than 200 phrases, in three zones', () => {
  const isUnknown = ([, why]: readonly [string, string]) => why.includes('is not understood');
  const unknown = groups.flatMap(({ refused }) => Object.entries(refused).filter(isUnknown));
  console.log(`not understood: ${unknown.map(([phrase]) => phrase).join(', ')}`);
  const phrases = groups.flatMap(({ understood, refused }) =>
    Object.keys({ ...understood, ...refused }),
  );
  expect(phrases.length).toBeGreaterThan(200);
  expect(new Set(groups.map(({ zone }) => zone)).size).toBe(3);
});

/** That of the host plays no part. */
describe.each(['America/New_York', 'Australia/Lord_Howe'])('on a host in %s', (host) => {
  const before = process.env['TZ'];

  beforeEach(() => {
    process.env['TZ'] = host;
    expect(new Intl.DateTimeFormat().resolvedOptions().timeZone).toBe(host);
  });

  afterEach(() => {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  });

  test.each(groups)('$zone, $about', ({ zone, now, understood, refused }) => {
    const found: Record<string, string> = {};
    for (const phrase of Object.keys({ ...understood, ...refused })) {
      const read = readDate(phrase, { now: new Date(now), zone });
      found[phrase] =
        'refused' in read
          ? read.refused.replace(JSON.stringify(phrase), '…').replace(/: write one such .*$/, '')
          : read.inFull;
    }
    expect(found).toEqual({ ...understood, ...refused });
  });
});

test('of a day without a time it is the time that is asked for', () => {
  const early = understood(readDate('monday', { ...BERLIN, timeOfDay: '07:30' }));
  expect(early).toMatchObject({ date: '2026-11-30', isTimeGiven: false });
  expect(early.inFull).toBe('Monday, 30 November 2026, 07:30 (Europe/Berlin)');
  const late = understood(readDate('monday 17:00', { ...BERLIN, timeOfDay: '07:30' }));
  expect(late).toMatchObject({ isTimeGiven: true, at: new Date('2026-11-30T16:00:00Z') });
});

test('a field may have a day that is past', () => {
  const read = (phrase: string) => readDate(phrase, { ...BERLIN, mayBePast: true });
  expect(understood(read('1 March 2020')).date).toBe('2020-03-01');
  expect(understood(read('yesterday')).date).toBe('2026-11-26');
  expect(understood(read('7.12.2026')).date).toBe('2026-12-07');
  expect(read('soon')).toHaveProperty('refused');
});

test('how far ahead it may be is asked for', () => {
  expect(readDate('in 3 years', BERLIN)).toHaveProperty('refused');
  expect(understood(readDate('in 3 years', { ...BERLIN, mostYears: 5 })).date).toBe('2029-11-27');
});

test('what is no phrase is refused, whatever it is made of, and soon', () => {
  for (const hostile of [
    '',
    ' '.repeat(10_000),
    'monday '.repeat(10_000),
    '9'.repeat(79),
    '1/'.repeat(40),
    '\u202emonday',
    '\u0000',
    '\u{1F600} monday',
    '[object Object]',
  ]) {
    expect(readDate(hostile, BERLIN), hostile.slice(0, 20)).toHaveProperty('refused');
  }
});
