/** A mail about a ticket that came to another queue: for that one alone, or for both. */
import { beforeEach, describe, expect, test } from 'vitest';
import { ANN, BOB, EVE, KIM, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import type { Mail } from '../kit/mail.ts';

const INVOICES = 'invoices@support-ticket.example';
const TICKET = 'support-7102@support-ticket.example';
/** bob works for the one queue, kim for the other, ann for both and wants no mail. */
const TWO = {
  queues: [
    { prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102 },
    { prefix: 'BILLING', address: 'invoices', name: 'Billing', first: 1 },
  ],
  staff: [
    { name: 'bob', addresses: [BOB], sasl: ['bob'], queues: ['SUPPORT'] },
    { name: 'kim', addresses: [KIM], queues: ['BILLING'] },
    { name: 'ann', addresses: [ANN], notify: 'none' },
  ],
};

let desk: Desk;
/** Message-ID of the answer that the requester got. */
let answer: string | null;

beforeEach(async () => {
  desk = new Desk(TWO);
  await desk.deliver({});
  await desk.answer(7102, 'Ask billing.');
  await desk.order(7102, 'status pending');
  answer = desk.lastTo(NIC).id;
});

function toldOf(letters: readonly { readonly to: string }[]): readonly string[] {
  return letters.flatMap(({ to }) => (to === NIC ? [] : to)).toSorted();
}

describe('an answer whose To names the other queue alone', () => {
  test('opens a linked ticket there, which its people are told of', async () => {
    const { letters } = await desk.deliver({ to: INVOICES, answers: answer });
    const made = desk.ticket('BILLING-1');
    expect(made).toMatchObject({ status: 'new', queue: 'BILLING', linked: ['SUPPORT-7102'] });
    expect(made.requester?.address).toBe(NIC);
    expect(toldOf(letters)).toEqual([KIM]);
    expect(desk.lastTo(KIM).text).toContain('[linked with SUPPORT-7102]');
    expect(desk.lastTo(NIC).field('From')).toContain('BILLING-1@');
  });

  test('takes the old one out of waiting: nobody is silent there', async () => {
    await desk.deliver({ to: INVOICES, answers: answer });
    expect(desk.ticket(7102)).toMatchObject({ status: 'open', linked: ['BILLING-1'] });
    expect(desk.ticket(7102).messages).toHaveLength(3);
  });

  test('goes on there the next time, whichever ticket it names', async () => {
    await desk.deliver({ to: INVOICES, answers: answer });
    await desk.deliver({ to: INVOICES, answers: answer, text: 'One thing more.' });
    await desk.deliver({ to: INVOICES, answers: desk.lastTo(NIC).id, text: 'And another.' });
    expect(desk.tickets()).toHaveLength(2);
    expect(desk.ticket('BILLING-1').messages.map((one) => one.direction)).toEqual([
      ...['in', 'out', 'in', 'in'],
    ]);
  });

  test('and whose Cc names the ticket, is on the ticket as well', async () => {
    const mail: Mail = {
      id: '<b@x.example>',
      to: INVOICES,
      answers: answer,
      more: `Cc: ${TICKET}\n`,
    };
    for (const first of [INVOICES, TICKET]) {
      const own = new Desk(TWO);
      desk = own;
      await own.deliver({});
      await own.answer(7102, 'Ask billing.');
      const answers = own.lastTo(NIC).id;
      const second = first === TICKET ? INVOICES : TICKET;
      const told = [
        await own.deliver({ ...mail, answers, rcpt: first, queueId: 'Q1' }),
        await own.deliver({ ...mail, answers, rcpt: second, queueId: 'Q1' }),
      ].flatMap(({ letters }) => toldOf(letters));
      expect(told.toSorted()).toEqual([BOB, KIM]);
      expect(own.ticket(7102).messages).toHaveLength(4);
      expect(own.ticket('BILLING-1')).toMatchObject({ linked: ['SUPPORT-7102'] });
    }
  });
});

describe('an answer that names the other queue beside the ticket', () => {
  test.each<readonly [string, Mail]>([
    ['in Cc', { to: TICKET, more: `Cc: ${INVOICES}\n` }],
    ['in To', { to: `${TICKET}, ${INVOICES}` }],
    ['in To, beside the queue of the ticket', { to: `new@support-ticket.example, ${INVOICES}` }],
  ])('%s is told to both, once, whichever copy comes first', async (_, mail) => {
    for (const order of [
      [TICKET, INVOICES],
      [INVOICES, TICKET],
    ]) {
      const own = new Desk(TWO);
      await own.deliver({});
      await own.answer(7102, 'Ask billing.');
      const answers = own.lastTo(NIC).id;
      const told: string[] = [];
      for (const rcpt of order) {
        const copy = { ...mail, answers, id: '<b@x.example>', rcpt, queueId: 'Q1' };
        told.push(...toldOf((await own.deliver(copy)).letters));
      }
      expect(told.toSorted()).toEqual([BOB, KIM]);
      expect(own.tickets()).toHaveLength(1);
      expect(own.ticket(7102).messages.filter(({ direction }) => direction === 'in')).toHaveLength(
        2,
      );
      expect(own.lastTo(KIM).text).toContain('[it came to BILLING as well]');
      expect(own.lastTo(KIM).subject).toContain('[SUPPORT-7102]');
    }
  });

  test('beside somebody outside is told to both', async () => {
    const mail = { to: 'lee@elsewhere.example', more: `Cc: ${INVOICES}\n`, rcpt: INVOICES };
    const { letters } = await desk.deliver({ ...mail, answers: answer });
    expect(toldOf(letters)).toEqual([BOB, KIM]);
    expect(desk.tickets()).toHaveLength(1);
  });
});

describe('an alias of the other queue, which the header may not name', () => {
  const ALIAS = 'rechnung@support-ticket.example';
  const OF_ALIAS = { rcpt: ALIAS, verb: 'new', defaultQueue: 'BILLING' } as const;

  test('in To alone, opens a linked ticket there', async () => {
    await desk.deliver({ to: ALIAS, answers: answer, ...OF_ALIAS });
    expect(desk.ticket('BILLING-1')).toMatchObject({ linked: ['SUPPORT-7102'] });
  });

  test.each<readonly [string, string]>([
    ['in Cc', `Cc: ${ALIAS}\n`],
    ['as a blind copy', ''],
  ])('%s, is told to both, once, whichever copy comes first', async (_, more) => {
    const mail: Mail = { id: '<b@x.example>', to: TICKET, more, queueId: 'Q1' };
    for (const order of ['ticket first', 'alias first']) {
      desk = new Desk(TWO);
      await desk.deliver({});
      await desk.answer(7102, 'Ask billing.');
      const copies = [
        { ...mail, answers: desk.lastTo(NIC).id, rcpt: TICKET },
        { ...mail, answers: desk.lastTo(NIC).id, ...OF_ALIAS },
      ];
      const told: string[] = [];
      for (const copy of order === 'ticket first' ? copies : copies.toReversed()) {
        told.push(...toldOf((await desk.deliver(copy)).letters));
      }
      // And a retry of the MTA tells nobody.
      for (const copy of copies) told.push(...toldOf((await desk.deliver(copy)).letters));
      expect(told.toSorted()).toEqual([BOB, KIM]);
      expect(desk.tickets()).toHaveLength(1);
      expect(desk.ticket(7102).messages.filter(({ direction }) => direction === 'in')).toHaveLength(
        2,
      );
      expect(desk.lastTo(KIM).text).toContain('[it came to BILLING as well]');
    }
  });
});

test('"acrossQueues": "tell" opens no second ticket', async () => {
  desk.configure({ ...TWO, acrossQueues: 'tell' });
  const { letters } = await desk.deliver({ to: INVOICES, answers: answer });
  expect(toldOf(letters)).toEqual([BOB, KIM]);
  expect(desk.tickets()).toHaveLength(1);
});

test('"acrossQueues": "none" tells the queue of the ticket alone', async () => {
  desk.configure({ ...TWO, acrossQueues: 'none' });
  const { letters } = await desk.deliver({ to: INVOICES, answers: answer });
  expect(toldOf(letters)).toEqual([BOB]);
  expect(desk.tickets()).toHaveLength(1);
});

test.each<readonly [string, Mail, number]>([
  ['to an address that names no queue stays with its ticket', { to: 'info@ferrier.example' }, 1],
  ['of a machine stays with its ticket', { more: 'Auto-Submitted: auto-replied\n' }, 1],
  ['with a machine’s mark stays with its ticket', { more: 'Feedback-ID: 1:eu:AmazonSES\n' }, 1],
  ['that asks to close it stays with its ticket', { text: 'close' }, 1],
  ['of another address is a ticket there', { from: EVE }, 2],
])('an answer %s', async (_, mail, tickets) => {
  await desk.deliver({ to: INVOICES, rcpt: mail.to ?? INVOICES, answers: answer, ...mail });
  expect(desk.tickets()).toHaveLength(tickets);
});

test('with a machine’s mark it is told to both', async () => {
  const mark = 'Feedback-ID: 1:eu:AmazonSES\n';
  const { letters } = await desk.deliver({ to: INVOICES, answers: answer, more: mark });
  expect(toldOf(letters)).toEqual([BOB, KIM]);
});

test('what one of the staff writes to another queue is their own matter, as ever', async () => {
  const { decision } = await desk.deliver({
    from: BOB,
    to: INVOICES,
    answers: answer,
    login: 'bob',
  });
  expect(decision).toMatchObject({ intent: 'open', route: 'BILLING' });
  expect(desk.ticket('BILLING-1').linked).toBeUndefined();
});

test('a mail that names nothing of ours opens a ticket in each queue that it came to', async () => {
  const mail = { id: '<c@x.example>', to: `new@support-ticket.example, ${INVOICES}` };
  await desk.deliver({ ...mail, rcpt: 'new', queueId: 'Q1' });
  await desk.deliver({ ...mail, rcpt: INVOICES, queueId: 'Q1' });
  expect(desk.tickets().map(({ id }) => id)).toEqual(['SUPPORT-7102', 'SUPPORT-7103', 'BILLING-1']);
});
