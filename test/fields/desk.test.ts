/** Fields of a ticket, from a mail or a command to whatever shows them: on values, without a process. */
import { describe, expect, test } from 'vitest';
import { ofPerson } from '../../src/journal/erasing/erasure.ts';
import { valueIn } from '../../src/ticket/field.ts';
import { compareByField, meets, type NamedField } from '../../src/ticket/field-filter.ts';
import type { Ticket } from '../../src/ticket/ticket.ts';
import { BOB, configOf, KAY, KIM, NIC, SUPPORT } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import { provenFrom } from '../kit/mail.ts';

const FIELDS = [
  { name: 'order', type: 'text', required: true, pattern: 'order (\\d{4})\\b' },
  { name: 'kind', type: 'choice', choices: ['bug', 'wish'] },
  { name: 'amount', type: 'number' },
  { name: 'due', type: 'date' },
  { name: 'constructor', type: 'text' },
];
const BILLING = { prefix: 'BILLING', address: 'billing', name: 'Billing' };
const deskWith = (more: object = {}, fields: unknown = FIELDS) =>
  new Desk({ queues: [{ ...SUPPORT, fields, ...more }, BILLING] });
const valuesOf = (desk: Desk, ticket = 7102) => desk.ticket(ticket).fields ?? {};

/** A desk with one ticket. */
async function opened(text = 'Hello', more: object = {}): Promise<Desk> {
  const desk = deskWith(more);
  await desk.deliver({ text });
  return desk;
}

describe('a pattern', () => {
  test('fills a field from the mail that opens the ticket, marked as found', async () => {
    const desk = await opened('My order 1234 is late.');
    expect(valuesOf(desk)).toEqual({ order: { value: '1234', isFound: true } });
    expect(desk.lastTo(BOB).text).toContain('\norder: 1234 (found in a mail)\n');
  });

  test('and from a later one, if nothing stands there yet', async () => {
    const desk = await opened();
    expect(desk.lastTo(BOB).text).toContain('\nmissing: order\n');
    await desk.deliver({ text: 'It is order 1234.', to: 'support-7102' });
    await desk.deliver({ text: 'Or order 9999?', to: 'support-7102' });
    expect(valuesOf(desk)).toEqual({ order: { value: '1234', isFound: true } });
  });

  test('fills a field from the mail of a shop that opens a ticket, and from none that a machine adds', async () => {
    const machine = { more: 'Auto-Submitted: auto-generated\n' };
    const desk = deskWith();
    await desk.deliver({ from: 'no-reply@shop.example', text: 'We have order 1234.', ...machine });
    expect(valuesOf(desk)).toEqual({ order: { value: '1234', isFound: true } });
    await desk.deliver({ text: 'Hello' });
    const absent = { text: 'I am away until order 9999.', subject: 'Out of office', ...machine };
    await desk.deliver({ to: 'support-7103', ...absent });
    expect(desk.ticket(7103).messages.at(-1)?.text).toContain('9999');
    expect(valuesOf(desk, 7103)).toEqual({});
  });

  test('finds nothing in what is only quoted', async () => {
    const desk = await opened('Hello\n\n> order 1234');
    expect(valuesOf(desk)).toEqual({});
  });

  test('what one of the staff has said is theirs, and stays', async () => {
    const desk = await opened('My order 1234 is late.');
    await desk.order(7102, 'field order 1234', 'bob');
    expect(valuesOf(desk)).toEqual({ order: { value: '1234' } });
    await desk.deliver({ text: 'No, order 5678.', to: 'support-7102' });
    expect(valuesOf(desk)).toEqual({ order: { value: '1234' } });
  });
});

