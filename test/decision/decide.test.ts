/**
 * Who writes what to where, what is decided, and why: whole mails against a desk that has
 * tickets. What each function of a decision does by itself is proven beside this.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import { confirmAddress, sentAddress, staffAddress } from '../../src/addresses/signed-address.ts';
import { signedMessageId } from '../../src/addresses/signed-id.ts';
import { type Decided, decide } from '../../src/decision/decide.ts';
import { readEnvelope } from '../../src/decision/envelope.ts';
import { questionsOf } from '../../src/decision/questions.ts';
import type { TicketId, Trust } from '../../src/ticket/ticket.ts';
import { ANN, BOB, configOf, type Different, DOMAIN, EVE, KAY, KIM, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import { factsOf, KEYS } from '../kit/facts.ts';
import { type Mail, mail, provenFrom, signedBy } from '../kit/mail.ts';
import { choiceOf, SEED } from '../kit/random.ts';
import { readOctets } from '../reading/read-file.ts';

const DAY_MS = 86_400_000;
let desk: Desk;
/** Message-IDs and addresses that came with the mails of the ticket. */
let known: { toNic: string; bobs: string; bounces: string };
beforeEach(async () => {
  desk = new Desk({ strict: false });
  await desk.deliver({ id: '<own@ferrier.example>' });
  const toNic = desk.lastTo(NIC).id ?? '';
  const bobs = desk.lastTo(BOB).replyTo;
  await desk.answer(7102, 'Try again.', 'bob');
  known = { toNic, bobs, bounces: desk.lastTo(NIC).sender };
});

const TICKET = 'support-7102';
type Row = readonly [
  sentence: string,
  given: () => Mail,
  wanted: Readonly<Record<string, unknown>>,
];
const act = (may: string, more: object = {}) => ({ type: 'act', may, doubt: null, ...more });
const held = (check: string) => ({ type: 'hold', verdict: { check } });
const recorded = (check: string) => ({ type: 'record', verdict: { check } });
const append = (more: object = {}) => ({ type: 'append', ticket: 'SUPPORT-7102', ...more });

const CUSTOMERS: readonly Row[] = [
  ['somebody new writes to the queue', () => ({ from: EVE }), { type: 'open', silence: null }],
  ['the requester writes to the queue again', () => ({}), { type: 'open' }],
  ['the requester writes to the ticket', () => ({ to: TICKET }), append({ mayReopen: true })],
  [
    'the requester writes to the queue and names a mail of ours',
    () => ({ answers: known.toNic }),
    append({ mayReopen: true }),
  ],
  [
    'the requester names a mail of their own',
    () => ({ answers: '<own@ferrier.example>' }),
    append({ mayReopen: true }),
  ],
  [
    "a stranger names the requester's own mail",
    () => ({ from: EVE, answers: '<own@ferrier.example>' }),
    { type: 'open' },
  ],
  [
    'somebody whom the requester passed our mail on to answers it',
    () => ({ from: EVE, answers: known.toNic }),
    append({ mayReopen: false }),
  ],
  ['a stranger writes to the ticket', () => ({ from: EVE, to: TICKET }), held('stranger')],
  ['a stranger guesses a number', () => ({ from: EVE, to: 'support-9999' }), { type: 'open' }],
  ['a stranger asks to close it', () => ({ from: EVE, to: `${TICKET}-close` }), held('stranger')],
  ['a number of no queue', () => ({ to: 'sales-7102' }), { type: 'open' }],
  [
    'the requester asks how far it is',
    () => ({ to: TICKET, text: 'status' }),
    append({ wish: 'status' }),
  ],
  ['… by its address', () => ({ to: `${TICKET}-status` }), append({ wish: 'status' })],
  [
    'the requester asks to close it, and nothing proves it',
    () => ({ to: TICKET, text: 'close' }),
    append({ wish: 'close, unproven' }),
  ],
  [
    '… and names a mail of ours',
    () => ({ to: TICKET, text: 'close', answers: known.toNic }),
    append({ wish: 'close' }),
  ],
  [
    '… and our MTA has verified the From',
    () => ({ to: `${TICKET}-close`, results: provenFrom(NIC) }),
    append({ wish: 'close' }),
  ],
  [
    '… and the verified mail is four days old',
    () => ({
      ...{ to: `${TICKET}-close`, results: provenFrom(NIC) },
      date: new Date(desk.now.getTime() - 4 * DAY_MS),
    }),
    append({ wish: 'close, unproven' }),
  ],
  [
    '… and our MTA calls the From forged',
    () => ({
      ...{ to: TICKET, text: 'stop', answers: known.toNic },
      results: 'spf=fail smtp.mailfrom=evil.example; dmarc=fail header.from=ferrier.example',
    }),
    append({ wish: 'stop, unproven' }),
  ],
  [
    'the word stands directly at a quote',
    () => ({ to: TICKET, text: '> Hello\nclose', answers: known.toNic }),
    append({ wish: null }),
  ],
  [
    'the word is not alone in its line',
    () => ({ to: TICKET, text: 'close it' }),
    append({ wish: null }),
  ],
  ['the requester wants nobody told', () => ({ to: `${TICKET}-quiet` }), append({ wish: 'quiet' })],
  ['somebody asks for help', () => ({ to: 'help' }), { type: 'help', person: null }],
  ['… by a subject alone', () => ({ subject: ' HELP ', text: '' }), { type: 'help' }],
  ['… and says something else', () => ({ subject: 'help', text: 'It burns' }), { type: 'open' }],
  ['… in a ticket', () => ({ to: TICKET, subject: 'help', text: '' }), append()],
  ['somebody gives commands', () => ({ to: 'control' }), { type: 'control', person: null }],
  ['… by the verb of the alias', () => ({ verb: 'control' }), { type: 'control', person: null }],
  [
    'a filter of ours calls it spam',
    () => ({ above: 'X-Spam-Flag: YES\n', queueId: 'ONE' }),
    held('spam'),
  ],
  [
    'it calls itself spam',
    () => ({ more: 'X-Spam-Flag: YES\n', queueId: 'ONE' }),
    { type: 'open' },
  ],
];

