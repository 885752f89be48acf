/** A ticket that goes to another queue: by every door, and what leads to it afterwards. */
import { beforeEach, describe, expect, test } from 'vitest';
import { Courses } from '../../src/reports/courses.ts';
import { isWanted } from '../../src/ticket/filter.ts';
import { nameOf } from '../../src/ticket/ticket.ts';
import { ANN, BOB, EVE, KIM, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import type { Mail } from '../kit/mail.ts';

const STAFF = [
  { name: 'bob', addresses: [BOB], sasl: ['bob'], queues: ['SUPPORT'] },
  { name: 'kim', addresses: [KIM], sasl: ['kim'], queues: ['BILLING'] },
  { name: 'ann', addresses: [ANN], sasl: ['ann'], notify: 'none' },
];
const queuesWith = (numbers: 'own' | 'shared') => [
  { prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102, numbers },
  { prefix: 'BILLING', address: 'invoices', name: 'Buchhaltung', first: 1, numbers },
  { prefix: 'SALES', address: 'sales', name: 'Sales', first: 1, numbers: 'own' },
];
const SHARED = { queues: queuesWith('shared'), staff: STAFF };
const OWN = { queues: queuesWith('own'), staff: STAFF };

let desk: Desk;
/** Message-ID of the acknowledgement, of before the move. */
let acknowledgement: string | null;

async function begin(different: Readonly<Record<string, unknown>> = SHARED): Promise<void> {
  desk = new Desk(different);
  await desk.deliver({});
  acknowledgement = desk.lastTo(NIC).id;
}

beforeEach(() => begin());

function textsIn(): readonly string[] {
  return desk.ticket(7102).messages.map(({ text }) => text.trim());
}

describe('every door', () => {
  const AS_BOB = { from: BOB, login: 'bob' } as const;
  test.each<readonly [string, () => Promise<unknown>]>([
    [
      'a mail to control@',
      () => desk.deliver({ ...AS_BOB, to: 'control', text: 'move 7102 billing' }),
    ],
    ['a field', () => desk.deliver({ ...AS_BOB, to: 'support-7102', text: 'Queue: BILLING\n' })],
    [
      'a lone command',
      () => desk.deliver({ ...AS_BOB, to: 'support-7102', text: 'move BILLING\n' }),
    ],
    ['an order of the terminal', () => desk.order(7102, 'move BILLING')],
    [
      'a line of the feed',
      () => desk.apply({ type: 'ticket.command', ticket: '7102', command: 'move BILLING' }),
    ],
  ])('moves by %s', async (_, move) => {
    const sent = desk.to(NIC).length;
    await move();
    expect(desk.ticket(7102)).toMatchObject({
      ...{ id: 'SUPPORT-7102', queue: 'BILLING', address: 'BILLING-7102' },
      names: ['BILLING-7102'],
    });
    expect(desk.ticket('BILLING-7102').id).toBe('SUPPORT-7102');
    expect(desk.to(NIC)).toHaveLength(sent);
  });

  test('refuses a queue that is not there', async () => {
    await expect(desk.order(7102, 'move HR')).rejects.toThrow(
      '"HR" is not a queue: SUPPORT, BILLING, SALES',
    );
    await expect(desk.order(7102, 'move')).rejects.toThrow('is not a queue');
    expect(desk.ticket(7102).queue).toBe('SUPPORT');
  });

  test('says nothing is to be done if it is there already', async () => {
    const commits = desk.records.length;
    await desk.order(7102, 'move SUPPORT');
    expect(desk.records).toHaveLength(commits);
    await desk.deliver({ ...AS_BOB, to: 'control', text: 'move 7102 SUPPORT' });
    expect(desk.lastTo(BOB).text).toContain(
      'Nothing to be done: SUPPORT-7102 is in the queue SUPPORT.',
    );
  });

  test('answers first, and moves then', async () => {
    await desk.deliver({
      ...AS_BOB,
      to: 'support-7102',
      text: 'Queue: BILLING\n\nBilling will help.',
    });
    expect(desk.lastTo(NIC).field('From')).toContain('<SUPPORT-7102@');
    expect(desk.lastTo(NIC).text).toBe('Billing will help.\n');
    expect(nameOf(desk.ticket(7102))).toBe('BILLING-7102');
  });

  test('takes its new name for everything else', async () => {
    await desk.order(7102, 'move BILLING');
    const text =
      'note BILLING-7102 Hello\nassign BILLING-7102 kim\ntag SUPPORT-7102 +x\nshow billing-7102';
    await desk.deliver({ ...AS_BOB, to: 'control', text });
    expect(desk.ticket(7102)).toMatchObject({ assignee: 'kim', tags: ['x'] });
    expect(desk.lastTo(BOB).text).toMatch(/^BILLING-7102 {2}I can't login!$/m);
    expect(desk.lastTo(BOB).text).toMatch(/^Known as +SUPPORT-7102$/m);
    expect(desk.lastTo(BOB).text).toMatch(/^Queue +BILLING$/m);
    expect(desk.lastTo(BOB).text).toContain("BILLING-7102 is kim's.");
  });

  test('in one mail, a line may use the name that a line before has made', async () => {
    await begin(OWN);
    const text = 'move 7102 BILLING\nclose BILLING-1\nmove BILLING-1 SALES';
    await desk.deliver({ ...AS_BOB, to: 'control', text });
    expect(desk.ticket(7102)).toMatchObject({
      status: 'resolved',
      queue: 'SALES',
      address: 'SALES-1',
    });
  });
});

describe('the address', () => {
  test('is what our mail comes from, with the name and signature of the queue', async () => {
    await desk.order(7102, 'move BILLING');
    await desk.answer(7102, 'Here is your invoice.');
    const sent = desk.lastTo(NIC);
    expect(sent.field('From')).toMatch(/^Buchhaltung <BILLING-7102@/);
    // Another mail robot of ours knows it as ours.
    expect(sent.field('X-Loop') ?? sent.content).toContain('invoices@');
  });

  test.each<readonly [string, () => Mail]>([
    ['its old address', () => ({ to: 'support-7102' })],
    ['its new one', () => ({ to: 'billing-7102' })],
    ['a mail of before the move', () => ({ answers: acknowledgement })],
    ['a mail of before, in its new queue', () => ({ to: 'invoices', answers: acknowledgement })],
    ['a mail of after the move', () => ({ to: 'new', answers: desk.lastTo(NIC).id })],
  ])('%s leads to it', async (_, mail) => {
    await desk.order(7102, 'move BILLING');
    await desk.answer(7102, 'Here it is.');
    await desk.deliver({ ...mail(), text: 'Thanks, one thing more.' });
    expect(textsIn()).toContain('Thanks, one thing more.');
  });

  test('has its signature if that stands in the reply address', async () => {
    desk.configure({ ...SHARED, proof: 'reply-to' });
    await desk.answer(7102, 'Before.');
    const before = desk.lastTo(NIC).replyTo;
    await desk.order(7102, 'move BILLING');
    await desk.answer(7102, 'After.');
    const after = desk.lastTo(NIC).replyTo;
    expect(after).toMatch(/^billing-7102/i);
    for (const to of [before, after]) {
      const { decision } = await desk.deliver({ from: EVE, to, text: `Passed on to me ${to}.` });
      expect(decision).toMatchObject({ route: 'SUPPORT-7102', intent: 'append' });
    }
    await desk.deliver({ to: after, text: 'It is me.' });
    expect(desk.ticket(7102).messages.at(-1)).toMatchObject({ trust: 'thread' });
  });

  test('is the old one again if it comes back, and the new one once more after that', async () => {
    await desk.order(7102, 'move BILLING');
    await desk.order(7102, 'move SUPPORT');
    expect(desk.ticket(7102)).toMatchObject({ queue: 'SUPPORT', names: ['BILLING-7102'] });
    expect(desk.ticket(7102).address).toBeUndefined();
    await desk.answer(7102, 'Back again.');
    expect(desk.lastTo(NIC).field('From')).toContain('<SUPPORT-7102@');
    await desk.deliver({ to: 'billing-7102', text: 'To the other one.' });
    expect(textsIn()).toContain('To the other one.');
    await desk.order(7102, 'move BILLING');
    expect(desk.ticket(7102)).toMatchObject({ address: 'BILLING-7102', names: ['BILLING-7102'] });
  });

  test('of each queue that it was in leads to it', async () => {
    await desk.order(7102, 'move BILLING');
    await desk.order(7102, 'move SALES');
    expect(desk.ticket(7102)).toMatchObject({ address: 'SALES-1' });
    for (const to of ['support-7102', 'billing-7102', 'sales-1']) {
      await desk.deliver({ to, text: `To ${to}` });
      expect(textsIn()).toContain(`To ${to}`);
    }
    await desk.order(7102, 'move SUPPORT');
    expect(nameOf(desk.ticket('SALES-1'))).toBe('SUPPORT-7102');
  });

  test('with a word behind it is a command', async () => {
    await desk.order(7102, 'move BILLING');
    await desk.deliver({ from: KIM, login: 'kim', to: 'billing-7102-note', text: 'They owe us.' });
    expect(desk.ticket(7102).messages.at(-1)).toMatchObject({ direction: 'internal', by: 'kim' });
    await desk.deliver({ from: KIM, login: 'kim', to: 'billing-7102-close', text: '' });
    expect(desk.ticket(7102).status).toBe('resolved');
  });

  test('beside its note address keeps a mail inside, whichever comes first', async () => {
    await desk.order(7102, 'move BILLING');
    const sent = desk.to(NIC).length;
    const to = 'billing-7102@support-ticket.example';
    const more = 'Cc: support-7102-note@support-ticket.example\n';
    await desk.deliver({ from: KIM, login: 'kim', to, more, text: 'They owe us.' });
    expect(desk.to(NIC)).toHaveLength(sent);
  });

  test('is held for a stranger, as ever', async () => {
    await desk.order(7102, 'move BILLING');
    await desk.deliver({ from: EVE, to: 'billing-7102' });
    expect(desk.held()).toMatchObject([{ ticket: 'SUPPORT-7102', queue: 'BILLING' }]);
  });

  test('of a bounce counts', async () => {
    await desk.order(7102, 'move BILLING');
    await desk.answer(7102, 'Here it is.');
    const { sender } = desk.lastTo(NIC);
    expect(sender).toMatch(/^billing-7102/i);
    await desk.deliver({
      ...{ from: 'mailer-daemon@ferrier.example', to: sender, sender: '' },
      ...{ subject: 'Undelivered', more: 'Auto-Submitted: auto-replied\n' },
    });
    expect(desk.ticket(7102).messages.at(-1)).toMatchObject({
      direction: 'in',
      trust: 'automatic',
    });
  });
});

describe('the number', () => {
  test('stays if the queues share theirs', async () => {
    await desk.deliver({ to: 'invoices', subject: 'Another' });
    expect(desk.ticket('BILLING-7103').subject).toBe('Another');
    await desk.order(7102, 'move BILLING');
    await desk.deliver({ to: 'invoices', subject: 'A third' });
    expect(desk.tickets().map(({ id }) => id)).toEqual([
      ...['SUPPORT-7102', 'BILLING-7103', 'BILLING-7104'],
    ]);
  });

  test('is the next one if they do not, and nobody gets it twice', async () => {
    await begin(OWN);
    await desk.deliver({ to: 'invoices' });
    await desk.order(7102, 'move BILLING');
    expect(desk.ticket(7102)).toMatchObject({ address: 'BILLING-2' });
    await desk.deliver({ to: 'invoices' });
    expect(desk.tickets().map(({ id }) => id)).toContain('BILLING-3');
  });

  test('is the next one if somebody else has it', async () => {
    await begin({ ...OWN, queues: [{ ...OWN.queues[0], first: 1 }, ...OWN.queues.slice(1)] });
    await desk.deliver({ to: 'invoices' });
    desk.configure(SHARED);
    await desk.order(1, 'move BILLING');
    expect(desk.ticket('SUPPORT-1')).toMatchObject({ address: 'BILLING-2' });
    expect(desk.ticket('BILLING-1')).toMatchObject({ id: 'BILLING-1' });
  });
});

describe('the people', () => {
  test('of the new queue are told, with what was written last', async () => {
    const told = desk.to(BOB).length;
    await desk.order(7102, 'move BILLING', 'bob');
    const mail = desk.lastTo(KIM);
    expect(mail.text).toContain('bob has moved BILLING-7102 to BILLING, from SUPPORT.');
    expect(mail.text).toContain('Hello');
    expect(mail.subject).toBe("[BILLING-7102] I can't login!");
    expect(mail.field('From')).toContain('<BILLING-7102@');
    expect(mail.text).toMatch(/^BILLING-7102: new, nobody's$/m);
    expect(desk.to(BOB)).toHaveLength(told);
    expect(desk.to(ANN)).toHaveLength(0);
    await desk.deliver({ from: KIM, to: mail.replyTo, text: 'Here is your invoice.' });
    expect(desk.lastTo(NIC).text).toContain('Here is your invoice.');
  });

  test('hear of what comes later, and those of the old queue do not', async () => {
    await desk.order(7102, 'move BILLING');
    const told = desk.to(BOB).length;
    await desk.deliver({ to: 'support-7102', text: 'And?' });
    expect(desk.lastTo(KIM).text).toContain('And?');
    expect(desk.to(BOB)).toHaveLength(told);
  });

  test('who had it and does not work there have it no more', async () => {
    await desk.order(7102, 'assign bob');
    await desk.order(7102, 'move BILLING', 'ann');
    expect(desk.ticket(7102).assignee).toBeNull();
    await desk.order(7102, 'assign ann');
    await desk.order(7102, 'move SUPPORT');
    expect(desk.ticket(7102).assignee).toBe('ann');
  });

  test('are told of what came back in the queue where it is', async () => {
    await desk.order(7102, 'move BILLING');
    await desk.deliver({ from: EVE, to: 'support-7102' });
    expect(desk.held()).toMatchObject([{ queue: 'BILLING' }]);
  });
});

test('what a mail of before the move showed goes to no customer with an answer, however it is quoted', async () => {
  desk.configure({ ...SHARED, authservId: 'mx.example' });
  await desk.deliver({ to: 'support-7102', text: 'The second.' });
  await desk.order(7102, 'note They owe us. SECRET', 'ann');
  await desk.deliver({ to: 'support-7102', text: 'The third.' });
  const before = desk.lastTo(BOB);
  await desk.order(7102, 'move BILLING');
  const copied = before.text
    .trimEnd()
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n');
  for (const [name, text] of [
    ['above', `My answer.\n\n${copied}`],
    ['without marks', `My answer.\n\n${before.text}`],
  ]) {
    const sent = desk.to(NIC).length;
    await desk.deliver({ from: BOB, to: before.replyTo, text: `${name}\n\n${text}` });
    const letters = desk
      .to(NIC)
      .slice(sent)
      .map((one) => one.text)
      .join('\n');
    expect(letters).not.toMatch(/SECRET|All that was said|control@|SUPPORT-7102: /);
  }
});

test('what comes back to its author comes from its new address, and is answered there', async () => {
  await desk.order(7102, 'move BILLING');
  await desk.deliver({
    from: KIM,
    login: 'kim',
    to: 'billing-7102',
    text: 'Stauts: pending\n\nHello',
  });
  const back = desk.lastTo(KIM);
  expect(back.text).toContain('Your mail about BILLING-7102 was not carried out');
  expect(back.field('From')).toContain('<BILLING-7102@');
  await desk.deliver({ from: KIM, to: back.replyTo, text: 'Hello once more.', answers: back.id });
  expect(desk.lastTo(NIC).text).toContain('Hello once more.');
});

describe('merging', () => {
  test('into a moved ticket, by either name', async () => {
    await desk.order(7102, 'move BILLING');
    await desk.deliver({ subject: 'The same' });
    await desk.order(7103, 'merge BILLING-7102');
    expect(desk.ticket(7103).mergedInto).toBe('SUPPORT-7102');
    await desk.deliver({ to: 'support-7103', text: 'To the merged one.' });
    expect(textsIn()).toContain('To the merged one.');
  });

  test('of a moved ticket, whose addresses all lead on', async () => {
    await desk.order(7102, 'move BILLING');
    await desk.deliver({ subject: 'The same' });
    await desk.order(7102, 'merge 7103');
    for (const to of ['support-7102', 'billing-7102']) {
      await desk.deliver({ to, text: `To ${to}` });
    }
    await desk.deliver({ answers: acknowledgement, text: 'By reference' });
    expect(desk.ticket(7103).messages.map(({ text }) => text.trim())).toEqual(
      expect.arrayContaining(['To support-7102', 'To billing-7102', 'By reference']),
    );
    await desk.deliver({ from: BOB, login: 'bob', to: 'control', text: 'move 7102 SALES' });
    expect(desk.lastTo(BOB).text).toContain('SUPPORT-7102 is part of SUPPORT-7103: name that one.');
  });

  test('of a ticket with itself by its other name is refused', async () => {
    await desk.order(7102, 'move BILLING');
    await expect(desk.order(7102, 'merge BILLING-7102')).rejects.toThrow('into itself');
  });

  test('and moving what it was merged into', async () => {
    await desk.deliver({ subject: 'The same' });
    await desk.order(7103, 'merge 7102');
    await desk.order(7102, 'move BILLING');
    await desk.deliver({ to: 'support-7103', text: 'To the merged one.' });
    expect(textsIn()).toContain('To the merged one.');
  });

  test('what is split off is of the queue where the ticket is', async () => {
    await desk.order(7102, 'move BILLING');
    await desk.deliver({ to: 'billing-7102', text: 'Another thing' });
    await desk.order(7102, 'split 3');
    expect(desk.ticket('BILLING-7103').messages).toHaveLength(1);
  });
});

describe('at the same time', () => {
  test.each(['support-7102', 'new'])('a mail to %s comes in to it', async (to) => {
    const mail = { to, answers: acknowledgement, text: 'Meanwhile' };
    let isMoved = false;
    const { letters } = await desk.deliverWhile(mail, async () => {
      if (isMoved) return;
      isMoved = true;
      await desk.order(7102, 'move BILLING');
    });
    expect(textsIn()).toContain('Meanwhile');
    expect(desk.tickets()).toHaveLength(1);
    expect(letters.map((one) => one.to)).toContain(KIM);
  });

  test('a new ticket of the other queue has another number', async () => {
    await begin(OWN);
    let isMoved = false;
    await desk.deliverWhile({ to: 'invoices' }, async () => {
      if (isMoved) return;
      isMoved = true;
      await desk.order(7102, 'move BILLING');
    });
    expect(desk.ticket(7102)).toMatchObject({ address: 'BILLING-1' });
    expect(desk.tickets().map(({ id }) => id)).toContain('BILLING-2');
  });
});

describe('what shows it', () => {
  test('lists it in its new queue alone, once', async () => {
    await desk.order(7102, 'move BILLING');
    const of = (queue: string) =>
      desk.tickets().filter((one) => isWanted(one, { ...NO_FILTER, queues: [queue] }));
    expect(of('BILLING').map(nameOf)).toEqual(['BILLING-7102']);
    expect(of('SUPPORT')).toEqual([]);
  });

  test('counts it there, and once', async () => {
    await desk.order(7102, 'move BILLING');
    const courses = new Courses();
    for (const record of desk.records) courses.add(record);
    const { queues, days } = courses.statistics(desk.now, 1);
    expect(queues).toMatchObject([{ queue: 'BILLING', open: 1 }]);
    expect(days).toMatchObject([{ created: 1, resolved: 0 }]);
  });

  test('finds it by its words, under its id', async () => {
    await desk.order(7102, 'move BILLING');
    const found = await desk.during(({ store }) => store.search(['login'], 10, () => {}));
    expect(found).toEqual(['SUPPORT-7102']);
    const open: string[] = [];
    await desk.during(async ({ store }) => {
      for await (const { id } of store.tickets('all', ['SUPPORT', 'BILLING'])) open.push(id);
      expect((await store.ticket('BILLING-7102'))?.id).toBe('SUPPORT-7102');
    });
    expect(open).toEqual(['SUPPORT-7102']);
  });

  test('is a number in a subject of its new queue, by either name', async () => {
    await desk.order(7102, 'move BILLING');
    await desk.deliver({ to: 'invoices', subject: '[BILLING-7102] login', text: 'By the new one' });
    await desk.deliver({ to: 'invoices', subject: '[SUPPORT-7102] login', text: 'By the old one' });
    expect(textsIn()).toEqual(expect.arrayContaining(['By the new one', 'By the old one']));
  });

  test('is due by the rules of its new queue', async () => {
    const [support, billing, sales] = SHARED.queues;
    const due = { answerHours: 24 };
    await begin({ ...SHARED, queues: [support, { ...billing, due }, sales] });
    await desk.order(7102, 'move BILLING');
    const waits = await desk.during(({ store }) =>
      store.waitingSince('desk', 'BILLING', { until: desk.now, now: desk.now }, 10),
    );
    expect(waits).toEqual(['SUPPORT-7102']);
  });
});

const NO_FILTER = {
  ...{ statuses: [], assignees: [], tags: [], fields: [], requester: null },
  ...{ text: null, before: null, since: null },
};
