/** What an acknowledgement says outside of the hours of its queue, with a clock that the test owns. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AcknowledgementDraft } from '../../src/letters/draft.ts';
import { automaticText } from '../../src/letters/text.ts';
import { calendar } from '../kit/calendar.ts';
import { configOf, SUPPORT } from '../kit/config.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hours-letters-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const OFFICE = { open: ['mon-fri 9:00-17:00'], timeZone: 'Europe/Berlin', tellCustomers: true };
const SATURDAY = '2026-11-28T12:00:00Z';

interface Asked {
  readonly hours?: object;
  readonly language?: string | null;
  readonly queueLanguage?: string;
  readonly text?: string;
}

async function said(
  now: string,
  { hours = OFFICE, language = 'en', queueLanguage = 'en', text }: Asked = {},
) {
  const queue = { ...SUPPORT, language: queueLanguage, signature: 'Ferrier Ltd', hours };
  const config = configOf({ queues: [queue] }, join(dir, 'config.json'));
  const draft: AcknowledgementDraft = {
    ...{ kind: 'acknowledgement', ticket: 'SUPPORT-7102', name: 'SUPPORT-7102', queue: 'SUPPORT' },
    ...{ serial: 2, to: { name: 'Nic', address: 'nic@ferrier.example' }, subject: 'x', language },
    ...{ inReplyTo: null, references: [] },
    ...(text !== undefined && { text }),
  };
  return automaticText(draft, config, new Date(now));
}

function put(name: string, text: string): void {
  mkdirSync(join(dir, 'templates'), { recursive: true });
  writeFileSync(join(dir, 'templates', name), text);
}

test('outside of its hours it says when its people are back, above its own words', async () => {
  const { text } = await said(SATURDAY);
  expect(text).toMatch(
    /^You have written to us outside of our hours\.\nWe will be back on Monday, 30 November 2026, 09:00 \(Europe\/Berlin\)\.\n\nThank you for your mail\. /,
  );
  expect(text.match(/-- \nFerrier Ltd/g)).toHaveLength(1);
});

test('within them it says nothing of them, and nothing if the queue does not want it', async () => {
  const plain = await said('2026-11-27T12:00:00Z');
  expect(plain.text).toMatch(/^Thank you for your mail\. /);
  const { tellCustomers: _, ...silent } = OFFICE;
  expect((await said(SATURDAY, { hours: silent })).text).toBe(plain.text);
  expect((await said(SATURDAY, { hours: { ...OFFICE, open: ['wrong'] } })).text).toBe(plain.text);
});

test('it is in the language of the customer, and so is the day', async () => {
  const german = (await said(SATURDAY, { language: 'de' })).text;
  expect(german).toMatch(
    /^Ihre Nachricht erreicht uns außerhalb unserer Servicezeiten\.\nWir sind wieder für Sie da: Montag, 30\. November 2026, 09:00 \(Europe\/Berlin\)\.\n\nVielen Dank/,
  );
  // Where nobody knows theirs, or there is no text in it, that of the queue.
  for (const language of [null, 'fr']) {
    expect((await said(SATURDAY, { language, queueLanguage: 'de' })).text).toBe(german);
  }
});

test.each([
  // The clocks go back in New York that Sunday, and forward in Sydney.
  [
    'America/New_York',
    '2026-10-31T12:00:00Z',
    /Monday, 2 November 2026, 09:00 \(America\/New_York\)/,
  ],
  [
    'Australia/Sydney',
    '2026-10-03T12:00:00Z',
    /Monday, 5 October 2026, 09:00 \(Australia\/Sydney\)/,
  ],
  // It is Monday there already.
  [
    'Pacific/Auckland',
    '2026-11-29T19:59:59Z',
    /Monday, 30 November 2026, 09:00 \(Pacific\/Auckland\)/,
  ],
])('in %s the day and the time are those there', async (timeZone, now, back) => {
  expect((await said(now, { hours: { ...OFFICE, timeZone } })).text).toMatch(back);
});

test('a holiday is no day on which they are back', async () => {
  const christmas = [
    'DTSTART;VALUE=DATE:20251224',
    'DTEND;VALUE=DATE:20251227',
    'RRULE:FREQ=YEARLY',
  ];
  writeFileSync(join(dir, 'holidays.ics'), calendar(christmas));
  const hours = { ...OFFICE, holidays: 'holidays.ics' };
  // From Wednesday evening until the Monday after.
  expect((await said('2026-12-23T16:00:00Z', { hours })).text).toMatch(/28 December 2026, 09:00/);
});

test('who is not back within a year names no day', async () => {
  const forGood = ['DTSTART;VALUE=DATE:20251224', 'DTEND;VALUE=DATE:20401227'];
  writeFileSync(join(dir, 'holidays.ics'), calendar(forGood));
  const { text } = await said(SATURDAY, { hours: { ...OFFICE, holidays: 'holidays.ics' } });
  expect(text).toMatch(/^You have written to us outside of our hours\.\n\nThank you/);
});

test('a text of the desk’s own takes its place, and stands above that of a rule', async () => {
  put('outside-hours.fr.txt', 'Nous revenons {{back}}, {{name}}.\n');
  put('answer-vpn.txt', 'About {{ticket}}\n');
  const { text, changes } = await said(SATURDAY, { language: 'fr', text: 'vpn' });
  expect(text).toMatch(
    /^Nous revenons lundi 30 novembre 2026, 09:00 \(Europe\/Berlin\), Nic\.\n\nAbout SUPPORT-7102\n/,
  );
  expect(changes).toEqual([]);
});

test('one that cannot be used stops no mail: the built-in text goes out, and the staff are told', async () => {
  put('outside-hours.txt', '{{#back}}');
  const { text, changes } = await said(SATURDAY);
  expect(text).toMatch(/^You have written to us outside of our hours\./);
  expect(changes).toMatchObject([{ type: 'template.failed', file: 'outside-hours.txt' }]);
});