const STAFF: readonly Row[] = [
  [
    'one of the staff with a login',
    () => ({ from: BOB, to: TICKET, login: 'bob' }),
    act('command'),
  ],
  ['… whose From is another', () => ({ from: EVE, to: TICKET, login: 'bob' }), act('command')],
  [
    '… of somebody else: whose login it is counts',
    () => ({ from: BOB, to: TICKET, login: 'kim' }),
    act('command', { person: { name: 'kim' } }),
  ],
  ['… that nobody has', () => ({ from: BOB, to: TICKET, login: 'eve' }), held('unproven-staff')],
  [
    'one of the staff whose From our MTA has verified',
    () => ({ from: BOB, to: TICKET, results: provenFrom(BOB) }),
    act('command'),
  ],
  [
    '… by a signature alone: it waits for their word',
    () => ({ from: BOB, to: TICKET, results: signedBy(BOB) }),
    act('command', { doubt: { check: 'unconfirmed' } }),
  ],
  [
    '… to the address that they were given',
    () => ({ from: BOB, to: known.bobs, results: signedBy(BOB) }),
    act('command'),
  ],
  [
    '… as a blind copy',
    () => ({ from: BOB, to: ANN, rcpt: TICKET, results: provenFrom(BOB) }),
    act('command', { doubt: { check: 'copied' } }),
  ],
  [
    '… without a Message-ID',
    () => ({ from: BOB, to: TICKET, id: null, results: provenFrom(BOB) }),
    act('command', { doubt: { check: 'copied' } }),
  ],
  [
    '… with two To fields',
    () => ({ from: BOB, to: TICKET, more: 'To: x@y.example\n', results: provenFrom(BOB) }),
    act('command', { doubt: { check: 'copied' } }),
  ],
  [
    'the reply address that bob was given, by bob',
    () => ({ from: BOB, to: known.bobs }),
    act('answer'),
  ],
  ['… by a customer', () => ({ to: known.bobs }), append()],
  ['… by kim', () => ({ from: KIM, to: known.bobs }), held('unproven-staff')],
  ['… by a stranger', () => ({ from: EVE, to: known.bobs }), held('stranger')],
  [
    '… 31 days later',
    () => {
      desk.wait(31 * DAY_MS);
      return { from: BOB, to: known.bobs };
    },
    held('unproven-staff'),
  ],
  [
    '… but our MTA calls the From forged',
    () => ({
      ...{ from: BOB, to: known.bobs },
      results: `spf=fail smtp.mailfrom=evil.example; dmarc=fail header.from=${DOMAIN}`,
    }),
    held('unproven-staff'),
  ],
  [
    'the note address that bob was given, by anybody',
    () => ({ from: EVE, to: given('note', 'bob') }),
    act('note', { person: { name: 'bob' } }),
  ],
  ['one of the staff, unproven', () => ({ from: BOB, to: TICKET }), held('unproven-staff')],
  [
    '… who names a mail that they were sent',
    () => ({ from: BOB, to: TICKET, answers: desk.to(BOB)[0]?.id ?? null }),
    held('unproven-staff'),
  ],
  [
    '… who names a mail about the ticket, to the queue',
    () => ({ from: BOB, answers: known.toNic, login: 'bob' }),
    { type: 'open', mayBeOnBehalf: true },
  ],
  [
    '… to the queue: nothing is passed on for others',
    () => ({ from: BOB }),
    { type: 'open', mayBeOnBehalf: false },
  ],
  [
    'an address and a note address in one mail: a note',
    () => ({
      ...{ from: BOB, to: `${TICKET}@${DOMAIN}, ${TICKET}-note@${DOMAIN}`, login: 'bob' },
      rcpt: TICKET,
    }),
    act('command', { suffix: 'note' }),
  ],
  [
    'a word behind the ticket that is none',
    () => ({ from: BOB, to: `${TICKET}-clsoe`, login: 'bob' }),
    act('command', { suffix: 'unknown' }),
  ],
  [
    'commands with a login',
    () => ({ from: BOB, to: 'control', login: 'bob' }),
    { type: 'control', person: { name: 'bob' } },
  ],
  [
    '… with a given address alone',
    () => ({ from: BOB, to: 'control' }),
    { type: 'control', person: null },
  ],
  [
    '… that may be a copy',
    () => ({ from: BOB, to: 'control', results: signedBy(BOB) }),
    { type: 'control', doubt: { check: 'unconfirmed' } },
  ],
  [
    'the word that a held mail is theirs',
    () => ({ from: BOB, to: confirming(9) }),
    { type: 'confirm', held: 9, isWaiting: false },
  ],
  [
    '… by a machine',
    () => ({ from: BOB, to: confirming(9), more: 'Auto-Submitted: auto-replied\n' }),
    recorded('auto-submitted'),
  ],
  [
    '… with a guessed signature',
    () => ({ from: EVE, to: confirming(9).replace(/.{4}@/, 'aaaa@') }),
    { type: 'open' },
  ],
];

