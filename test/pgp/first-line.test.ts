/** The first line of what is signed: for which robot, of which desk, on which day. */
import { expect, test } from 'vitest';
import { whyNotFor } from '../../src/pgp/first-line.ts';

const FOR = { robot: 'deploy', domain: 'support-ticket.example' };
const why = (line: string, now = '2026-11-20T10:00:00Z') =>
  whyNotFor(line, { ...FOR, now: new Date(now) });
const on = (day: string) => `mailrobot: deploy@support-ticket.example ${day}`;

test.each([...['2026-11-20', '2026-11-16', '2026-11-24']])(
  'it is good on %s, four days before and behind',
  (day) => {
    expect(why(on(day))).toBeNull();
    expect(why(on(day), '2026-11-20T23:59:59Z')).toBeNull();
    expect(why(on(day), '2026-11-20T00:00:00Z')).toBeNull();
  },
);

test.each(['2026-11-15', '2026-11-25', '2025-11-20', '9999-12-31', '0000-01-01'])(
  'and not for %s',
  (day) => {
    expect(why(on(day))).toMatch(/more than 4 days away/);
  },
);

test.each(['2026-11-31', '2026-13-01', '2026-1-20', '20261120', '', 'today', '+002026-11-20'])(
  'no day is %j',
  (day) => {
    expect(why(on(day))).toMatch(/names no day/);
  },
);

test.each([
  'mailrobot: other@support-ticket.example 2026-11-20',
  'mailrobot: deploy@other.example 2026-11-20',
  'mailrobot: deploy@support-ticket.example.evil.example 2026-11-20',
  'mailrobot: xdeploy@support-ticket.example 2026-11-20',
])('it is not for this robot: %s', (line) => {
  expect(why(line)).toMatch(/is not for deploy@support-ticket.example/);
});

test.each([
  ...['', 'deploy', 'mailrobot deploy@support-ticket.example 2026-11-20'],
  ...[`> ${on('2026-11-20')}`, `${on('2026-11-20')} delete`, on('2026-11-20').toUpperCase()],
  on('2026-11-20').replace(' ', '\u00a0'),
])('no such line is %j, and it is said what one is', (line) => {
  expect(why(line)).toMatch(/"mailrobot: deploy@support-ticket.example 2026-11-20"|names no day/);
});

test('capitals of the address mean the same', () => {
  expect(why('mailrobot: Deploy@Support-Ticket.Example 2026-11-20')).toBeNull();
});
