/** How often a password may be guessed, with a clock that the test owns. */
import { expect, test } from 'vitest';
import {
  Guesses,
  MAX_ADDRESSES,
  MAX_FAILURES,
  networkOf,
  WINDOW_MS,
} from '../../src/doors/guesses.ts';

const HERE = '192.0.2.7';

function after(failures: number, address = HERE, at = 0): Guesses {
  const guesses = new Guesses();
  for (let n = 0; n < failures; n += 1) guesses.add(address, at);
  return guesses;
}

test('so many from one address, and it is let in no more until the time is over', () => {
  expect(after(MAX_FAILURES - 1).areTooMany(HERE, 0)).toBe(false);
  const guesses = after(MAX_FAILURES);
  expect(guesses.areTooMany(HERE, 0)).toBe(true);
  expect(guesses.areTooMany(HERE, WINDOW_MS - 1)).toBe(true);
  expect(guesses.areTooMany(HERE, WINDOW_MS)).toBe(false);
});

test('of another address it says nothing', () => {
  expect(after(MAX_FAILURES).areTooMany('192.0.2.8', 0)).toBe(false);
});

test('whoever goes on slowly is never above it for long: the oldest is forgotten first', () => {
  const guesses = new Guesses();
  const pause = WINDOW_MS / MAX_FAILURES;
  let allowed = 0;
  for (let at = 0; at < 100 * WINDOW_MS; at += pause / 4) {
    if (guesses.areTooMany(HERE, at)) continue;
    guesses.add(HERE, at);
    allowed += 1;
  }
  expect(allowed).toBeLessThanOrEqual(101 * MAX_FAILURES);
});

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:DB8:1:2::ffff', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['local', 'local'],
])('%s is one of %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

test('what is kept has a bound, and whoever fails now is not what is forgotten', () => {
  const guesses = after(MAX_FAILURES);
  for (let n = 0; n < 2 * MAX_ADDRESSES; n += 1) {
    guesses.add(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`, n / 1000);
    if (n === MAX_ADDRESSES / 2) guesses.add(HERE, n / 1000);
    if (n === MAX_ADDRESSES) expect(guesses.areTooMany(HERE, n / 1000)).toBe(true);
  }
  expect(guesses.size).toBe(MAX_ADDRESSES);
});