const MACHINES: readonly Row[] = [
  [
    'a machine writes to the queue',
    () => ({ more: 'Auto-Submitted: auto-replied\n' }),
    recorded('auto-submitted'),
  ],
  ['a list', () => ({ more: 'List-Id: <talk>\n' }), recorded('list')],
  ['the null sender', () => ({ sender: '' }), recorded('null-sender')],
  ['our own mail', () => ({ from: `new@${DOMAIN}` }), held('own-mail')],
  ['our own loop mark', () => ({ more: `X-Loop: new@${DOMAIN}\n` }), held('loop-mark')],
  [
    'a vacation answer to the ticket, of the requester',
    () => ({ to: TICKET, more: 'Auto-Submitted: auto-replied\n' }),
    append({ mayReopen: false, wish: null }),
  ],
  [
    '… of a stranger who says it in another way',
    () => ({ from: EVE, to: TICKET, more: 'Auto-Submitted: x\n' }),
    recorded('auto-submitted'),
  ],
  [
    '… or in a third',
    () => ({ from: EVE, to: TICKET, more: 'X-Vacation: y\n' }),
    recorded('vacation'),
  ],
  [
    '… of a stranger',
    () => ({ from: EVE, to: TICKET, more: 'Precedence: bulk\n' }),
    recorded('precedence'),
  ],
  [
    'a report to the ticket',
    () => ({ from: EVE, to: TICKET, sender: '' }),
    append({ mayReopen: false }),
  ],
  ['anything to the bounce address', () => ({ to: known.bounces }), append({ mayReopen: false })],
  [
    '… of a login of the staff: it is a machine that writes there',
    () => ({ from: BOB, to: known.bounces, login: 'bob' }),
    append({ mayReopen: false }),
  ],
  [
    'a bounce address with a guessed signature',
    () => ({ from: EVE, to: known.bounces.replace(/.{4}@/, 'aaaa@') }),
    held('stranger'),
  ],
  [
    'a filter calls what comes back of our mail spam',
    () => ({ to: known.bounces, sender: '', above: 'X-Spam-Flag: YES\n', queueId: 'ONE' }),
    append(),
  ],
];

