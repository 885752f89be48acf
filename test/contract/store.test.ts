/** What every store promises, in memory as in files. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import { NO_QUESTIONS } from '../../src/journal/facts.ts';
import { placesFor } from '../../src/journal/record.ts';
import {
  type Commit,
  FileLost,
  type Handover,
  type Store,
  type Transaction,
  type WaitingMail,
} from '../../src/journal/store.ts';
import type { Change } from '../../src/ticket/change.ts';
import type { Decision } from '../../src/ticket/decision.ts';
import type { OutgoingMail } from '../../src/ticket/mail.ts';
import type { Attachment, Message, TicketId } from '../../src/ticket/ticket.ts';
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

  test('gives numbers in their order, from the first one on, also within a section', async () => {
    const numbers = await Promise.all([openOne(store), openOne(store)]);
    const more = await store.exclusive((transaction) => [openIn(transaction), openIn(transaction)]);
    expect([...numbers, ...more]).toEqual([7102, 7103, 7104, 7105]);
    expect([...store.tickets('all', ['SUPPORT'])].map(({ number }) => number)).toEqual([
      7105, 7104, 7103, 7102,
    ]);
  });

  test("takes back what a work that fails has committed, and nobody else's", async () => {
    const failing = store.exclusive((transaction) => {
      openIn(transaction);
      throw new Error('no');
    });
    const [failed, other] = await Promise.allSettled([failing, openOne(store)]);
    expect(failed).toMatchObject({ status: 'rejected', reason: new Error('no') });
    expect(other).toMatchObject({ status: 'fulfilled', value: 7102 });
    expect(await openOne(store)).toBe(7103);
  });

  test('shows a work what those before it in its section have committed', async () => {
    await store.exclusive((transaction) => {
      openIn(transaction);
      transaction.commit({
        changes: [{ type: 'address.blocked', address: 'a@b.example', by: 'kim' }],
        outgoing: [],
      });
      const facts = transaction.facts({
        ...NO_QUESTIONS,
        tickets: [TICKET],
        addresses: ['A@b.example'],
      });
      expect(facts.tickets.get(TICKET)).toMatchObject({ status: 'new' });
      expect(facts.addresses.get('A@b.example')).toMatchObject({ blockedBy: 'kim' });
      expect(store.ticket(TICKET)).toBeNull();
    });
    expect(store.ticket(TICKET)).toMatchObject({ status: 'new' });
  });

  test('keeps a mail octet for octet, and its attachments', async () => {
    const { message, raw, octets } = await deliverWithAttachment(store);
    expect(text(store.rawMail(raw))).toBe(octets);
    const [file] = message.attachments;
    if (file === undefined) throw new Error('there is no attachment');
    expect(text(store.attachment(file))).toBe('a file');
    expect(store.holds(file)).toBe(true);
    const other = { ...file, path: file.path.replace('1-1', '1-2') };
    expect(store.holds(other)).toBe(false);
    expect(() => text(store.attachment(other))).toThrow(FileLost);
    expect(store.mailAt(raw)).toMatchObject({ seq: 1, decision: DECISION, queueId: 'Q1' });
    expect(store.lastMail()).toBe('2026-11-21T12:00:00.000Z');
  });

  test('knows a delivery again for 14 days', async () => {
    const { key } = await deliverWithAttachment(store);
    expect(store.findDelivery(key)).toEqual({ seq: 1 });
    expect(store.findDelivery({ ...key, hash: 'other' })).toBeNull();
    const copies = () => store.exclusive((transaction) => transaction.findCopies(key));
    expect(await copies()).toMatchObject([{ seq: 1, isHeld: false }]);
    pass(14 * 24 + 1);
    expect(store.findDelivery(key)).toBeNull();
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
    const [first, second] = [
      await store.attempt(mail, ['true']),
      await store.attempt(mail, ['true']),
    ];
    const exits = [first, second].map((attempt) => ({ attempt, exit: run(attempt) }));
    expect(exits.map(({ attempt, exit }) => attempt.end(exit).end)).toContain('taken');
    expect(exits.filter(({ exit }) => exit === 0)).toHaveLength(1);
    expect(store.waiting()).toEqual([]);
    expect(await claim(store, 10)).toEqual([]);
    await store.catchUp();
    expect(store.mailOf(2)).toBeNull();
    expect(store.ticket(TICKET)?.messages[0]).toMatchObject({ delivery: 'sent' });
  });

  test('gives up a mail that the MTA has refused ten times, and tells it', async () => {
    await openOne(store, [mailTo('nic@ferrier.example')]);
    for (let n = 1; n <= 10; n += 1) {
      expect(store.waiting().map(({ refusals }) => refusals)).toEqual([n - 1]);
      pass(1);
      expect(await handOver(store, ['sh', '-c', 'exit 65'])).toMatchObject({ end: 'refused' });
    }
    await claim(store, 1);
    expect(store.waiting()).toEqual([]);
    await store.catchUp();
    expect(store.ticket(TICKET)?.messages[0]).toMatchObject({ delivery: 'failed' });
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
    expect(store.waiting()[0]).toMatchObject(tried);
    expect((await claim(store, 1))[0]?.recipient).toBe('kim@ferrier.example');
    await store.noteFailure({ ...mail, ...tried }, 1, true);
    expect(store.waiting().map(({ recipient }) => recipient)).toEqual(['kim@ferrier.example']);
  });

  test('opens the mail that was committed, with the files that belong into it', async () => {
    const { message } = await deliverWithAttachment(store);
    const [file] = message.attachments;
    if (file === undefined) throw new Error('there is no attachment');
    const content = 'Subject: x\n\n\n';
    const mail = { ...mailTo('nic@ferrier.example'), serial: 2, content };
    const enclosed = [{ at: content.length - 1, file }];
    const [waiting] = await commit({ outgoing: [{ ...mail, enclosed }] });
    if (waiting === undefined) throw new Error('no mail waits');
    const opened = await store.openMail(waiting);
    if (opened === null) throw new Error('it is lost');
    expect(readFileSync(opened, 'utf8')).toBe(`Subject: x\n\n${btoa('a file')}\n`);
    closeSync(opened);
  });
});

function text(chunks: Iterable<Buffer>): string {
  return Buffer.concat([...chunks]).toString();
}

function sha256(octets: string): string {
  return createHash('sha256').update(octets).digest('hex');
}

function openOne(store: Store, outgoing: readonly OutgoingMail[] = []): Promise<number> {
  return store.exclusive((transaction) => openIn(transaction, outgoing));
}

function openIn(transaction: Transaction, outgoing: readonly OutgoingMail[] = []): number {
  const { numbers, seq } = transaction.facts({ ...NO_QUESTIONS, queues: ['SUPPORT'] });
  const number = numbers.get('SUPPORT') ?? 7102;
  const ticket: TicketId = `SUPPORT-${number}`;
  const about = { number, queue: 'SUPPORT', subject: 'Hello', requester: null };
  const sent = outgoing.map(({ serial, recipient }): Change => {
    const raw = placesFor(seq).rawOut(serial);
    return { type: 'message.added', ticket, message: messageTo(recipient, serial, raw) };
  });
  const mails = outgoing.map((mail) => ({ ...mail, ticket }));
  transaction.commit({
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

function mailTo(recipient: string): OutgoingMail {
  const content = 'Subject: Re: Hello\n\nHello.\n';
  return { ticket: TICKET, serial: 1, sender: '', recipient, content };
}

async function deliverWithAttachment(store: Store) {
  const octets = 'Subject: Hello\n\nHello.\n';
  const key = {
    ...{ hash: 'hash', targets: ['SUPPORT'] },
    attempt: { queueId: 'Q1', to: 'new@desk.example' },
  };
  return store.exclusive((transaction) => {
    const incoming = store.receive();
    incoming.write(Buffer.from(octets));
    incoming.seal(key.hash, false);
    const part = incoming.attachment(1);
    part.write(Buffer.from('a file'));
    part.close();
    const { rawIn, attachment } = placesFor(transaction.facts(NO_QUESTIONS).seq);
    const file: Attachment = {
      ...{ filename: 'a.txt', contentType: 'text/plain', size: 6, sha256: sha256('a file') },
      path: attachment(TICKET, 1, 1, 'a.txt'),
    };
    const message: Message = {
      ...{ serial: 1, date: clock.toISOString(), subject: 'Hello', text: 'Hello.' },
      ...{ direction: 'in', newLines: [], trust: 'claimed', from: null, to: [] },
      ...{ messageId: '<1@ferrier.example>', attachments: [file], raw: rawIn },
    };
    const about = { number: 7102, queue: 'SUPPORT', subject: 'Hello', requester: null };
    transaction.commit({
      changes: [
        { type: 'ticket.created', ticket: TICKET, ...about },
        { type: 'message.added', ticket: TICKET, message },
      ],
      outgoing: [],
      delivery: { key, incoming, decision: DECISION },
    });
    return { key, message, raw: rawIn, octets };
  });
}

function claim(store: Store, limit: number): Promise<readonly WaitingMail[]> {
  return store.exclusive((transaction) => transaction.claim(() => true, limit));
}

async function handOver(store: Store, sendmail: readonly string[]): Promise<Handover> {
  const [mail] = await claim(store, 1);
  if (mail === undefined) throw new Error('no mail waits');
  const attempt = await store.attempt(mail, sendmail);
  return attempt.end(run(attempt));
}

/** Its exit status. */
function run({ command, descriptor }: Awaited<ReturnType<Store['attempt']>>): number | null {
  const [program, ...args] = command;
  const { status } = spawnSync(program, args, {
    stdio: ['ignore', 'ignore', 'ignore', descriptor],
  });
  closeSync(descriptor);
  return status;
}
