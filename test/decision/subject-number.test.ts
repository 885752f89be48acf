/** Numbers in a subject: who joins a ticket by one, what it changes, and what the staff are told. */
import { beforeEach, describe, expect, test } from 'vitest';
import { ticketInBrackets } from '../../src/decision/subject-number.ts';
import { BOB, EVE, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import { provenFrom } from '../kit/mail.ts';

const TWO = {
  queues: [
    { prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102 },
    { prefix: 'BILLING', address: 'invoices', name: 'Billing', first: 1 },
  ],
};

test.each([
  ['Re: [SUPPORT-7102] login', 'SUPPORT-7102'],
  ['[Our Support support-7102] login', 'SUPPORT-7102'],
  ['AW: [BILLING-1]', 'BILLING-1'],
  ['SUPPORT-7102', null],
  ['[7102]', null],
  ['[SALES-7102]', null],
  ['[SUPPORT-07102]', null],
  [`${'[x '.repeat(400)}SUPPORT-7102]`, null],
])('%s', (subject, ticket) => {
  expect(ticketInBrackets(subject, ['SUPPORT', 'BILLING'])).toBe(ticket);
});

describe('a mail to the queue whose subject names a ticket', () => {
  let desk: Desk;
  const SUBJECT = '[SUPPORT-7102] login';
  beforeEach(async () => {
    desk = new Desk(TWO);
    await desk.deliver({});
    await desk.order(7102, 'close');
  });

  test('in brackets, of the requester, joins it, and changes nothing else', async () => {
    const sent = desk.to(NIC).length;
    const more = { subject: SUBJECT, text: 'close', results: provenFrom(NIC) };
    expect((await desk.deliver(more)).decision).toMatchObject({ by: 'subject', trust: 'claimed' });
    expect(desk.tickets()).toHaveLength(1);
    expect(desk.ticket(7102).status).toBe('resolved');
    expect(desk.ticket(7102).messages.at(-1)).toMatchObject({ trust: 'claimed', text: 'close\n' });
    expect(desk.lastTo(BOB).text).toContain('(unverified)');
    expect(desk.to(NIC)).toHaveLength(sent);
  });

  test.each([
    ['of somebody who is not on it', { from: EVE, subject: SUBJECT }],
    ['without brackets', { subject: 'SUPPORT-7102 again' }],
    ['to another queue', { to: 'invoices', subject: SUBJECT }],
  ])('%s opens a new ticket', async (_, more) => {
    await desk.deliver(more);
    expect(desk.tickets()).toHaveLength(2);
    expect(desk.ticket(7102).messages.filter(({ direction }) => direction === 'in')).toHaveLength(
      1,
    );
  });

  test.each(['SUPPORT-7102 again', 'login (support-7102)', SUBJECT])(
    '"%s": the staff are told what a new one names',
    async (subject) => {
      await desk.deliver({ from: EVE, subject });
      expect(desk.lastTo(BOB).text).toContain('[its subject names SUPPORT-7102]\n');
    },
  );

  test('of one of the staff joins nothing', async () => {
    await desk.deliver({ from: BOB, login: 'bob', subject: SUBJECT });
    expect(desk.tickets()).toHaveLength(2);
  });

  test('what it names by Message-ID comes first', async () => {
    await desk.deliver({ subject: 'second' });
    const answers = desk.lastTo(NIC).id;
    await desk.deliver({ subject: SUBJECT, answers, text: 'Of the second.' });
    expect(desk.ticket(7103).messages.at(-1)).toMatchObject({ text: 'Of the second.\n' });
  });
});

test('a new subject in an old conversation is shown, once', async () => {
  const desk = new Desk();
  await desk.deliver({ subject: 'login' });
  const answers = desk.lastTo(NIC).id;
  await desk.deliver({ answers, subject: 'Re: login', text: 'One.' });
  expect(desk.lastTo(BOB).text).not.toContain('[its subject');
  await desk.deliver({ answers, subject: 'Invoice 7', text: 'Two.' });
  expect(desk.lastTo(BOB).text).toContain('[its subject is new: Invoice 7]\n');
  await desk.deliver({ answers, subject: 'AW: Invoice 7', text: 'Three.' });
  expect(desk.lastTo(BOB).text).not.toContain('[its subject');
});

test('"subjectTag" puts the ticket into our subjects, once, and answers to them join it', async () => {
  const desk = new Desk({ subjectTag: true });
  await desk.deliver({ subject: 'login' });
  expect(desk.lastTo(NIC).subject).toBe('RE: [Support SUPPORT-7102] login');
  await desk.answer(7102, 'Try again.', 'bob');
  expect(desk.lastTo(NIC).subject).toBe('RE: [Support SUPPORT-7102] login');
  const subject = 'AW: RE: [Support SUPPORT-7102] login';
  await desk.deliver({ subject, text: 'It works.' });
  expect(desk.tickets()).toHaveLength(1);
  expect(desk.lastTo(BOB).text).not.toContain('[its subject');
  await desk.deliver({ to: 'support-7102', subject, text: 'status' });
  expect(desk.lastTo(NIC).subject).toBe('RE: [Support SUPPORT-7102] login');
});
