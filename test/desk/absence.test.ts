/** An automatic reply of one of the staff: what they were told alone is told to the others. */
import { beforeEach, expect, test } from 'vitest';
import { BOB, DOMAIN, KIM, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import type { Letter } from '../kit/letter.ts';

const SUE = `sue@${DOMAIN}`;
const JOE = `joe@${DOMAIN}`;
const STAFF = [
  { name: 'bob', addresses: [BOB], sasl: ['bob'] },
  { name: 'kim', addresses: [KIM], notify: 'assigned' },
  { name: 'sue', addresses: [SUE], notify: 'none' },
  { name: 'joe', addresses: [JOE], queues: ['BILLING'] },
];
const localPart = (address: string) => address.split('@')[0] ?? '';
const AUTOMATIC = 'Auto-Submitted: auto-replied\n';

let desk: Desk;
let told: Letter;
beforeEach(async () => {
  desk = new Desk({
    staff: STAFF,
    queues: [
      { prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102 },
      { prefix: 'BILLING', address: 'billing', name: 'Billing' },
    ],
  });
  await desk.deliver({ text: 'My password is refused.' });
  told = desk.lastTo(BOB);
});

const AWAY = { from: BOB, subject: 'Automatic reply: back on Monday', text: 'I am away.' };

test.each([
  ['that names the notification', { to: 'support-7102', more: AUTOMATIC }],
  ['to the reply address', { answers: null, more: AUTOMATIC }],
  ['without a mark but its subject', { answers: null }],
])('an automatic reply %s has the others of the queue told', async (_, how) => {
  const to = localPart(told.replyTo);
  await desk.deliver({ ...AWAY, to, answers: told.id, ...how });
  expect(desk.to(KIM)).toHaveLength(1);
  const { text, replyTo } = desk.lastTo(KIM);
  expect(text).toMatch(
    /^bob may be away: this answer came by itself, "Automatic reply: back on Monday"\.\n\nNic Ferrier <nic@ferrier.example> \(unverified\):\n/,
  );
  expect(text).toContain('My password is refused.');
  // They can answer in bob's place.
  await desk.deliver({ from: KIM, to: localPart(replyTo), text: 'Try again.' });
  expect(desk.lastTo(NIC).text).toBe('Try again.\n');
  expect(desk.to(SUE)).toEqual([]);
  expect(desk.to(JOE)).toEqual([]);
});

test('that is told once for each mail of the customer', async () => {
  const again = { ...AWAY, to: 'support-7102', answers: told.id, more: AUTOMATIC };
  await desk.deliver(again);
  await desk.deliver(again);
  expect(desk.to(KIM)).toHaveLength(1);
  await desk.deliver({ to: 'support-7102', text: 'Hello?' });
  await desk.deliver({ ...again, answers: desk.lastTo(BOB).id });
  expect(desk.to(KIM)).toHaveLength(2);
  expect(desk.lastTo(KIM).text).toContain('Hello?');
});

test.each([
  ['of somebody else', { from: NIC }],
  ['that anybody could have written', { to: 'support-7102', answers: null }],
  ['that is a receipt', { subject: "Read: [SUPPORT-7102] I can't login!", more: '' }],
  ['of a list', { more: `${AUTOMATIC}List-Id: <staff.home.example>\n` }],
])('nothing is told of an automatic mail %s', async (_, how) => {
  const to = localPart(told.replyTo);
  await desk.deliver({ ...AWAY, to, answers: told.id, more: AUTOMATIC, ...how });
  expect(desk.to(KIM)).toEqual([]);
});

test('nor if others were told as well', async () => {
  await desk.order(7102, 'watch', 'kim');
  await desk.deliver({ to: 'support-7102', text: 'Hello?' });
  const before = desk.to(KIM).length;
  const answers = desk.lastTo(BOB).id;
  await desk.deliver({ ...AWAY, to: 'support-7102', answers, more: AUTOMATIC });
  expect(desk.to(KIM)).toHaveLength(before);
});