function given(role: 'answer' | 'note', person: string, ticket: TicketId = 'SUPPORT-7102'): string {
  return staffAddress(KEYS, role, { ticket, person, at: desk.now }, DOMAIN);
}

function confirming(number: number): string {
  const about = { held: number, queue: 'SUPPORT', person: 'bob', at: desk.now };
  return confirmAddress(KEYS, about, DOMAIN);
}

describe.each([
  ['customers and strangers', CUSTOMERS],
  ['the staff', STAFF],
  ['machines', MACHINES],
] as const)('%s', (_, rows) => {
  test.each(rows)('%s', async (_sentence, mailOf, wanted) => {
    const { intent } = await desk.decide(mailOf());
    expect(intent).toMatchObject(wanted);
  });
});

test.each<readonly [Trust, string, () => Mail]>([
  ['automatic', 'a machine wrote it', () => ({ sender: '' })],
  ['claimed', 'nothing proves its From', () => ({})],
  ['thread', 'it names a mail that we sent to this address', () => ({ answers: known.toNic })],
  ['authenticated', 'dmarc=pass', () => ({ results: provenFrom(NIC) })],
  ['staff', 'SASL login bob of bob', () => ({ from: BOB, login: 'bob' })],
  ['staff', 'bob: ', () => ({ from: BOB, results: provenFrom(BOB) })],
  ['staff', 'the answer address of bob', () => ({ from: BOB, to: known.bobs })],
  ['staff', 'the note address of bob', () => ({ from: EVE, to: given('note', 'bob') })],
])('a mail is %s, since: %s', async (level, why, mailOf) => {
  const { decision } = await desk.decide(mailOf());
  expect(decision.trust).toBe(level);
  expect(decision.why).toContain(why);
});

