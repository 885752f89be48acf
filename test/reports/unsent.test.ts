/** What `status` counts of mail that has not gone out. */
import { expect, test } from 'vitest';
import type { UnsentMail } from '../../src/journal/outbox.ts';
import { unsentIn } from '../../src/reports/unsent.ts';

const NOW = new Date('2026-11-20T12:00:00Z');
const MAIL: UnsentMail = {
  ...{ id: '1-0', seq: 1, ticket: 'SUPPORT-7102', serial: 3, sender: 'a@x.example' },
  ...{ recipient: 'b@x.example', raw: '', since: '2026-11-18T12:00:00.000Z', isBegun: false },
  ...{ refusals: 0, lastTried: null, lastError: null },
};
const timed = (notBefore: string, more: Partial<UnsentMail> = {}) => ({
  ...{ ...MAIL, notBefore, ...more },
});
const NONE = { count: 0, since: null };

test('an answer of a later time waits for nothing yet', () => {
  expect(unsentIn([timed('2026-11-20T12:00:01.000Z')], NOW)).toEqual({
    ...{ outbox: NONE, later: 1, missed: NONE },
  });
});

test('one whose time has come waits since then, and has missed it until somebody tries', () => {
  const since = '2026-11-20T10:50:00.000Z';
  const one = { count: 1, since };
  expect(unsentIn([timed(since)], NOW)).toEqual({ outbox: one, later: 0, missed: one });
  for (const more of [{ lastTried: '2026-11-20T11:59:00.000Z' }, { isBegun: true }]) {
    expect(unsentIn([timed(since, more)], NOW)).toEqual({ outbox: one, later: 0, missed: NONE });
  }
});

test('the oldest is the one that waits longest, and not the one that was written first', () => {
  const late = timed('2026-11-20T11:55:00.000Z');
  const at = '2026-11-20T11:00:00.000Z';
  expect(unsentIn([late, { ...MAIL, since: at }], NOW).outbox).toEqual({ count: 2, since: at });
});
