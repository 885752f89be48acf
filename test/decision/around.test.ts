/** What the config, blocks, earlier mails, merges and restores change in a decision. */
import { beforeEach, describe, expect, test } from 'vitest';
import { staffAddress } from '../../src/addresses/signed-address.ts';
import { type DecidedMail, decide } from '../../src/decision/decide.ts';
import { readEnvelope } from '../../src/decision/envelope.ts';
import { questionsOf } from '../../src/decision/questions.ts';
import type { TicketId } from '../../src/ticket/ticket.ts';
import {
  type Answered,
  act,
  answeredDesk,
  append,
  givenAt,
  held,
  recorded,
  TICKET,
} from '../kit/answered-desk.ts';
import { BOB, configOf, type Different, DOMAIN, EVE, KAY, NIC } from '../kit/config.ts';
import type { Desk } from '../kit/desk.ts';
import { factsOf, KEYS } from '../kit/facts.ts';
import { type Mail, mail, provenFrom } from '../kit/mail.ts';
import { readOctets } from '../reading/read-file.ts';

let desk: Desk;
let known: Answered;
beforeEach(async () => {
  known = await answeredDesk();
  desk = known.desk;
});

const given = (role: 'answer' | 'note', person: string, ticket?: TicketId) =>
  givenAt(desk, role, person, ticket);

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
      () => ({ from: EVE, to: TICKET, sender: '', subject: 'Undelivered mail' }),
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
      () => ({ from: EVE, more: 'List-Id: <other.example>\nPrecedence: list\n' }),
      held('bulk'),
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
    await desk.order(7102, 'merge 7103 together');
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

async function decideWith(given: Mail, keys: typeof KEYS): Promise<DecidedMail> {
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