describe('a command', () => {
  test('sets a field, in the form of its type, and takes it off', async () => {
    const desk = await opened();
    await desk.order(7102, 'field KIND Bug');
    await desk.order(7102, 'field amount 007.50');
    await desk.order(7102, 'field due 2026-12-07');
    await desk.order(7102, 'field constructor x');
    expect(valuesOf(desk)).toEqual({
      kind: { value: 'bug' },
      amount: { value: '7.5' },
      due: { value: '2026-12-07' },
      constructor: { value: 'x' },
    });
    await desk.order(7102, 'field constructor');
    expect(Object.keys(valuesOf(desk))).not.toContain('constructor');
    expect(desk.records.at(-1)?.changes).toEqual([
      {
        type: 'ticket.field',
        ticket: 'SUPPORT-7102',
        field: 'constructor',
        value: null,
        by: 'admin',
      },
    ]);
  });

  test.each([
    [
      'colour red',
      'the queue SUPPORT has no field "colour": its fields are order, kind, amount, due, constructor',
    ],
    ['kind question', 'kind cannot be "question": it takes one of bug, wish'],
    ['amount much', 'amount cannot be "much": it takes a number such as'],
    ['due 2026-02-30', '"2026-02-30" is no'],
    ['order a\u001Bb', 'it takes a text of 1 to 200 characters in one line'],
    ['__proto__ x', 'it needs the name of a field'],
    ['', 'it needs the name of a field'],
  ])('that cannot be done says why: %j', async (words, why) => {
    const desk = await opened();
    await expect(desk.order(7102, `field ${words}`)).rejects.toThrow(why);
    expect(valuesOf(desk)).toEqual({});
    expect(Object.keys({})).toEqual([]);
  });

  test('a day may be said in words, is of the zone of whoever says it, and is said back', async () => {
    const staff = [
      { name: 'bob', addresses: [BOB], sasl: ['bob'], timeZone: 'Pacific/Auckland' },
      { name: 'kim', addresses: [KIM], sasl: ['kim'], timeZone: 'America/New_York' },
    ];
    const desk = new Desk({ queues: [{ ...SUPPORT, fields: FIELDS }], staff, timeZone: 'UTC' });
    desk.now = new Date('2026-11-27T20:00:00Z');
    await desk.deliver({ text: 'Hello' });
    for (const [by, words, day] of [
      ['bob', 'tomorrow', '2026-11-29'],
      ['kim', 'tomorrow', '2026-11-28'],
      ['kim', 'nächsten Freitag', '2026-12-04'],
      ['admin', 'yesterday', '2026-11-26'],
      ['admin', '1 March 2020', '2020-03-01'],
    ] as const) {
      await desk.order(7102, `field due ${words}`, by);
      expect([words, valuesOf(desk)]).toEqual([words, { due: { value: day } }]);
    }
    await desk.deliver({ from: BOB, login: 'bob', to: 'control', text: 'field 7102 due tomorrow' });
    expect(desk.lastTo(BOB).text).toContain(
      '"due" of SUPPORT-7102 is 2026-11-29 (Sunday, 29 November 2026).',
    );
    await expect(desk.order(7102, 'field due soon')).rejects.toThrow('does not say which day');
    await expect(desk.order(7102, 'field due 3/4')).rejects.toThrow('can be read as two dates');
  });

  test('what is so already changes nothing', async () => {
    const desk = await opened();
    await desk.order(7102, 'field kind bug');
    const { length } = desk.records;
    await desk.order(7102, 'field kind BUG');
    await desk.order(7102, 'field amount');
    expect(desk.records).toHaveLength(length);
  });

  test('a mail to control@ and a pseudo-header set it, too', async () => {
    const desk = await opened();
    await desk.deliver({
      from: BOB,
      login: 'bob',
      to: 'control',
      text: 'field 7102 kind wish\nshow 7102',
    });
    expect(desk.lastTo(BOB).text).toContain('"kind" of SUPPORT-7102 is wish.');
    expect(desk.lastTo(BOB).text).toMatch(/^ *>? *kind +wish$/m);
    expect(desk.lastTo(BOB).text).toMatch(/^ *>? *Missing +order$/m);
    await desk.deliver({
      from: BOB,
      login: 'bob',
      to: 'support-7102',
      text: 'Field: order 1234\nField: kind\n\nIt is on its way.',
    });
    expect(valuesOf(desk)).toEqual({ order: { value: '1234' } });
    expect(desk.lastTo(NIC).text).toBe('It is on its way.\n');
  });

  test('a pseudo-header that is wrong sends nothing, and its author is told why', async () => {
    const desk = await opened();
    await desk.deliver({
      from: BOB,
      login: 'bob',
      to: 'support-7102',
      text: 'Field: kind question\n\nIt is on its way.',
    });
    expect(
      desk
        .to(NIC)
        .map(({ text }) => text)
        .join(''),
    ).not.toContain('on its way');
    expect(desk.lastTo(BOB).text).toContain('it takes one of bug, wish');
  });

  test('no customer sets a field, and none of them is answered with one', async () => {
    const desk = await opened('My order 1234 is late.');
    await desk.deliver({ text: 'Field: kind wish\n\nHello', to: 'support-7102' });
    expect(valuesOf(desk)).toEqual({ order: { value: '1234', isFound: true } });
    expect(desk.everythingTo(NIC)).not.toContain('found in a mail');
  });

  test('another system sets it by the feed', async () => {
    const desk = await opened();
    await desk.apply({ type: 'ticket.command', ticket: '7102', command: 'field amount 12' });
    expect(valuesOf(desk)).toEqual({ amount: { value: '12' } });
  });
});

