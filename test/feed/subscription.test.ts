/** How far a subscriber is, and what it is sent. */

import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { endOfCommit } from '../../src/feed/cursor.ts';
import { behind, delivered, failed, restOf } from '../../src/feed/subscription.ts';
import { signature } from '../../src/feed/webhook.ts';

const NOW = new Date('2026-01-02T08:00:00.000Z');
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);

test('each attempt that fails rests longer than the one before, up to an hour', () => {
  let known = delivered('aa.1.0');
  const rests: number[] = [];
  for (let n = 0; n < 8; n += 1) {
    known = failed(known, 'exit 1', NOW);
    rests.push(restOf(known, NOW) / 1000);
  }
  expect(rests).toEqual([5, 20, 80, 320, 1280, 3600, 3600, 3600]);
  expect(known).toMatchObject({
    cursor: 'aa.1.0',
    failing: { attempts: 8, since: NOW.toISOString() },
  });
  expect(restOf(known, later(3601))).toBe(0);
  expect(delivered('aa.1.1').failing).toBeNull();
});

test('one that failed while the clock was ahead is tried at once', () => {
  const known = failed(delivered('aa.1.0'), 'exit 1', later(365 * 86_400));
  expect(restOf(known, NOW)).toBe(0);
  expect(restOf(failed(known, 'exit 1', NOW), NOW)).toBe(20_000);
});

test('what its end has said is one short line', () => {
  const { failing } = failed(delivered('aa.1.0'), `a\n\tb${'x'.repeat(1000)}`, NOW);
  expect(failing?.error).toMatch(/^a bx+$/);
  expect(failing?.error.length).toBe(200);
});

test('behind: commits that it does not know the whole of, and what a restore has to say', () => {
  const epochs = [
    { name: 'aa', first: 1 },
    { name: 'bb', first: 10 },
  ];
  const end = (seq: number) => delivered(endOfCommit({ seq, hash: 'd41c86e0' }, epochs));
  expect(behind(end(12), epochs, 12)).toBe(0);
  expect(behind(end(11), epochs, 12)).toBe(1);
  expect(behind(delivered('bb.12.0'), epochs, 12)).toBe(1);
  expect(behind(delivered('bb.11.0'), epochs, 12)).toBe(2);
  expect(behind(delivered('aa.40.0'), epochs, 12)).toBe(1);
  expect(behind(delivered('garbled'), epochs, 12)).toBe(12);
});

test('a webhook is signed so that the library of Standard Webhooks verifies it', () => {
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const body = '{"x":"\u00e9"}';
  const now = new Date();
  const headers = signature('aa.1.0', body, secret, now);
  expect(new Webhook(secret).verify(body, { ...headers })).toEqual({ x: '\u00e9' });
  expect(() => new Webhook(secret).verify(`${body} `, { ...headers })).toThrow();
});