describe('by the config', () => {
  test.each<readonly [string, Different, () => Mail, object]>([
    [
      'strict: what nothing proves is held',
      { strict: true },
      () => ({ to: TICKET }),
      held('strict'),
    ],
    [
      'strict: what names a mail of ours is not',
      { strict: true },
      () => ({ to: TICKET, answers: known.toNic }),
      append(),
    ],
    ['strict: what opens a ticket is not', { strict: true }, () => ({}), { type: 'open' }],
    [
      'strict: a report that nothing proves is only recorded',
      { strict: true },
      () => ({ from: EVE, to: TICKET, sender: '' }),
      recorded('null-sender'),
    ],
    [
      'staffProof sasl: a verified From proves nothing',
      { staffProof: 'sasl' },
      () => ({ from: BOB, to: TICKET, results: provenFrom(BOB) }),
      held('unproven-staff'),
    ],
    [
      'staffProof sasl: nor does a given address',
      { staffProof: 'sasl' },
      () => ({ from: BOB, to: known.bobs }),
      held('unproven-staff'),
    ],
    [
      'a form: whoever stands in its Reply-To asks',
      { forms: ['form@www.example'] },
      () => ({
        from: 'form@www.example',
        more: `Reply-To: ${KAY}\nAuto-Submitted: auto-generated\n`,
      }),
      { type: 'open' },
    ],
    [
      'a form: a login through it is the login of the form',
      { forms: ['form@www.example'] },
      () => ({ from: 'form@www.example', more: `Reply-To: ${BOB}\n`, to: TICKET, login: 'bob' }),
      held('unproven-staff'),
    ],
    [
      'a list that is no group of ours is a list',
      { groups: ['talk.example'] },
      () => ({ more: 'List-Id: <other.example>\nPrecedence: list\n' }),
      recorded('list'),
    ],
    [
      'a group passes on what people write',
      { groups: ['talk.example'] },
      () => ({ more: 'List-Id: <talk.example>\nPrecedence: list\n' }),
      { type: 'open' },
    ],
    [
      'an alias that is known is named in a mail that came by it',
      { alsoKnownAs: ['info@shop.example'] },
      () => ({ to: 'info@shop.example', rcpt: 'control', from: BOB, results: provenFrom(BOB) }),
      { type: 'control', doubt: null },
    ],
  ])('%s', async (_, different, mailOf, wanted) => {
    desk.configure(different);
    expect((await desk.decide(mailOf())).intent).toMatchObject(wanted);
  });

  test('a form proves nothing of whom it names, also if they are of its domain', async () => {
    desk.configure({ forms: ['form@ferrier.example'] });
    const form = { from: 'form@ferrier.example', more: `Reply-To: ${NIC}\n` };
    const { decision, from } = await desk.decide({ ...form, results: provenFrom(NIC) });
    expect(from).toMatchObject({ address: NIC });
    expect(decision.trust).toBe('claimed');
  });

  test('an address that names a queue comes first, and a ticket has its own', async () => {
    const queues = [
      { prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102 },
      { prefix: 'BILLING', address: 'invoices', name: 'Billing' },
    ];
    desk.configure({ queues });
    const queueOf = async (given: Mail) => {
      const { intent } = await desk.decide(given);
      return 'queue' in intent ? intent.queue.prefix : null;
    };
    expect(await queueOf({ to: 'invoices' })).toBe('BILLING');
    expect(await queueOf({ to: 'new' })).toBe('SUPPORT');
    expect(await queueOf({ to: 'somebody' })).toBe('SUPPORT');
    expect(await queueOf({ to: 'billing-7' })).toBe('BILLING');
    expect(await queueOf({ from: BOB, to: TICKET, login: 'bob' })).toBe('SUPPORT');
  });
});

describe('a block', () => {
  beforeEach(() => desk.order(7102, 'block', 'bob'));

  test.each<readonly [string, Mail, object]>([
    ['what the blocked one writes opens nothing', {}, recorded('blocked')],
    ['nor comes into the ticket', { to: TICKET }, recorded('blocked')],
    ['whatever its case and tag', { from: 'Nic+x@Ferrier.example' }, recorded('blocked')],
    ['others write as before', { from: KAY }, { type: 'open' }],
    [
      'a claim to be ours is recorded, too',
      { more: `X-Loop: new@${DOMAIN}\n` },
      recorded('blocked'),
    ],
  ])('%s', async (_, given, wanted) => {
    expect((await desk.decide(given)).intent).toMatchObject(wanted);
  });

  test('holds at the address for notes, too, which anybody may have got hold of', async () => {
    const { intent } = await desk.decide({ to: given('note', 'bob') });
    expect(intent).toMatchObject(recorded('blocked'));
  });

  test('touches none of the staff who is proven', async () => {
    await desk.deliver({ from: BOB });
    await desk.order(7103, 'block', 'kim');
    expect((await desk.decide({ from: BOB })).intent).toMatchObject(recorded('blocked'));
    for (const proof of [{ login: 'bob' }, { results: provenFrom(BOB) }]) {
      const { intent } = await desk.decide({ from: BOB, ...proof });
      expect(intent).toMatchObject({ type: 'open' });
    }
    expect((await desk.decide({ from: BOB, to: known.bobs })).intent).toMatchObject(act('answer'));
    const note = { from: BOB, to: given('note', 'bob') };
    expect((await desk.decide(note)).intent).toMatchObject(act('note'));
  });

  test('ends when it is taken back', async () => {
    await desk.order(7102, 'unblock', 'bob');
    expect((await desk.decide({})).intent).toMatchObject({ type: 'open' });
  });
});