describe('a field that is required', () => {
  test('is in the way of the staff who close the ticket, and of nobody else', async () => {
    const desk = await opened();
    await expect(desk.order(7102, 'close', 'bob')).rejects.toThrow(
      'SUPPORT-7102 cannot be closed without order: "field SUPPORT-7102 order VALUE" sets it',
    );
    await desk.deliver({ from: NIC, results: provenFrom(NIC), to: 'control', text: 'close 7102' });
    expect(desk.ticket(7102).status).toBe('resolved');
  });

  test.each(['\u3164', '\u2800', '\uFE0F\uFE0F', '\u034F\u115F'])(
    'is filled with nothing that nobody sees: %j',
    async (words) => {
      const desk = await opened();
      await expect(desk.order(7102, `field order ${words}`)).rejects.toThrow('all of them visible');
      await expect(desk.order(7102, 'close', 'bob')).rejects.toThrow('cannot be closed');
    },
  );

  test('is said and done in one answer', async () => {
    const desk = await opened();
    await desk.deliver({
      from: BOB,
      login: 'bob',
      to: 'support-7102',
      text: 'Status: resolved\nField: order 1234\n\nDone.',
    });
    expect(desk.ticket(7102)).toMatchObject({ status: 'resolved', fields: { order: {} } });
  });

  test('refuses no mail of a customer, and holds up no acknowledgement', async () => {
    const desk = deskWith();
    const { end } = await desk.deliver({ text: 'Hello' });
    expect(end).toBe('opened');
    expect(desk.to(NIC)).toHaveLength(1);
  });
});

