/** What every store promises, in memory as in files. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { allOf, FileLost } from '../../src/journal/blobs.ts';
import { NO_QUESTIONS } from '../../src/journal/facts.ts';
import type { Commit, Transaction } from '../../src/journal/ledger.ts';
import { toWake } from '../../src/journal/lists/waiting.ts';
import type { HandOver, UnsentMail } from '../../src/journal/outbox.ts';
import { OWN_PATHS } from '../../src/journal/own-names.ts';
import { attachmentPath, pathsFor } from '../../src/journal/paths.ts';
import type { Store } from '../../src/journal/store.ts';
import type { Change } from '../../src/ticket/change.ts';
import type { Decision } from '../../src/ticket/decision.ts';
import type { OutgoingLetter } from '../../src/ticket/mail.ts';
import type { Attachment, Message, TicketId } from '../../src/ticket/ticket.ts';
import { collect } from '../kit/collect.ts';
import { outgoingTo, wholeMail } from '../kit/outgoing.ts';
import { STORES } from './stores.ts';

const HOUR_MS = 60 * 60 * 1000;
const TICKET: TicketId = 'SUPPORT-7102';
const DECISION: Decision = {
  ...{ messageId: '<1@ferrier.example>', verb: 'new', sender: null, recipients: [], isNamed: null },
  ...{ client: null, login: null, asked: [], spoke: [], trust: 'claimed', why: '' },
  ...{ route: 'SUPPORT', by: 'queue', intent: 'open' },
};

let clock: Date;
beforeEach(() => {
  clock = new Date('2026-11-21T12:00:00Z');
});
const pass = (hours: number) => {
  clock = new Date(clock.getTime() + hours * HOUR_MS);
};

describe.each(STORES)('a store %s', (_, make) => {
  let store: Store;
  beforeEach(() => {
    store = make(() => clock);
  });
  const commit = (more: Partial<Commit>) =>
    store.exclusive((transaction) => transaction.commit({ changes: [], outgoing: [], ...more }));

  test('knows which snoozed tickets have had their time, of all queues, and no other', async () => {
    const snoozed = (ticket: TicketId, until: string): readonly Change[] => {
      const [queue = '', number] = ticket.split('-');
      const created = { number: Number(number), queue, subject: 'x', requester: null };
      return [
        { type: 'ticket.created', ticket, ...created },
        { type: 'ticket.snoozed', ticket, until, timeZone: 'Europe/Berlin', by: 'kim' },
      ];
    };
    await commit({ changes: snoozed('SUPPORT-7102', '2026-11-21T13:00:00.000Z') });
    await commit({ changes: snoozed('BILLING-1', '2026-11-21T13:30:10.000Z') });
    await commit({ changes: snoozed('SUPPORT-7103', '2027-01-02T09:00:00.000Z') });
    const woken = () => toWake(store, clock, 10);
    expect(await woken()).toEqual([]);
    pass(1);
    expect(await woken()).toEqual(['SUPPORT-7102']);
    pass(1);
    expect(await woken()).toEqual(['SUPPORT-7102', 'BILLING-1']);
    expect(await toWake(store, clock, 1)).toEqual(['SUPPORT-7102']);
    const ended = { until: '2026-11-21T13:00:00.000Z', assignee: null } as const;
    await commit({ changes: [{ type: 'ticket.woken', ticket: 'SUPPORT-7102', ...ended }] });
    expect(await woken()).toEqual(['BILLING-1']);
    expect(await store.ticket('SUPPORT-7102')).toMatchObject({
      waiting: { for: 'desk', since: '2026-11-21T12:00:00.000Z', resumed: ended.until },
    });
  });

  test('gives numbers in their order, from the first one on, also within a section', async () => {
    const numbers = await Promise.all([openOne(store), openOne(store)]);
    const more = await store.exclusive(async (transaction) => [
      await openIn(transaction),
      await openIn(transaction),
    ]);
    expect([...numbers, ...more]).toEqual([7102, 7103, 7104, 7105]);
    expect((await collect(store.tickets('all', ['SUPPORT']))).map(({ number }) => number)).toEqual([
      7105, 7104, 7103, 7102,
    ]);
  });

  test("takes back what a work that fails has committed, and nobody else's", async () => {
    const failing = store.exclusive(async (transaction) => {
      await openIn(transaction);
      throw new Error('no');
    });
    const [failed, other] = await Promise.allSettled([failing, openOne(store)]);
    expect(failed).toMatchObject({ status: 'rejected', reason: new Error('no') });
    expect(other).toMatchObject({ status: 'fulfilled', value: 7102 });
    expect(await openOne(store)).toBe(7103);
  });

  test('shows a work what those before it in its section have committed', async () => {
    await store.exclusive(async (transaction) => {
      await openIn(transaction);
      const blocked: Change = { type: 'address.blocked', address: 'a@b.example', by: 'kim' };
      await transaction.commit({ changes: [blocked], outgoing: [] });
      const asked = { ...NO_QUESTIONS, tickets: [TICKET], addresses: ['A@b.example'] };
      const { tickets, addresses } = await transaction.facts(asked);
      expect(tickets.get(TICKET)).toMatchObject({ status: 'new' });
      expect(addresses.get('A@b.example')).toMatchObject({ blockedBy: 'kim' });
      expect(await store.ticket(TICKET)).toBeNull();
    });
    expect(await store.ticket(TICKET)).toMatchObject({ status: 'new' });
  });

  test('keeps a mail octet for octet, and its attachments', async () => {
    const { message, raw, octets } = await deliverWithAttachment(store);
    expect(await text(store.rawMail(raw))).toBe(octets);
    const [file] = message.attachments;
    if (file === undefined) throw new Error('there is no attachment');
    expect(await text(store.attachment(file))).toBe('a file');
    expect(await store.holds(file)).toBe(true);
    const other = { ...file, path: file.path.replace('1-1', '1-2') };
    expect(await store.holds(other)).toBe(false);
    await expect(store.attachment(other)).rejects.toThrow(FileLost);
    expect(await store.mailAt(raw)).toMatchObject({ seq: 1, decision: DECISION, queueId: 'Q1' });
    expect(await store.lastMail()).toBe('2026-11-21T12:00:00.000Z');
  });

  test('knows a delivery again for 14 days', async () => {
    const { key } = await deliverWithAttachment(store);
    expect(await store.findDelivery(key)).toEqual({ seq: 1 });
    expect(await store.findDelivery({ ...key, hash: 'other' })).toBeNull();
    const copies = () => store.exclusive((transaction) => transaction.findCopies(key));
    expect(await copies()).toMatchObject([{ seq: 1, isHeld: false }]);
    pass(14 * 24 + 1);
    expect(await store.findDelivery(key)).toBeNull();
    expect(await copies()).toEqual([]);
  });

  test('tells a mail whose first run has not come to its end', () => {
    const receive = () => {
      const incoming = store.receive();
      incoming.write(Buffer.from('x'));
      incoming.seal('hash', false);
      return incoming;
    };
    const first = receive();
    expect(first.wasInterrupted).toBe(false);
    expect(receive().wasInterrupted).toBe(true);
    expect(first.sum).toEqual({ size: 1, sha256: sha256('x') });
  });

  test('hands a mail over once, and the next commit says that it has gone', async () => {
    await openOne(store, [mailTo('nic@ferrier.example')]);
    const [mail] = await claim(store, 10);
    if (mail === undefined) throw new Error('no mail waits');
    const log = join(folder(), 'log');
    const sendmail = ['sh', '-c', 'cat >>"$0"; sleep 0.2', log] as const;
    const ends = await Promise.all([1, 2, 3].map(() => store.handOver(mail, sendmail, 10_000)));
    expect(ends.filter(({ end }) => end === 'taken')).toHaveLength(1);
    expect(ends.filter(({ end }) => end === 'under way')).toHaveLength(2);
    const octets = await wholeMail(mailTo('nic@ferrier.example'));
    expect(readFileSync(log)).toEqual(octets);
    expect(await store.unsent()).toEqual([]);
    expect(await claim(store, 10)).toEqual([]);
    await store.catchUp();
    expect((await store.ticket(TICKET))?.messages[0]).toMatchObject({ delivery: 'sent' });
    expect(await store.handOver(mail, sendmail, 10_000)).not.toMatchObject({ end: 'failed' });
    expect(readFileSync(log)).toEqual(octets);
  });

  test('gives up a mail that the MTA has refused ten times, and tells it', async () => {
    await openOne(store, [mailTo('nic@ferrier.example')]);
    for (let n = 1; n <= 10; n += 1) {
      expect((await store.unsent()).map(({ refusals }) => refusals)).toEqual([n - 1]);
      pass(1);
      expect(await handOver(store, ['sh', '-c', 'exit 65'])).toMatchObject({ end: 'refused' });
    }
    await claim(store, 1);
    expect(await store.unsent()).toEqual([]);
    await store.catchUp();
    expect((await store.ticket(TICKET))?.messages[0]).toMatchObject({ delivery: 'failed' });
  });

  test('tries a mail that failed after the others', async () => {
    await openOne(store, [mailTo('nic@ferrier.example')]);
    pass(1);
    await openOne(store, [mailTo('kim@ferrier.example')]);
    pass(1);
    const [mail] = await claim(store, 1);
    expect(mail?.recipient).toBe('nic@ferrier.example');
    if (mail === undefined) throw new Error('no mail waits');
    const tried = { lastTried: clock.toISOString(), lastError: 'no room' };
    await store.noteFailure({ ...mail, ...tried }, 1);
    expect((await store.unsent())[0]).toMatchObject(tried);
    expect((await claim(store, 1))[0]?.recipient).toBe('kim@ferrier.example');
    await store.noteFailure({ ...mail, ...tried }, 1, true);
    const left = (await store.unsent()).map(({ recipient }) => recipient);
    expect(left).toEqual(['kim@ferrier.example']);
  });

  test('hands over a mail with the files that belong into it', async () => {
    const { message } = await deliverWithAttachment(store);
    const [file] = message.attachments;
    if (file === undefined) throw new Error('there is no attachment');
    const letter = { attachments: [file] };
    await commit({ outgoing: [outgoingTo('nic@ferrier.example', { serial: 2, letter })] });
    const log = join(folder(), 'log');
    expect(await handOver(store, ['sh', '-c', 'cat >"$0"', log])).toEqual({ end: 'taken' });
    expect(readFileSync(log, 'utf8')).toContain(`\n\n${btoa('a file')}\n`);
  });
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'mailrobot-contract-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

async function text(octets: Promise<AsyncIterable<Buffer>>): Promise<string> {
  return (await allOf(await octets)).toString();
}

function sha256(octets: string): string {
  return createHash('sha256').update(octets).digest('hex');
}

function openOne(store: Store, outgoing: readonly OutgoingLetter[] = []): Promise<number> {
  return store.exclusive((transaction) => openIn(transaction, outgoing));
}

async function openIn(
  transaction: Transaction,
  outgoing: readonly OutgoingLetter[] = [],
): Promise<number> {
  const { numbers } = await transaction.facts({ ...NO_QUESTIONS, queues: ['SUPPORT'] });
  const number = numbers.get('SUPPORT') ?? 7102;
  const ticket: TicketId = `SUPPORT-${number}`;
  const about = { number, queue: 'SUPPORT', subject: 'Hello', requester: null };
  const sent = outgoing.map(({ serial, recipient }): Change => {
    const message = messageTo(recipient, serial, OWN_PATHS.rawOut(serial));
    return { type: 'message.added', ticket, message };
  });
  const mails = outgoing.map((mail) => ({ ...mail, ticket }));
  await transaction.commit({
    changes: [{ type: 'ticket.created', ticket, ...about }, ...sent],
    outgoing: mails,
  });
  return number;
}

function messageTo(address: string, serial: number, raw: string): Message {
  return {
    ...{ serial, date: clock.toISOString(), subject: 'Re: Hello', text: 'x', attachments: [] },
    ...{
      direction: 'out',
      automatic: true,
      delivery: 'waiting',
      messageId: `<${serial}@x.example>`,
    },
    ...{ from: { name: '', address: 'new@desk.example' }, to: [{ name: '', address }], raw },
  };
}

function mailTo(recipient: string): OutgoingLetter {
  return outgoingTo(recipient, { ticket: TICKET });
}

async function deliverWithAttachment(store: Store) {
  const octets = 'Subject: Hello\n\nHello.\n';
  const key = {
    ...{ hash: 'hash', targets: ['SUPPORT'] },
    attempt: { queueId: 'Q1', to: 'new@desk.example' },
  };
  return store.exclusive(async (transaction) => {
    const incoming = store.receive();
    incoming.write(Buffer.from(octets));
    incoming.seal(key.hash, false);
    const part = incoming.attachment(1);
    part.write(Buffer.from('a file'));
    part.close();
    const file: Attachment = {
      ...{ filename: 'a.txt', contentType: 'text/plain', size: 6, sha256: sha256('a file') },
      path: attachmentPath(TICKET, 1, 1, 'a.txt'),
    };
    const message: Message = {
      ...{ serial: 1, date: clock.toISOString(), subject: 'Hello', text: 'Hello.' },
      ...{ direction: 'in', newLines: [], trust: 'claimed', from: null, to: [] },
      ...{ messageId: '<1@ferrier.example>', attachments: [file], raw: OWN_PATHS.rawIn },
    };
    const about = { number: 7102, queue: 'SUPPORT', subject: 'Hello', requester: null };
    await transaction.commit({
      changes: [
        { type: 'ticket.created', ticket: TICKET, ...about },
        { type: 'message.added', ticket: TICKET, message },
      ],
      outgoing: [],
      delivery: { key, incoming, decision: DECISION },
    });
    return { key, message, raw: pathsFor(1).rawIn, octets };
  });
}

function claim(store: Store, limit: number): Promise<readonly UnsentMail[]> {
  return store.exclusive((transaction) => transaction.claim('all', limit));
}

async function handOver(store: Store, sendmail: readonly [string, ...string[]]): Promise<HandOver> {
  const [mail] = await claim(store, 1);
  if (mail === undefined) throw new Error('no mail waits');
  return store.handOver(mail, sendmail, 10_000);
}
