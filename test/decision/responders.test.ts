/** Two machines, a customer's and a colleague's or those of two, neither of which says that it is one. */
import { afterEach, expect, test } from 'vitest';
import { colleaguesVerdict, respondersVerdict } from '../../src/decision/responders.ts';
import { carryOut } from '../../src/feed/order.ts';
import { release } from '../../src/intake/release.ts';
import type { Message, Note } from '../../src/ticket/ticket.ts';
import { makePipeLine, type PipeLine } from '../corpus/pipe-line.ts';
import { letterIn } from '../kit/outgoing.ts';

const NIC = 'nic@ferrier.example';
const BOB = 'bob@support-ticket.example';
const KIM = 'kim@support-ticket.example';
const NEW = 'new@support-ticket.example';
let line: PipeLine | undefined;

afterEach(() => line?.remove());

function begin() {
  let time = Date.now();
  const made = makePipeLine({
    now: () => new Date(time),
    config: {
      staff: [
        { name: 'bob', addresses: [BOB], sasl: ['bob'] },
        { name: 'kim', addresses: [KIM], sasl: ['kim'] },
      ],
    },
  });
  line = made;
  let mails = 0;
  const lastTo = (address: string) => {
    const outgoing = made.all().flatMap((record) => record.outgoing);
    const last = outgoing.findLast(({ recipient }) => recipient === address);
    return last === undefined ? null : letterIn(last);
  };
  const deliver = (SENDER: string, RECIPIENT: string, text: string, head = '') => {
    mails += 1;
    const mail = `From: ${SENDER}\nTo: ${RECIPIENT}\nSubject: Re: Hi\nMessage-ID: <${mails}@a.example>\n${head}\n${text}\n`;
    return made.deliver(Buffer.from(mail), { SENDER, RECIPIENT });
  };
  return {
    ...made,
    lastTo,
    later: (seconds: number) => {
      time += seconds * 1000;
    },
    now: () => new Date(time),
    opens: () => deliver(NIC, NEW, 'Hello'),
    /** As his machine does: in answer to what came last. */
    customer: () =>
      deliver(
        NIC,
        'support-1@support-ticket.example',
        'We have got your mail.',
        `In-Reply-To: ${lastTo(NIC)?.messageId}\n`,
      ),
    colleague: (text = 'I am in a meeting.', address = BOB) =>
      deliver(address, lastTo(address)?.replyTo ?? '', text),
    answers: async () =>
      ((await made.store.ticket('SUPPORT-1'))?.messages ?? []).filter(
        (message) => message.direction === 'out' && !message.automatic,
      ).length,
  };
}

test('two machines that write to each other through the desk come to an end, and nothing of it is dropped', async () => {
  const { opens, customer, colleague, answers, later, store, lastTo, context } = begin();
  await opens();
  const ends: string[] = [];
  for (let round = 0; round < 20; round += 1) {
    later(20);
    const before = await answers();
    ends.push(await colleague(`I am in a meeting, for the ${round}th time.`));
    // A machine answers what it gets, and nothing else.
    if ((await answers()) === before) break;
    later(20);
    await customer();
  }
  expect(ends).toEqual(['carried-out', 'carried-out', 'carried-out', 'held']);
  expect(await answers()).toBe(3);
  expect(await store.held()).toMatchObject([
    { ticket: 'SUPPORT-1', by: 'bob', reason: { check: 'two-responders' } },
  ]);
  // The staff are told as soon as they may be written to again.
  later(16 * 60);
  await customer();
  expect(lastTo(BOB)).toBeTruthy();
  const told = line?.all().flatMap(({ outgoing }) => outgoing.map(letterIn));
  expect(told?.some(({ text }) => text.includes('is held (two-responders)'))).toBe(true);
  // And a person lets the answer out.
  const [held] = await store.held();
  if (held === undefined) throw new Error('nothing is held');
  // Also where what had proven it is worth nothing any more.
  const staff = context.config.staff.map((one) => ({
    ...one,
    addresses: ['bob@home.example'],
  }));
  await release(held, 'kim', { ...context, config: { ...context.config, staff } });
  expect(await store.held()).toEqual([]);
  expect(lastTo(NIC)?.text).toContain('I am in a meeting, for the 3th time.');
  expect(await answers()).toBe(4);
});

test('the machines of two colleagues come to an end as well', async () => {
  const { opens, colleague, later, store, lastTo } = begin();
  await opens();
  await colleague('note\n\n@kim, look at this.');
  const ends: string[] = [];
  for (let round = 0; round < 20; round += 1) {
    const address = round % 2 === 0 ? KIM : BOB;
    const before = lastTo(address === KIM ? BOB : KIM)?.messageId;
    later(10);
    ends.push(await colleague(`I am in a meeting, for the ${round}th time.`, address));
    if (lastTo(address === KIM ? BOB : KIM)?.messageId === before) break;
  }
  expect(ends.at(-1)).toBe('held');
  expect(ends.length).toBeLessThan(10);
  const [held] = await store.held();
  expect(held).toMatchObject({ ticket: 'SUPPORT-1', reason: { check: 'two-responders' } });
});