describe('a mail acts once for a person and a Message-ID', () => {
  const twice: Mail = { from: BOB, to: TICKET, id: '<once@x.example>', results: provenFrom(BOB) };

  test('a later one of a verified From is in doubt', async () => {
    await desk.deliver(twice);
    expect((await desk.decide(twice)).intent).toMatchObject({ doubt: { check: 'copied' } });
  });

  test('so is one that came to the address that they were given', async () => {
    const given: Mail = { from: BOB, to: known.bobs, id: '<once@x.example>' };
    await desk.deliver(given);
    expect((await desk.decide(given)).intent).toMatchObject({ doubt: { check: 'copied' } });
  });

  test('one of a login is not, nor what its author has confirmed', async () => {
    await desk.deliver(twice);
    const again = { ...twice, login: 'bob' };
    expect((await desk.decide(again)).intent).toMatchObject({ doubt: null });
  });
});

test('one of the staff whose own ticket it is writes as its requester, but to the address that they were given', async () => {
  await desk.deliver({ from: BOB });
  const own = { from: BOB, login: 'bob' };
  expect((await desk.decide({ ...own, to: 'support-7103' })).intent).toMatchObject({
    ...{ type: 'append', ticket: 'SUPPORT-7103' },
  });
  const to = given('answer', 'bob', 'SUPPORT-7103');
  expect((await desk.decide({ from: BOB, to })).intent).toMatchObject(act('answer'));
});

test('an address that was given for one ticket is not good for another', async () => {
  await desk.deliver({ from: KAY });
  const { intent } = await desk.decide({ from: BOB, to: 'support-7103', original: known.bobs });
  expect(intent).toMatchObject({ ...held('unproven-staff'), ticket: 'SUPPORT-7103' });
});

describe('after a merge', () => {
  beforeEach(async () => {
    await desk.deliver({ from: KAY });
    await desk.order(7102, 'merge 7103');
  });

  test.each<readonly [string, () => Mail]>([
    ['the address', () => ({ to: TICKET })],
    ['a mail of ours', () => ({ answers: known.toNic })],
    ["the requester's own mail", () => ({ answers: '<own@ferrier.example>' })],
    ['the address that the staff were given', () => ({ from: BOB, to: known.bobs })],
    ['the bounce address', () => ({ to: known.bounces, sender: '' })],
  ])('%s of the one leads to the other', async (_, mailOf) => {
    expect((await desk.decide(mailOf())).intent).toMatchObject({ ticket: 'SUPPORT-7103' });
  });
});

describe('after a restore', () => {
  const OLD = 'support-7102-a-1-aaaaaaaaaaaaaaaa';

  test('the address of a ticket that was lost is of use to nobody who guesses it', async () => {
    const { intent } = await desk.decide({ from: BOB, to: OLD.replace('7102', '9999') });
    expect(intent).toMatchObject({ type: 'open' });
  });

  test('an address of the epoch before lets nobody act, and says whose it was', async () => {
    const before = { ...KEYS, epoch: 'before', pastEpochs: [] };
    const about = { ticket: 'SUPPORT-7102', person: 'bob', at: desk.now } as const;
    const to = staffAddress(before, 'answer', about, DOMAIN);
    const decided = await decideWith({ from: BOB, to }, { ...KEYS, pastEpochs: ['before'] });
    expect(decided.intent).toMatchObject({ type: 'act', may: 'nothing', person: { name: 'bob' } });
  });
});

async function decideWith(given: Mail, keys: typeof KEYS): Promise<Decided> {
  const config = configOf();
  const { octets, environment, verb } = mail(given, 1, desk.now);
  const envelope = readEnvelope(null, Buffer.alloc(0), environment);
  const { message } = await readOctets(octets);
  const arrived = { envelope, message, verb, defaultQueue: null };
  const known = { tickets: desk.tickets(), keys };
  return decide(
    { ...arrived, now: desk.now },
    config,
    factsOf(known, questionsOf(arrived, config)),
  );
}

