/**
 * Who writes what to where, what is decided, and why: whole mails against a desk that has
 * a ticket. What each function of a decision does by itself is proven beside this.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Trust } from '../../src/ticket/ticket.ts';
import {
  type Answered,
  act,
  answeredDesk,
  append,
  confirmingAt,
  givenAt,
  held,
  recorded,
  TICKET,
} from '../kit/answered-desk.ts';
import { ANN, BOB, DOMAIN, EVE, KIM, NIC } from '../kit/config.ts';
import type { Desk } from '../kit/desk.ts';
import { type Mail, provenFrom, signedBy } from '../kit/mail.ts';

const DAY_MS = 86_400_000;
let desk: Desk;
let known: Answered;
beforeEach(async () => {
  known = await answeredDesk();
  desk = known.desk;
});

type Row = readonly [
  sentence: string,
  given: () => Mail,
  wanted: Readonly<Record<string, unknown>>,
];

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
    append({ mayReopen: true, customerCommand: null }),
  ],
  ['a stranger writes to the ticket', () => ({ from: EVE, to: TICKET }), held('stranger')],
  ['a stranger guesses a number', () => ({ from: EVE, to: 'support-9999' }), { type: 'open' }],
  ['a stranger asks to close it', () => ({ from: EVE, to: `${TICKET}-close` }), held('stranger')],
  ['a number of no queue', () => ({ to: 'sales-7102' }), { type: 'open' }],
  [
    'the requester asks how far it is',
    () => ({ to: TICKET, text: 'status' }),
    append({ customerCommand: 'status' }),
  ],
  ['… by its address', () => ({ to: `${TICKET}-status` }), append({ customerCommand: 'status' })],
  [
    'the requester asks to close it, and nothing proves it',
    () => ({ to: TICKET, text: 'close' }),
    append({ customerCommand: 'close, unproven' }),
  ],
  [
    '… and names a mail of ours',
    () => ({ to: TICKET, text: 'close', answers: known.toNic }),
    append({ customerCommand: 'close' }),
  ],
  [
    '… and our MTA has verified the From',
    () => ({ to: `${TICKET}-close`, results: provenFrom(NIC) }),
    append({ customerCommand: 'close' }),
  ],
  [
    '… and the verified mail is four days old',
    () => ({
      ...{ to: `${TICKET}-close`, results: provenFrom(NIC) },
      date: new Date(desk.now.getTime() - 4 * DAY_MS),
    }),
    append({ customerCommand: 'close, unproven' }),
  ],
  [
    '… and our MTA calls the From forged',
    () => ({
      ...{ to: TICKET, text: 'stop', answers: known.toNic },
      results: 'spf=fail smtp.mailfrom=evil.example; dmarc=fail header.from=ferrier.example',
    }),
    append({ customerCommand: 'stop, unproven' }),
  ],
  [
    'the word stands directly at a quote',
    () => ({ to: TICKET, text: '> Hello\nclose', answers: known.toNic }),
    append({ customerCommand: null }),
  ],
  [
    'the word is not alone in its line',
    () => ({ to: TICKET, text: 'close it' }),
    append({ customerCommand: null }),
  ],
  [
    'the requester wants nobody told',
    () => ({ to: `${TICKET}-quiet` }),
    append({ customerCommand: 'quiet' }),
  ],
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
  ['… by a stranger', () => ({ from: EVE, to: known.bobs }), held('unlisted')],
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
    '… with a guessed token',
    () => ({ from: EVE, to: confirming(9).replace(/.{4}@/, 'aaaa@') }),
    held('not-asked'),
  ],
];

const MACHINES: readonly Row[] = [
  [
    'a machine writes to the queue',
    () => ({ more: 'Auto-Submitted: auto-replied\n' }),
    recorded('auto-submitted'),
  ],
  ['a list', () => ({ from: EVE, more: 'List-Id: <talk>\n' }), held('bulk')],
  [
    'the null sender with a report',
    () => ({ sender: '', subject: 'Undelivered Mail Returned to Sender' }),
    recorded('null-sender'),
  ],
  ['our own mail', () => ({ from: `new@${DOMAIN}` }), held('own-mail')],
  ['our own loop mark', () => ({ more: `X-Loop: new@${DOMAIN}\n` }), held('loop-mark')],
  [
    'a vacation answer to the ticket, of the requester',
    () => ({ to: TICKET, more: 'Auto-Submitted: auto-replied\n' }),
    append({ mayReopen: false, customerCommand: null }),
  ],
  [
    '… of a stranger who says it in another way',
    () => ({ from: EVE, to: TICKET, more: 'X-Autoreply: yes\n' }),
    recorded('vacation'),
  ],
  [
    '… or in a third',
    () => ({ from: EVE, to: TICKET, more: 'X-Vacation: y\n' }),
    recorded('vacation'),
  ],
  [
    '… of a stranger',
    () => ({ from: EVE, to: TICKET, more: 'Precedence: auto_reply\n' }),
    recorded('precedence'),
  ],
  [
    'a report to the ticket',
    () => ({ from: EVE, to: TICKET, sender: '', subject: 'failure notice' }),
    append({ mayReopen: false }),
  ],
  ['anything to the bounce address', () => ({ to: known.bounces }), append({ mayReopen: false })],
  [
    '… of a login of the staff: it is a machine that writes there',
    () => ({ from: BOB, to: known.bounces, login: 'bob' }),
    append({ mayReopen: false }),
  ],
  [
    'a bounce address with a guessed token',
    () => ({ from: EVE, to: known.bounces.replace(/.{4}@/, 'aaaa@') }),
    held('stranger'),
  ],
  [
    'a filter calls what comes back of our mail spam',
    () => ({ to: known.bounces, sender: '', above: 'X-Spam-Flag: YES\n', queueId: 'ONE' }),
    append(),
  ],
];

const given = (role: 'answer' | 'note', person: string) => givenAt(desk, role, person);
const confirming = (number: number) => confirmingAt(desk, number);

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
  ['automatic', 'a machine wrote it', () => ({ more: 'Auto-Submitted: auto-replied\n' })],
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