describe('a ticket keeps what it has', () => {
  test('in a queue that has no such field, where it can be taken off', async () => {
    const desk = await opened('My order 1234 is late.');
    await desk.order(7102, 'field kind bug');
    await desk.order(7102, 'move BILLING');
    expect(valuesOf(desk)).toMatchObject({ order: {}, kind: {} });
    await expect(desk.order(7102, 'field kind wish')).rejects.toThrow(
      'the queue BILLING has no field',
    );
    await desk.order(7102, 'field kind');
    expect(Object.keys(valuesOf(desk))).toEqual(['order']);
    await desk.order(7102, 'close');
  });

  test('under a config that has the field no more, or of another type', async () => {
    const desk = await opened('My order 1234 is late.');
    await desk.order(7102, 'field kind bug');
    desk.configure({ queues: [{ ...SUPPORT, fields: [{ name: 'kind', type: 'number' }] }] });
    expect(valuesOf(desk)).toMatchObject({ order: { value: '1234' }, kind: { value: 'bug' } });
    await desk.order(7102, 'field kind 5');
    expect(valuesOf(desk)).toMatchObject({ kind: { value: '5' } });
    desk.configure({});
    await desk.order(7102, 'field order');
    await expect(desk.order(7102, 'field order 1')).rejects.toThrow('it has none');
  });

  test('and what is no number stands behind all numbers, and is neither more nor less than one', async () => {
    const desk = deskWith({}, [{ name: 'amount', type: 'text' }]);
    const values = ['9', '1a', '100', '0.5', ''];
    for (const [n, value] of values.entries()) {
      await desk.deliver({ subject: `The matter of ${n}` });
      await desk.order(7102 + n, `field amount ${value}`);
    }
    const amount: NamedField = { name: 'amount', type: 'number' };
    const all = desk.tickets();
    const standing = (some: readonly Ticket[]) => some.map((one) => valueIn(one, 'amount')?.value);
    for (const order of [all, all.toReversed(), [...all.slice(2), ...all.slice(0, 2)]])
      expect(standing(order.toSorted(compareByField(amount)))).toEqual([
        ...['0.5', '9', '100', '1a', undefined],
      ]);
    const those = (is: '<' | '>' | '=', value: string) =>
      standing(all.filter((one) => meets(one, { ...amount, is, value })));
    expect(those('>', '0')).toEqual(['9', '100', '0.5']);
    expect(those('<', '1000')).toEqual(['9', '100', '0.5']);
    expect(those('=', '9')).toEqual(['9']);
  });

  test('a merged one gives the other what it has not, as far as its queue has the field', async () => {
    const desk = await opened('My order 1234 is late.');
    await desk.deliver({ from: KAY, text: 'My order 5678 is late.' });
    await desk.order(7103, 'field kind bug');
    await desk.order(7103, 'field amount 3');
    await desk.order(7103, 'field constructor x');
    await desk.order(7102, 'field amount 2');
    await desk.order(7103, 'merge 7102 together');
    expect(valuesOf(desk)).toEqual({
      ...{ order: { value: '1234', isFound: true }, amount: { value: '2' } },
      ...{ kind: { value: 'bug' }, constructor: { value: 'x' } },
    });
  });

  test('a merged one brings what it has in the form of the field that it goes to', async () => {
    const texts = ['amount', 'due', 'kind'].map((name) => ({ name, type: 'text' }));
    const fields = [
      { name: 'amount', type: 'number' },
      { name: 'due', type: 'date' },
      { name: 'kind', type: 'choice', choices: ['Bug'] },
    ];
    const desk = new Desk({
      queues: [
        { ...SUPPORT, fields: texts },
        { ...BILLING, first: 1, fields },
      ],
    });
    await desk.deliver({});
    await desk.order(7102, 'field amount 007.50');
    await desk.order(7102, 'field due 7.12.2026');
    await desk.order(7102, 'field kind BUG');
    await desk.deliver({ to: 'billing', subject: 'An invoice' });
    await desk.order(7102, 'merge BILLING-1');
    expect(
      desk.tickets().find(({ queue, mergedInto }) => queue === 'BILLING' && mergedInto === null)
        ?.fields,
    ).toEqual({
      ...{ amount: { value: '7.5' }, due: { value: '2026-12-07' }, kind: { value: 'Bug' } },
    });
  });

  test('a merged one brings a number, however small', async () => {
    const desk = await opened();
    await desk.deliver({ from: KAY });
    await desk.order(7103, 'field amount 0.0000005');
    expect(valuesOf(desk, 7103)).toEqual({ amount: { value: '0.0000005' } });
    await desk.order(7103, 'merge 7102 together');
    expect(valuesOf(desk)).toEqual({ amount: { value: '0.0000005' } });
  });
});

describe('rules', () => {
  test('ask for what was found, and set fields', async () => {
    const match = [
      { name: 'old', if: { field: { order: ['0001', '1234'] } }, set: { kind: 'bug' }, goOn: true },
      {
        name: 'any',
        if: { field: { order: true } },
        tag: ['order'],
        set: { kind: 'wish', amount: 'x' },
      },
    ];
    const desk = deskWith({ match });
    const { decision } = await desk.deliver({ text: 'My order 1234 is late.' });
    expect(decision?.rules).toEqual([
      { rule: 'old', evidence: 'order is 1234', did: 'field kind bug' },
      { rule: 'any', evidence: 'order is 1234', did: 'tag +order, field amount x' },
    ]);
    expect(desk.ticket(7102)).toMatchObject({
      tags: ['order'],
      fields: { order: { value: '1234' }, kind: { value: 'bug' } },
    });
    // What may not stand there is left out.
    expect(valuesOf(desk)).not.toHaveProperty('amount');
    await desk.deliver({ text: 'Hello' });
    expect(desk.ticket(7103).tags).toEqual([]);
  });
});

