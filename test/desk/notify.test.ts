import { expect, test } from 'vitest';
import { isTimeToNotify, type Notifiable, notify } from '../../src/desk/notices.ts';
import { noticeMail } from '../../src/letters/notice-text.ts';
import type { Notice } from '../../src/ticket/notice.ts';

const BOB: Notifiable = { name: 'bob', addresses: ['bob@x.example', 'b@y.example'], notify: 'all' };
const HELD: Notice = {
  queue: 'SUPPORT',
  ticket: 'SUPPORT-7102',
  about: { type: 'held', id: 17, check: 'stranger' },
};
const told = (staff: readonly Notifiable[], pending: readonly Notice[] = [HELD]) =>
  notify({ pending, more: {} }, staff).map(({ to, notices }) => `${to.address} ${notices.length}`);

test('whoever works in the queue and wants it is told, at the first address', () => {
  expect(told([BOB, { ...BOB, name: 'amy', addresses: ['amy@x.example'] }])).toEqual([
    'bob@x.example 1',
    'amy@x.example 1',
  ]);
  expect(
    told([
      { ...BOB, notify: 'none' },
      { ...BOB, notify: 'assigned' },
    ]),
  ).toEqual([]);
  expect(told([{ ...BOB, queues: ['SALES'] }])).toEqual([]);
  expect(told([{ ...BOB, queues: ['SALES'] }], [HELD, { ...HELD, queue: 'SALES' }])).toEqual([
    'bob@x.example 1',
  ]);
});

test('after one mail there is quiet for a quarter of an hour', () => {
  const now = new Date('2026-11-20T12:00:00Z');
  const pending = [HELD];
  expect(isTimeToNotify({ last: null, pending }, now)).toBe(true);
  expect(isTimeToNotify({ last: '2026-11-20T11:50:00Z', pending }, now)).toBe(false);
  expect(isTimeToNotify({ last: '2026-11-20T11:45:00Z', pending }, now)).toBe(true);
  expect(isTimeToNotify({ last: null, pending: [] }, now)).toBe(false);
});

test('one thing is told by itself, a flood as a digest', () => {
  const one = noticeMail([HELD], 0);
  expect(one).toMatchObject({ subject: 'A mail to SUPPORT-7102 is held', ticket: 'SUPPORT-7102' });
  expect(one.text).toContain('mailrobot held show 17');
  const many = noticeMail([HELD, { ...HELD, ticket: 'SUPPORT-7103' }], 40);
  expect(many).toMatchObject({ subject: '42 things wait for you', ticket: null });
  expect(many.text).toContain('and 40 more');
});

test('of a flood in one queue nothing is lost for another', () => {
  const pending = [HELD, { ...HELD, queue: 'SALES' }];
  const [mail] = notify({ pending, more: { SALES: 900 } }, [{ ...BOB, queues: ['SUPPORT'] }]);
  expect(mail).toMatchObject({ notices: [HELD], more: 0 });
  expect(notify({ pending, more: { SALES: 900 } }, [BOB])).toMatchObject([{ more: 900 }]);
});
