/** What a commit relies on, in every store: versions, limits, and names that need no number. */
import { beforeEach, describe, expect, test } from 'vitest';
import { allOf } from '../../src/journal/blobs.ts';
import { type Facts, NO_QUESTIONS, type Questions } from '../../src/journal/facts.ts';
import type { Commit } from '../../src/journal/ledger.ts';
import type { AnswerLimit } from '../../src/journal/limits.ts';
import { OWN_NUMBER, OWN_PATHS } from '../../src/journal/own-names.ts';
import { pathsFor } from '../../src/journal/paths.ts';
import type { Store } from '../../src/journal/store.ts';
import type { Change } from '../../src/ticket/change.ts';
import type { Decision } from '../../src/ticket/decision.ts';
import type { HeldMail } from '../../src/ticket/held.ts';
import type { TicketId } from '../../src/ticket/ticket.ts';
import { outgoingTo } from '../kit/outgoing.ts';
import { STORES } from './stores.ts';

const NIC = 'nic@ferrier.example';
const TICKET: TicketId = 'SUPPORT-7102';
const OTHER: TicketId = 'SUPPORT-7103';
const DECISION: Decision = {
  ...{ messageId: '<1@ferrier.example>', verb: 'new', sender: null, recipients: [], isNamed: null },
  ...{ client: null, login: null, asked: [], spoke: [], trust: 'claimed', why: '' },
  ...{ route: 'SUPPORT', by: 'queue', intent: 'open' },
};
const ASKED: Questions = {
  ...NO_QUESTIONS,
  tickets: [TICKET, OTHER],
  messages: ['<1@ferrier.example>'],
  acts: [{ actor: 'kim', messageId: '<1@ferrier.example>' }],
  addresses: [NIC],
  held: [2, 3],
  queues: ['SUPPORT'],
  answeredSince: new Date('2026-11-20T12:00:00Z'),
};

let clock: Date;
beforeEach(() => {
  clock = new Date('2026-11-21T12:00:00Z');
});

const created = (number: number): Change => ({
  ...{ type: 'ticket.created', ticket: `SUPPORT-${number}`, number, queue: 'SUPPORT' },
  ...{ subject: 'Hello', requester: null },
});
const answered = (address: string): Change => ({ type: 'mail.answered', address, about: 'help' });
const held: Change = {
  type: 'mail.held',
  mail: {
    ...{ id: OWN_NUMBER, from: null, date: '2026-11-21T12:00:00Z', subject: 'x', queue: 'SUPPORT' },
    ...{ ticket: null, reason: { check: 'spam', evidence: 'x' }, raw: OWN_PATHS.rawIn },
  },
};