test('a rule asks for what stands there, however its number, date or text is written', async () => {
  const fields = [
    { name: 'amount', type: 'number', pattern: 'EUR (\\S+)' },
    { name: 'due', type: 'date', pattern: 'until (\\S+)' },
    { name: 'place', type: 'text', pattern: 'in (.+)$' },
  ];
  const match = [
    { name: 'a', if: { field: { amount: ['1', '7.50'] } }, tag: ['amount'], goOn: true },
    { name: 'b', if: { field: { due: '7.12.2026' } }, tag: ['due'], goOn: true },
    { name: 'c', if: { field: { place: 'Mu\u0308nchen\u00A0 Ost' } }, tag: ['place'] },
  ];
  const desk = deskWith({ match }, fields);
  await desk.deliver({ text: 'EUR 007.5 until 2026-12-07 in M\u00FCnchen Ost' });
  expect(desk.ticket(7102).tags).toEqual(['amount', 'due', 'place']);
  await desk.deliver({ text: 'EUR 7.51 until 2026-12-08 in M\u00FCnchen' });
  expect(desk.ticket(7103).tags).toEqual([]);
});

describe('erasing', () => {
  test('takes what stood in the fields of their ticket', async () => {
    const desk = await opened('My order 1234 is late.');
    await desk.order(7102, 'field kind bug', 'bob');
    await desk.erase(ofPerson(NIC));
    expect(valuesOf(desk)).toEqual({});
    expect(JSON.stringify(desk.records)).not.toMatch(/1234|"value":"bug"/);
    expect(JSON.stringify(desk.records)).toContain('"field":"order"');
  });
});

describe('a wrong field', () => {
  const WRONG = [
    { name: 'order', type: 'nope' },
    { name: 'amount', type: 'number' },
  ];
  const wrongDesk = async () => {
    const desk = new Desk({ queues: [SUPPORT, { ...BILLING, fields: WRONG }] });
    await desk.deliver({});
    await desk.order(7102, 'move BILLING');
    await desk.deliver({ id: '<second@ferrier.example>' });
    return desk;
  };

  test('of one queue is in the way of no other line of a mail of commands', async () => {
    const desk = await wrongDesk();
    const { letters } = await desk.deliver({
      ...{ verb: 'control', from: BOB, login: 'bob', to: 'control' },
      text: 'close 7102\nassign 7103 bob\nshow 7102',
    });
    expect(desk.ticket(7103).assignee).toBe('bob');
    expect(desk.ticket(7102).status).not.toBe('resolved');
    const told = letters.find(({ to }) => to === BOB)?.text ?? '';
    expect(told).toContain('"queues.1.fields.0.type" holds "nope"');
    expect(told).toContain('SUPPORT-7102');
  });

  test('leaves those beside it, for whoever only reads', async () => {
    const { fieldsIn } = await import('../../src/config/fields-in.ts');
    const read = await fieldsIn(configOf({ queues: [{ ...SUPPORT, fields: WRONG }] }));
    expect(read('SUPPORT').map(({ name }) => name)).toEqual(['amount']);
    const choices = [
      { name: 'kind', type: 'choice' },
      { name: 'a', type: 'text' },
      { name: 'a', type: 'date' },
    ];
    const others = await fieldsIn(configOf({ queues: [{ ...SUPPORT, fields: choices }] }));
    expect(others('SUPPORT').map(({ type }) => type)).toEqual(['text']);
    for (const fields of ['none', [null], {}])
      expect((await fieldsIn(configOf({ queues: [{ ...SUPPORT, fields }] })))('SUPPORT')).toEqual(
        [],
      );
  });
});
