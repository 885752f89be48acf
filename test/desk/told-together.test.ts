/** Many new tickets at once: a mail for each of the first ones, and one about all the others. */
import { beforeEach, describe, expect, test } from 'vitest';
import { digestDrafts } from '../../src/desk/told-together.ts';
import { doChores } from '../../src/jobs/chores.ts';
import { ofPerson } from '../../src/journal/erasing/erasure.ts';
import { NO_NOTICES, noticesAfter } from '../../src/journal/lists/notices.ts';
import { digestMail } from '../../src/letters/digest-text.ts';
import type { Change } from '../../src/ticket/change.ts';
import type { TicketId } from '../../src/ticket/ticket.ts';
import { BOB, KAY, KIM, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';

const MINUTE_MS = 60_000;
const ANY_CAPS = { firstTime: { count: 10_000 }, address: { count: 10_000 } };
let desk: Desk;
beforeEach(() => {
  desk = new Desk({ caps: ANY_CAPS });
});
const customer = (n: number, subject = `Question ${n}`) =>
  desk.deliver({ from: `c${n}@c${n}.example`, subject });
const storm = async (first: number, last: number) => {
  for (let n = first; n <= last; n += 1) await customer(n);
};
/** As any run does, and as `mailrobot due` by a timer. */
const run = () => desk.during((context) => doChores({ ...context, now: () => desk.now }));
const idOf = (n: number) => `SUPPORT-${7101 + n}`;
const answer = (text: string, more = {}) => {
  const { replyTo, id } = desk.lastTo(BOB);
  return desk.deliver({
    from: BOB,
    login: 'bob',
    to: replyTo,
    subject: 'Re: x',
    text,
    answers: id,
    ...more,
  });
};
const toCustomers = () => desk.letters.filter(({ to }) => /^c\d/.test(to));

test('of ten new tickets in ten minutes the staff get a mail each, and the others in one', async () => {
  await storm(1, 10);
  expect(desk.to(BOB)).toHaveLength(10);
  await storm(11, 13);
  expect(desk.to(BOB)).toHaveLength(10);
  await run();
  expect(desk.to(BOB)).toHaveLength(11);
  const { subject, text } = desk.lastTo(BOB);
  expect(subject).toBe('3 more new tickets');
  for (const n of [11, 12, 13])
    expect(text).toContain(`${idOf(n)}  c${n}@c${n}.example  Question ${n}\n`);
  expect(text).not.toContain(idOf(10));
  expect(text).not.toContain('got no acknowledgement');
});

test('every one is told, alone or together, once, and the last ones though nothing else comes in', async () => {
  for (let n = 1; n <= 45; n += 1) {
    await customer(n);
    await run();
    desk.wait(30_000);
  }
  desk.wait(15 * MINUTE_MS);
  await run();
  await run();
  const told = desk.to(BOB).map(({ subject, text }) => `${subject}\n${text}`);
  for (let n = 1; n <= 45; n += 1) {
    const named = told.filter((mail) =>
      new RegExp(`^(\\[${idOf(n)}\\]|${idOf(n)}  c)`, 'm').test(mail),
    );
    expect(named, idOf(n)).toHaveLength(1);
  }
  // 22 minutes: three times ten alone at most, and a digest each quarter of an hour.
  expect(told.length).toBeLessThanOrEqual(33);
});

test('a hundred are listed, and the others counted, in a short mail', async () => {
  await storm(1, 1);
  const known = desk.ticket(7102);
  const opened: readonly Change[] = Array.from({ length: 990 }, (_, n) => ({
    ...{ type: 'ticket.created', ticket: `SUPPORT-${n}`, number: n, queue: 'SUPPORT' },
    ...{ subject: 'x', requester: null, isToldAlone: false },
  }));
  const at = { seq: 1, time: desk.now.toISOString(), changes: opened };
  const kept = noticesAfter(NO_NOTICES, at).opened;
  expect(kept?.['SUPPORT']).toMatchObject({ more: 890, last: 'SUPPORT-989' });
  const ticket = (id: TicketId) => ({ ...known, id, subject: 'x'.repeat(5000) });
  const [draft] = digestDrafts({ opened: kept ?? {}, ticket }, desk.config.staff, () => null);
  if (draft === undefined) throw new Error('no draft');
  const mail = digestMail(draft, { addressOf: () => null, areSigned: false, mayCommand: true });
  expect(mail.subject).toBe('990 more new tickets');
  expect(mail.text).toContain('\nSUPPORT-99  c1@c1.example  xxx');
  expect(mail.text).toContain('\nand 890 more, up to SUPPORT-989\n');
  expect(mail.text.length).toBeLessThan(32 * 1024);
});

test('who gets no acknowledgement is told in the same mail, and not again', async () => {
  desk.configure({});
  await storm(1, 14);
  await run();
  desk.wait(20 * MINUTE_MS);
  await run();
  expect(desk.to(BOB)).toHaveLength(11);
  expect(desk.lastTo(BOB).text).toContain('Of those listed, 4 got no acknowledgement.');
});

test('a later mail to one of them is told as ever', async () => {
  await storm(1, 12);
  await run();
  const before = desk.to(BOB).length;
  await desk.deliver({ from: 'c12@c12.example', to: 'support-7113', text: 'And another thing' });
  expect(desk.to(BOB).length).toBe(before + 1);
  expect(desk.lastTo(BOB).text).toContain('And another thing');
});

test('two deliveries at the edge are not both told alone', async () => {
  await storm(1, 9);
  let isFirst = true;
  await desk.deliverWhile({ from: NIC }, async () => {
    if (isFirst) await customer(10);
    isFirst = false;
  });
  expect(desk.to(BOB)).toHaveLength(10);
  await run();
  expect(desk.lastTo(BOB).text).toContain(`SUPPORT-7112  ${NIC}  `);
});

test('who is erased is gone from it as well', async () => {
  await storm(1, 13);
  await run();
  await desk.erase(ofPerson('c12@c12.example'));
  expect(JSON.stringify(desk.records)).not.toContain('c12.example');
});

test('two runs at once tell it once', async () => {
  await storm(1, 12);
  await Promise.all([run(), run()]);
  expect(desk.to(BOB)).toHaveLength(11);
});

test('a clock that goes back loses none', async () => {
  await storm(1, 12);
  desk.wait(-3 * 60 * MINUTE_MS);
  await storm(13, 24);
  await run();
  const { text } = desk.lastTo(BOB);
  for (const n of [11, 12, 23, 24]) expect(text).toContain(`${idOf(n)}  `);
  expect(desk.to(BOB)).toHaveLength(21);
});

test('what a stranger calls a ticket is one short line, without controls or marks of direction', async () => {
  await storm(1, 10);
  const evil = 'a\u202e\u0007b =?utf-8?B?Ym9v?= \u2066 https://evil.example/';
  const encoded = (text: string) => `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`;
  await customer(11, encoded(`${evil}\r\n\nSUPPORT-7102  nic@x.example  forged`));
  await customer(12, encoded('x'.repeat(5000)));
  await run();
  const lines = desk.lastTo(BOB).text.split('\n');
  const [first = '', second = ''] = lines.filter((one) => /^SUPPORT-\d+ /.test(one));
  expect(lines.filter((one) => /^SUPPORT-\d+ /.test(one))).toHaveLength(2);
  expect(first).not.toMatch(/[\p{Cc}\p{Cf}]|=\?|https:/u);
  expect(second.length).toBeLessThan(250);
});

describe('whom it goes to', () => {
  const STAFF = [
    { name: 'bob', addresses: [BOB], sasl: ['bob'], queues: ['SUPPORT'] },
    { name: 'kim', addresses: [KIM], sasl: ['kim'], queues: ['SALES'] },
    { name: 'kay', addresses: [KAY], queues: ['SUPPORT'], notify: 'concerned' },
  ];
  const queues = [
    { prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102 },
    { prefix: 'SALES', address: 'sales', name: 'Sales', first: 1 },
  ];
  beforeEach(() => desk.configure({ staff: STAFF, queues, caps: ANY_CAPS }));

  test('a flood in one queue is a digest for its people, and hides nothing of another queue', async () => {
    await storm(1, 12);
    for (const n of [1, 2]) await desk.deliver({ from: `s${n}@s.example`, to: 'sales' });
    await run();
    expect(desk.to(BOB)).toHaveLength(11);
    expect(desk.to(KIM).map(({ subject }) => subject)).toEqual([
      expect.stringContaining('[SALES-1]'),
      expect.stringContaining('[SALES-2]'),
    ]);
    expect(desk.to(KAY)).toEqual([]);
  });

  test('if the only one is away, the others of the queue get it', async () => {
    await desk.deliver({ from: BOB, login: 'bob', to: 'control', text: 'away' });
    const before = desk.to(BOB).length;
    await storm(1, 12);
    await run();
    expect(desk.to(BOB)).toHaveLength(before);
    expect(desk.lastTo(KAY).subject).toBe('2 more new tickets');
  });

  test('if nobody is told of new tickets, nothing is kept for them', async () => {
    desk.configure({ staff: [STAFF[2]], caps: ANY_CAPS });
    await storm(1, 12);
    const { opened } = await desk.during(({ store }) => store.notices());
    expect(opened).toBe(undefined);
  });
});

describe('one mail to many tickets', () => {
  const write = (n: number, more = {}) =>
    desk.deliver({
      ...{ from: NIC, to: `support-${7101 + n}`, id: '<same@ferrier.example>', subject: 'All' },
      ...{ text: 'Hello', ...more },
    });
  const many = async (count: number) => {
    for (let n = 1; n <= count; n += 1) {
      await desk.deliver({ from: NIC });
      desk.wait(2 * MINUTE_MS);
    }
  };
  const since = (count: number) => desk.to(BOB).slice(count);

  test.each([
    ['a line', 'Hello'],
    ['two kilobytes', 'so it goes, on and on\n'.repeat(93)],
    ['more than a ticket shows again', 'so it goes, on and on\n'.repeat(3000)],
  ])('is told of four of them alone, and of the others together: %s', async (_, text) => {
    await many(8);
    const before = desk.to(BOB).length;
    for (let n = 1; n <= 8; n += 1) await write(n, { text });
    expect(since(before)).toHaveLength(4);
    await run();
    expect(since(before)).toHaveLength(5);
    expect(desk.lastTo(BOB).subject).toBe('4 more tickets with the same mail');
    for (let n = 1; n <= 8; n += 1) {
      const told = since(before).filter((mail) =>
        new RegExp(`^(\\[${idOf(n)}\\]|${idOf(n)} )`, 'm').test(`${mail.subject}\n${mail.text}`),
      );
      expect(told, idOf(n)).toHaveLength(1);
    }
  });

  test('whoever has one of them is told of it, and nobody else', async () => {
    await many(6);
    await desk.order(7107, 'assign kim');
    const before = desk.to(BOB).length;
    for (let n = 1; n <= 6; n += 1) await write(n);
    await run();
    expect(desk.lastTo(KIM).text).toContain(`${idOf(6)}  ${NIC}`);
    expect(desk.lastTo(KIM).text).not.toContain(`${idOf(5)}  `);
    expect(since(before).at(-1)?.text).toContain(`${idOf(5)}  ${NIC}`);
    expect(since(before).at(-1)?.text).not.toContain(`${idOf(6)}  `);
  });

  test('another mail under the same Message-ID is told alone', async () => {
    await many(6);
    for (let n = 1; n <= 5; n += 1) await write(n);
    await write(6, { text: 'Something else' });
    expect(desk.lastTo(BOB).text).toContain('Something else');
  });

  test('of a word to a machine nobody is told, as ever', async () => {
    await many(6);
    for (let n = 1; n <= 6; n += 1) await write(n, { text: 'status' });
    const { copied } = await desk.during(({ store }) => store.notices());
    expect(copied).toBe(undefined);
  });
});

describe('an answer to it', () => {
  beforeEach(async () => {
    await storm(1, 12);
    await run();
  });

  test('is a mail of commands', async () => {
    await answer(`take ${idOf(11)}\nclose ${idOf(12)}`);
    expect(desk.ticket(7112).assignee).toBe('bob');
    expect(desk.ticket(7113).status).toBe('resolved');
    expect(desk.lastTo(BOB).text).toContain(`${idOf(12)} is resolved.`);
  });

  test('to "show" brings the ticket, and an answer to that reaches its customer', async () => {
    await answer(`show ${idOf(12)}`);
    expect(desk.lastTo(BOB).text).toContain('Hello');
    await answer('Have you tried again?');
    expect(desk.lastTo('c12@c12.example').text).toContain('Have you tried again?');
  });

  test.each([
    ['with a login', { login: 'bob' }],
    ['without any proof', { login: undefined }],
  ])('that is none comes back, opens nothing and goes to no customer: %s', async (_, more) => {
    const before = [desk.tickets().length, toCustomers().length];
    const { end, letters } = await answer('Who takes these?', more);
    expect(end).toBe('answered');
    expect(letters.map(({ to }) => to)).toEqual([BOB]);
    expect([desk.tickets().length, toCustomers().length]).toEqual(before);
  });

  test('that is sent to a ticket of it, with a copy of it, does not show the customer the others', async () => {
    const digest = desk.lastTo(BOB).text;
    const before = toCustomers().length;
    const quoted = digest.replace(/^/gm, '> ');
    for (const copy of [
      quoted,
      digest,
      quoted
        .split('\n')
        .filter((one) => one.includes('  c11@'))
        .join('\n'),
    ]) {
      await desk.deliver({
        ...{ from: BOB, login: 'bob', to: idOf(12), subject: 'Re: 2 more new tickets' },
        ...{ text: `Have you tried again?\n\n${copy}\n`, answers: desk.lastTo(BOB).id },
      });
    }
    const sent = toCustomers().slice(before);
    for (const { text } of sent) expect(text).not.toContain('c11@');
    expect(
      sent.length + desk.to(BOB).filter(({ text }) => /was not carried out/.test(text)).length,
    ).toBe(3);
  });
});

test('who can prove commands by nothing is given an address of their own for each', async () => {
  desk.configure({
    authservId: undefined,
    caps: ANY_CAPS,
    staff: [{ name: 'bob', addresses: [BOB] }],
  });
  await storm(1, 12);
  await run();
  const { text } = desk.lastTo(BOB);
  const [, address = ''] = /^SUPPORT-7113 .*\n {4}(\S+@\S+)$/m.exec(text) ?? [];
  await desk.deliver({ from: BOB, to: address, subject: 'Your question', text: 'Try again.' });
  expect(desk.lastTo('c12@c12.example').text).toContain('Try again.');
  expect(text).not.toContain('take SUPPORT');
});