/** Whatever a mail names, is sent to and says, all that its decision asks was gathered. */
test(`no decision asks for what was not gathered (SEED=${SEED})`, async () => {
  console.log(`decide: SEED=${SEED}`);
  const choose = choiceOf(SEED);
  await desk.deliver({ from: KAY, to: `new@${DOMAIN}` });
  await desk.deliver({ from: KAY, to: 'support-7103', text: 'more' });
  await desk.order(7102, 'merge 7103');
  await desk.order(7103, 'split 3');
  await desk.deliver({ from: BOB, to: TICKET, results: signedBy(BOB) });
  const [waiting] = desk.held();
  const numbers = [7102, 7103, 7104, 9999];
  const people = [
    NIC,
    KAY,
    EVE,
    BOB,
    KIM,
    ANN,
    'Nic+x@Ferrier.example',
    'x@bücher.example',
    `new@${DOMAIN}`,
  ];
  const ids = () => [
    ...desk.letters.flatMap(({ id }) => id ?? []),
    ...numbers.map((n) =>
      signedMessageId(KEYS, `SUPPORT-${n}`, choose.number(5), choose(people), DOMAIN),
    ),
    ...[
      '<own@ferrier.example>',
      '<nothing@x.example>',
      '<support-7102.1.aaaaaaaaaaaaaaaa@x.example>',
    ],
  ];
  const place = (): string => {
    const n = choose(numbers);
    const ticket = `SUPPORT-${n}` as const;
    const person = choose(['bob', 'kim', 'eve']);
    return choose([
      choose(['new', 'help', 'control', 'somebody', `new@${DOMAIN}`]),
      choose([`support-${n}`, `support-${n}-close`, `support+${n}`, `SUPPORT-${n}-note`]),
      choose(desk.letters.flatMap(({ replyTo }) => (replyTo === '' ? [] : [replyTo]))),
      staffAddress(KEYS, choose(['answer', 'note']), { ticket, person, at: desk.now }, DOMAIN),
      ...(['bounce', 'reply'] as const).map((role) => {
        const sent = { ticket, serial: choose.number(5), recipient: choose(people) };
        return sentAddress(KEYS, role, sent, DOMAIN);
      }),
      confirming(choose([waiting?.id ?? 0, 1, 999])),
    ]);
  };
  const field = (): string =>
    choose([
      ...['', 'Auto-Submitted: auto-replied\n', `X-Loop: new@${DOMAIN}\n`, 'Precedence: bulk\n'],
      ...[`Reply-To: ${choose(people)}\n`, `Cc: ${place()}\n`],
      `References: ${[1, 2, 3].map(() => choose(ids())).join(' ')}\n`,
      `References: ${Array.from({ length: 30 }, (_, n) => `<${n}@x.example>`).join(' ')} ${choose(ids())}\n`,
      `Content-Type: multipart/report; boundary=b\n`,
    ]);
  const intents = new Set<string>();
  for (let n = 0; n < 400; n += 1) {
    const from = choose(people);
    const domain = from.split('@')[1];
    const given: Mail = {
      from,
      ...{ to: place(), more: field() + field() + choose(['', `Reply-To: ${place()}\n`]) },
      text: choose(['Hello', 'close', 'send', '', `Message-ID: ${choose(ids())}\n\nx`]),
      answers: choose([null, null, choose(ids())]),
      id: choose([null, `<r${n}@x.example>`, `<r${n}@x.example>`, choose(ids())]),
      ...choose([{}, {}, { rcpt: null }, { rcpt: place() }]),
      ...choose([{}, { sender: '' }, { sender: place() }]),
      ...choose([{}, {}, { login: 'bob' }, { login: 'eve' }]),
      ...choose([
        {},
        { results: provenFrom(from) },
        { results: `dmarc=fail header.from=${domain}` },
      ]),
      verb: choose(['any', 'new', 'reply', 'control'] as const),
    };
    desk.configure(
      choose([
        {},
        {},
        { strict: true },
        { staffProof: 'sasl' },
        { forms: [EVE] },
        { groups: ['x'] },
      ]),
    );
    const { intent } = await desk.decide(given).catch((error: unknown) => {
      throw new Error(`${String(error)}: ${JSON.stringify(given)}`);
    });
    intents.add(intent.type);
  }
  // Mails that are all recorded would prove nothing.
  for (const type of ['open', 'append', 'act', 'control', 'confirm', 'hold', 'record']) {
    expect(intents).toContain(type);
  }
});