test('people who write slowly, in a terminal, or who keep it inside are not held', async () => {
  const { opens, customer, colleague, answers, later, context, store } = begin();
  await opens();
  for (let round = 0; round < 6; round += 1) {
    later(121);
    expect(await colleague()).toBe('carried-out');
    await customer();
  }
  for (let round = 0; round < 4; round += 1) {
    later(10);
    await carryOut(
      {
        ...{ type: 'act', ticket: 'SUPPORT-1', by: 'bob', origin: null },
        action: { type: 'reply', text: 'Here you are.' },
      },
      context,
    );
    await customer();
  }
  expect(await answers()).toBe(10);
  for (let round = 0; round < 3; round += 1) {
    later(10);
    expect(await colleague()).toBe('carried-out');
    await customer();
  }
  expect(await colleague('note\n\nA machine answers him.')).toBe('carried-out');
  expect(await colleague()).toBe('held');
  expect(await store.held()).toHaveLength(1);
});

const AT = Date.parse('2026-11-28T12:00:00Z');
const seconds = (ago: number) => new Date(AT - ago * 1000).toISOString();
const said = { subject: '', text: '', attachments: [], raw: 'raw/1' } as const;
const word = (ago: number, trust: 'thread' | 'automatic' = 'thread'): Message => ({
  ...{ ...said, serial: 1, direction: 'in', trust, date: seconds(ago) },
  ...{ from: null, to: [], messageId: null, newLines: [] },
});
const reply = (ago: number, change: object = {}): Message => ({
  ...{ ...said, serial: 1, direction: 'out', date: seconds(ago), written: 'raw/2' },
  ...{ automatic: false, delivery: 'sent', by: 'bob', messageId: '<1@a>' },
  ...{ from: { name: '', address: 'a@b' }, to: [{ name: '', address: 'c@d' }] },
  ...change,
});

test.each<readonly [string, readonly Message[], boolean]>([
  ['nothing', [], false],
  ['two rounds', [reply(200), word(190), reply(100), word(90)], false],
  ['three', [reply(300), word(290), reply(200), word(190), reply(100), word(90)], true],
  ['three, to the second', [reply(360), word(1), reply(240), word(1), reply(120), word(1)], true],
  ['one of them slow', [reply(361), word(1), reply(240), word(1), reply(120), word(1)], false],
  ['the last of them slow', [reply(300), word(1), reply(200), word(1), reply(121), word(1)], false],
  [
    'three, with what a machine says and copies in between',
    [
      ...[reply(300), reply(300, { copyOf: 1 }), word(290), reply(280, { automatic: true })],
      ...[reply(200), word(190), word(180, 'automatic'), reply(100), word(90)],
    ],
    true,
  ],
  [
    'three, of two answers and two words each, as of two mails that go round',
    [
      ...[reply(300), reply(299), word(290), word(289), reply(200), reply(199), word(190)],
      ...[word(189), reply(100), reply(99), word(90), word(89), reply(10)],
    ],
    true,
  ],
  [
    'three, and a slow answer within one of them',
    [...[reply(300), word(290), reply(260), reply(100), word(90), reply(50), word(40)]],
    false,
  ],
  [
    'three, and one given in a terminal within one of them',
    [
      ...[reply(300), word(290), reply(200, { written: undefined }), reply(199), word(190)],
      ...[reply(100), word(90)],
    ],
    false,
  ],
  ['nobody who answers', [reply(30), reply(20), reply(10)], false],
  ['a marked machine that answers', [reply(30), reply(20), reply(10), word(5, 'automatic')], false],
  [
    'one given in a terminal',
    [reply(300), word(290), reply(200, { written: undefined }), word(190), reply(100), word(90)],
    false,
  ],
  ['a clock that was ahead', [reply(3), word(2), reply(2), word(1), reply(-60), word(0)], false],
])('%s', (_, messages, isHeld) => {
  expect(respondersVerdict({ messages }, new Date(AT)) !== null).toBe(isHeld);
});

const note = (ago: number, by: string, change: object = {}): Message | Note => ({
  ...{ serial: 1, direction: 'internal', date: seconds(ago), by, text: '', attachments: [] },
  ...{ written: 'raw/3', ...change },
});
const both = (ago: number, change: object = {}) => [
  note(ago, 'bob'),
  note(ago - 10, 'kim', change),
];

test.each<readonly [string, readonly (Message | Note)[], boolean]>([
  ['no notes', [], false],
  ['two rounds of notes', [...both(200), ...both(100)], false],
  ['three of notes', [...both(300), ...both(200), ...both(100)], true],
  [
    'three of notes, and words of customers',
    [...both(300), word(250), ...both(200), ...both(100)],
    true,
  ],
  ['one of them slow', [...both(360), ...both(200), ...both(100)], false],
  ['only their own', [note(40, 'bob'), note(30, 'bob'), note(20, 'bob'), note(10, 'bob')], false],
  [
    'of somebody in a terminal',
    [...both(300), ...both(200, { written: undefined }), ...both(100)],
    false,
  ],
])('%s', (_, messages, isHeld) => {
  expect(colleaguesVerdict({ messages }, 'bob', new Date(AT)) !== null).toBe(isHeld);
});