describe.each(STORES)('a store %s', (_, make) => {
  let store: Store;
  beforeEach(async () => {
    store = make(() => clock);
    await commit({ changes: [created(7102)] });
  });
  const commit = (more: Partial<Commit>) =>
    store.transact((transaction) => transaction.commit({ changes: [], outgoing: [], ...more }));
  const stillHold = (facts: Facts) => store.transact((one) => one.stillHolds(facts));
  const deliver = (more: Partial<Commit>, actor?: string) => {
    const incoming = store.receive();
    incoming.write(Buffer.from('Subject: Hello\n\nHello.\n'));
    incoming.seal('hash', false);
    const decision = { ...DECISION, ...(actor !== undefined && { actor }) };
    return commit({
      delivery: { key: { hash: 'hash', targets: ['SUPPORT'] }, incoming, decision },
      ...more,
    });
  };

  test.each<[what: string, change: () => Promise<unknown>]>([
    ['a ticket has changed', () => commit({ changes: [{ ...RETITLED, to: 'Other' }] })],
    ['a ticket is there that was not', () => commit({ changes: [created(7103)] })],
    ['a Message-ID is known that was not', () => deliver({ changes: [created(7104), INCOMING] })],
    ['a mail has acted under a name', () => deliver({}, 'kim')],
    ['an address is blocked', () => commit({ changes: [BLOCKED] })],
    ['a mail is held', () => deliver({ changes: [held] })],
  ])('knows that facts hold no more when %s', async (_what, change) => {
    const facts = await store.facts(ASKED);
    expect(await stillHold(facts)).toBe(true);
    await change();
    expect(await stillHold(facts)).toBe(false);
    expect(await stillHold(await store.facts(ASKED))).toBe(true);
  });

  test('lets others open tickets and be answered without harm to facts', async () => {
    const facts = await store.facts({ ...ASKED, tickets: [TICKET] });
    await commit({ changes: [created(7103), answered(NIC), answered('kay@other.example')] });
    expect(await stillHold(facts)).toBe(true);
  });

  test('sees within a work what that has committed', async () => {
    const facts = await store.facts(ASKED);
    const [before, after] = await store.transact(async (transaction) => {
      const first = await transaction.stillHolds(facts);
      await transaction.commit({ changes: [BLOCKED], outgoing: [] });
      return [first, await transaction.stillHolds(facts)];
    });
    expect([before, after]).toEqual([true, false]);
  });

  test('runs a work again whose number somebody else has taken', async () => {
    const old = await store.facts(ASKED);
    await commit({ changes: [created(7103)] });
    const tried: number[] = [];
    await store.transact(async (transaction) => {
      const { numbers } = tried.length === 0 ? old : await transaction.facts(ASKED);
      const number = numbers.get('SUPPORT') ?? 0;
      tried.push(number);
      const limits = [{ queues: ['SUPPORT', 'SALES'], number }];
      await transaction.commit({ changes: [created(number)], outgoing: [], limits });
    });
    expect(tried).toEqual([7103, 7104]);
    expect((await store.ticket('SUPPORT-7104'))?.number).toBe(7104);
  });

  test.each<[what: string, to: AnswerLimit['to'], isMet: boolean]>([
    ['a mailbox', { mailbox: 'nic+x@ferrier.example' }, true],
    ['another mailbox', { mailbox: 'kay@ferrier.example' }, false],
    ['a domain', { domain: 'kay@ferrier.example' }, true],
    ['another domain', { domain: 'kay@other.example' }, false],
    ['a ticket', TICKET, false],
    ['all', 'anybody', true],
  ])('answers no more often than a cap allows: %s', async (_what, to, isMet) => {
    const cap = { most: 2, withinMs: 3_600_000, kinds: ['help'], to } as const;
    const runs = async () => {
      let times = 0;
      await store.transact(async (transaction) => {
        times += 1;
        const limits = times === 1 ? [{ ...cap, at: clock }] : [];
        await transaction.commit({ changes: [answered(NIC)], outgoing: [], limits });
      });
      return times;
    };
    expect(await runs()).toBe(1);
    expect(await runs()).toBe(1);
    expect(await runs()).toBe(isMet ? 2 : 1);
    clock = new Date(clock.getTime() + 3_600_000);
    expect(await runs(), 'an hour later').toBe(1);
  });

  test('gives what is said of a commit its number when it has one', async () => {
    const letter = { attachments: [{ ...FILE, path: OWN_PATHS.rawIn }] };
    await deliver({
      changes: [held, created(7103), { ...INCOMING, ticket: OTHER }],
      outgoing: [outgoingTo(NIC, { serial: 1, letter })],
    });
    const { rawIn } = pathsFor(2);
    expect(await store.held()).toMatchObject([{ id: 2, raw: rawIn }]);
    const [message] = (await store.ticket(OTHER))?.messages ?? [];
    expect(message).toMatchObject({ raw: rawIn, attachments: [{ path: rawIn }] });
    expect(`${await allOf(await store.rawMail(rawIn))}`).toBe('Subject: Hello\n\nHello.\n');
    expect((await store.mailOf(2))?.raw).toBe(rawIn);
    expect(JSON.stringify(await store.mailOf(2))).not.toContain('own-');
  });

  test('finds a commit by its nonce, and by its number', async () => {
    const { nonce } = await store.facts(NO_QUESTIONS);
    expect(await store.facts(NO_QUESTIONS)).not.toMatchObject({ nonce });
    const asking = outgoingTo('kim@desk.example', { serial: 1, isPassing: true, nonce });
    await deliver({ changes: [held], outgoing: [asking] });
    const facts = await store.facts({ ...NO_QUESTIONS, held: [nonce, 2, 1, nonce + 1] });
    expect([...facts.commits]).toEqual([
      [nonce, 2],
      [2, 2],
      [1, 1],
      [nonce + 1, null],
    ]);
    expect([...facts.held.values()]).toEqual([true, true, false, false]);
  });

  test('says automatic answers in the order of their commits, also of one second, and if a clock goes back', async () => {
    const names = Array.from({ length: 12 }, (_, n) => `nic${n}@ferrier.example`);
    for (const [n, name] of names.entries()) {
      if (n === 11) clock = new Date(clock.getTime() - 5000);
      await commit({ changes: [answered(name), answered(`and-${name}`)] });
    }
    const facts = await store.facts(ASKED);
    expect(facts.answered.map(({ address }) => address)).toEqual(
      names.flatMap((name) => [name, `and-${name}`]),
    );
  });

  test('says of a mail that is held once more why it is held now', async () => {
    await deliver({ changes: [held] });
    const again = (mail: HeldMail): Change => ({
      ...{ type: 'mail.held', mail: { ...mail, reason: { check: 'robot-failed', evidence: 'y' } } },
    });
    await commit({ changes: (await store.held()).map(again) });
    expect((await store.held()).map(({ reason }) => reason.check)).toEqual(['robot-failed']);
  });

  test('keeps a raw mail for as long as its robot ran last, and says them by day and number', async () => {
    const ended = (run: number): Change => ({
      ...{ type: 'robot.ended', run, robot: 'deploy', end: 'done', why: '' },
    });
    await commit({ changes: [ended(3), ended(2)] });
    await commit({ changes: [ended(12)] });
    clock = new Date('2026-11-23T12:00:00Z');
    await commit({ changes: [ended(3)] });
    clock = new Date('2026-11-30T12:00:00Z');
    expect(await store.expired(new Date('2026-11-23T00:00:00Z'), 10)).toEqual([2, 12]);
    expect(await store.expired(new Date('2026-11-24T00:00:00Z'), 10)).toEqual([2, 12, 3]);
  });
});

const RETITLED = { type: 'ticket.retitled', ticket: TICKET, from: 'Hello', by: 'kim' } as const;
const BLOCKED: Change = { type: 'address.blocked', address: NIC, by: 'kim' };
const FILE = {
  ...{ filename: 'message.eml', contentType: 'message/rfc822', size: 23 },
  sha256: 'a5d3a7d0a9a5c2a0d3e8f0b5e4b1c6d7a5d3a7d0a9a5c2a0d3e8f0b5e4b1c6d7',
};
const INCOMING: Extract<Change, { readonly type: 'message.added' }> = {
  type: 'message.added',
  ticket: 'SUPPORT-7104',
  message: {
    ...{ serial: 1, date: '2026-11-21T12:00:00Z', subject: 'Hello', text: 'Hello.' },
    ...{ direction: 'in', newLines: [], trust: 'claimed', from: null, to: [] },
    messageId: '<1@ferrier.example>',
    attachments: [{ ...FILE, path: OWN_PATHS.rawIn }],
    raw: OWN_PATHS.rawIn,
  },
};
