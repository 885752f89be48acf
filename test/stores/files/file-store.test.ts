/**
 * The store keeps its promises over a crash: what a process that died left
 * between its commit and the derived files is finished by the next one.
 */

import { spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { NO_QUESTIONS } from '../../../src/journal/facts.ts';
import type { Commit } from '../../../src/journal/ledger.ts';
import type { UnsentMail } from '../../../src/journal/outbox.ts';
import type { Store } from '../../../src/journal/store.ts';
import { compose } from '../../../src/letters/compose.ts';
import { createStore } from '../../../src/stores/files/create-store.ts';
import { FileStore } from '../../../src/stores/files/file-store.ts';
import { maintenanceOf } from '../../../src/stores/files/maintenance.ts';
import { Outbox } from '../../../src/stores/files/outbox.ts';
import type { Change } from '../../../src/ticket/change.ts';
import type { TicketId } from '../../../src/ticket/ticket.ts';
import { collect } from '../../kit/collect.ts';
import { endOf, journalOf, recordsOf } from '../../kit/journal.ts';
import { outgoingTo } from '../../kit/outgoing.ts';

let root: string;
const options = () => ({
  ...{ root, now: () => new Date('2026-01-02T08:00:00Z'), extract: async () => {}, compose },
});
const open = (): Store => new FileStore(options());

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mailrobot-store-'));
  createStore(root);
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function created(number: number, subject = `${number}`): Change {
  const ticket: TicketId = `SUPPORT-${number}`;
  return {
    type: 'ticket.created',
    ticket,
    number,
    queue: 'SUPPORT',
    subject,
    requester: null,
  };
}

const openOne = (store: Store): Promise<number> =>
  store.exclusive(async (transaction) => {
    const asked = { ...NO_QUESTIONS, queues: ['SUPPORT'] };
    const number = (await transaction.facts(asked)).numbers.get('SUPPORT') ?? 7102;
    const commit: Commit = {
      changes: [created(number)],
      outgoing: [outgoingTo('nic@ferrier.example', { ticket: `SUPPORT-${number}` })],
    };
    await transaction.commit(commit);
    return number;
  });

const journal = () =>
  join(
    root,
    'journal',
    readdirSync(join(root, 'journal'))
      .filter((name) => name.endsWith('.ndjson'))
      .at(-1) ?? '',
  );

test('numbers follow each other, from the configured first one on', async () => {
  const store = open();
  expect([await openOne(store), await openOne(store), await openOne(open())]).toEqual([
    7102, 7103, 7104,
  ]);
  expect((await collect(store.tickets('all', ['SUPPORT']))).map(({ id }) => id)).toEqual([
    'SUPPORT-7104',
    'SUPPORT-7103',
    'SUPPORT-7102',
  ]);
});

test('a commit whose process died before anything else is finished by the next run', async () => {
  await openOne(open());
  const [first] = recordsOf(root);
  if (first === undefined) throw new Error('nothing was committed');
  const dead = JSON.parse(JSON.stringify({ ...first, seq: 2 }).replaceAll('7102', '7103'));
  await journalOf(root).append(endOf(journalOf(root)), [dead]);
  expect(await open().ticket('SUPPORT-7103')).toBeNull();
  expect(await openOne(open())).toBe(7104);
  expect((await open().ticket('SUPPORT-7103'))?.subject).toBe('7103');
  expect((await open().unsent()).map(({ id }) => id)).toEqual(['1.0', '2.0', '3.0']);
});

test('documents, index, outbox and head lost: all made again from the journal', async () => {
  await openOne(open());
  await openOne(open());
  rmSync(join(root, 'head.json'));
  for (const name of ['tickets', 'index', 'outbox']) {
    rmSync(join(root, name), { recursive: true });
    mkdirSync(join(root, name));
  }
  expect(await openOne(open())).toBe(7104);
  expect((await open().ticket('SUPPORT-7102'))?.subject).toBe('7102');
  expect(await open().unsent()).toHaveLength(3);
});

test('what a power cut has taken is made again, though the head of before knows of it', async () => {
  const booted = (boot: string): Store => new FileStore({ ...options(), boot });
  await openOne(booted('before'));
  const [mail] = await booted('before').unsent();
  rmSync(join(root, 'outbox', `${mail?.id}.json`));
  expect(await openOne(booted('after'))).toBe(7103);
  expect((await booted('after').unsent()).map(({ id }) => id)).toEqual(['1.0', '2.0']);
});

test('a torn last line is cut off, and the number that it had is given again', async () => {
  await openOne(open());
  const before = readFileSync(journal(), 'utf8');
  appendFileSync(journal(), before.slice(0, 40));
  expect(await openOne(open())).toBe(7103);
  expect(readFileSync(journal(), 'utf8').startsWith(before)).toBe(true);
  expect(readFileSync(journal(), 'utf8').trim().split('\n')).toHaveLength(2);
});

test('a line in the middle that does not read is an error with file and offset, never skipped', async () => {
  await openOne(open());
  const good = readFileSync(journal(), 'utf8');
  writeFileSync(journal(), `garbage\n${good}`);
  rmSync(join(root, 'head.json'));
  await expect(openOne(open())).rejects.toThrow(/000000000001\.ndjson: the line at offset 0/);
});

test('a record of a newer version is refused, not guessed at', async () => {
  await openOne(open());
  appendFileSync(journal(), readFileSync(journal(), 'utf8').replace(/"v":\d+/, '"v":99'));
  await expect(openOne(open())).rejects.toMatchObject({ end: 'store-newer' });
});

const SUM = { size: 1, sha256: '0'.repeat(64) };
const attempted = async (sendmail: readonly string[], store = open()) => {
  const [mail] = await store.exclusive((transaction) => transaction.claim('all', 10));
  if (mail === undefined) throw new Error('no mail may be begun');
  return begin(mail, sendmail);
};
const begin = async (mail: UnsentMail, sendmail: readonly string[]) => {
  const { command, descriptor, end } = await new Outbox(root).attempt(mail, SUM, sendmail);
  const [program, ...args] = command;
  const stdio = ['ignore', 'ignore', 'ignore', descriptor] as const;
  const child = spawn(program, args, { stdio: [...stdio] });
  closeSync(descriptor);
  const exit = new Promise<number | null>((resolve) => child.on('exit', resolve));
  return { mail, child, ended: exit.then(end) };
};
const begunOf = async () => (await open().unsent()).map(({ id, isBegun }) => `${id} ${isBegun}`);

test('of many who hand over the same mail at once, one begins', async () => {
  await openOne(open());
  const log = join(root, '..', `${basename(root)}.log`);
  try {
    const sendmail = ['/bin/sh', '-c', 'echo sent >>"$0"; sleep 0.3', log];
    // In one process two who want the lock would wait for each other.
    const store = open();
    const claim = () => store.exclusive((transaction) => transaction.claim('all', 1));
    const mails = await Promise.all(Array.from({ length: 12 }, claim));
    const all = await Promise.all(mails.flat().map((mail) => begin(mail, sendmail)));
    expect(all).toHaveLength(12);
    const ends = await Promise.all(all.map(({ ended }) => ended));
    expect(ends.filter(({ end }) => end === 'taken').length).toBeGreaterThan(0);
    expect(readFileSync(log, 'utf8')).toBe('sent\n');
    expect(await open().unsent()).toEqual([]);
  } finally {
    rmSync(log, { force: true });
  }
});

test('a rebuild between the claim of a mail and its beginning keeps it from nobody', async () => {
  await openOne(open());
  const store = open();
  const [mail] = await store.unsent();
  if (mail === undefined) throw new Error('no mail waits');
  const { descriptor } = await new Outbox(root).attempt(mail, SUM, ['true']);
  closeSync(descriptor);
  await maintenanceOf(options()).rebuild();
  expect(await begunOf()).toEqual([`${mail.id} false`]);
  expect(await (await attempted(['true'])).ended).toEqual({ end: 'taken' });
});

test('whoever is late with a mail that has gone, or has been taken note of, does not begin it', async () => {
  await openOne(open());
  const store = open();
  const [mail] = await store.unsent();
  if (mail === undefined) throw new Error('no mail waits');
  const late = await new Outbox(root).attempt(mail, SUM, ['/bin/sh', '-c', 'exit 0']);
  expect(await (await attempted(['true'])).ended).toEqual({ end: 'taken' });
  await openOne(open());
  const begun = () => {
    const [program, ...args] = late.command;
    const { status } = spawnSync(program, args, {
      stdio: ['ignore', 'ignore', 'ignore', late.descriptor],
    });
    return status;
  };
  expect(begun()).toBe(98);
  closeSync(late.descriptor);
  expect(await begunOf()).toEqual(['2.0 false']);
});

test('whoever is late with a mail of which nothing is left does not hand it over once more', async () => {
  await openOne(open());
  const store = open();
  const [mail] = await store.unsent();
  if (mail === undefined) throw new Error('no mail waits');
  expect(await (await attempted(['true'])).ended).toEqual({ end: 'taken' });
  await openOne(open());
  const sent = join(root, 'sent');
  const late = await begin(mail, ['/bin/sh', '-c', 'echo sent >"$0"', sent]);
  expect(await late.ended).toEqual({ end: 'taken' });
  expect(existsSync(sent)).toBe(false);
  expect(await begunOf()).toEqual(['2.0 false']);
});

test('an attempt that failed is written down once, and the next one may begin', async () => {
  await openOne(open());
  const { mail, ended } = await attempted(['/bin/sh', '-c', 'echo no >&2; exit 65']);
  expect(await ended).toEqual({ end: 'refused', error: 'sendmail: exit 65 no' });
  expect(await open().unsent()).toMatchObject([{ refusals: 1, isBegun: false }]);
  await open().noteFailure({ ...mail, lastTried: mail.since, lastError: 'no' }, 1);
  expect(await open().unsent()).toMatchObject([{ refusals: 1, lastError: 'no', isBegun: false }]);
  for (let n = 2; n <= 10; n += 1) await (await attempted(['/bin/sh', '-c', 'exit 65'])).ended;
  await openOne(open());
  expect(readFileSync(journal(), 'utf8')).toContain('"type":"reply.failed"');
  expect(await begunOf()).toEqual(['2.0 false']);
});

test('a program that cannot be started has not taken the mail', async () => {
  await openOne(open());
  expect(await (await attempted(['/nonexistent'])).ended).toMatchObject({ end: 'failed' });
  expect((await open().unsent())[0]?.lastError).toContain('ENOENT');
});

test('a claim is held by whoever is left of a hand-over, and by nobody else', async () => {
  await openOne(open());
  const { child, mail } = await attempted(['/bin/sh', '-c', 'sleep 30 & exec sleep 30']);
  await vi.waitFor(async () => expect(await begunOf()).toEqual(['1.0 true']));
  const begun = { ...mail, isBegun: true };
  expect(await open().isUnderWay(begun)).toBe(true);
  const of = (pid: number): readonly number[] =>
    readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter(Boolean)
      .map(Number);
  const [sendmail = 0] = of(child.pid ?? 0);
  const [left = 0] = await vi.waitFor(() => {
    const found = of(sendmail);
    expect(found).toHaveLength(1);
    return found;
  });
  process.kill(child.pid ?? 0, 'SIGKILL');
  process.kill(sendmail, 'SIGKILL');
  expect(await open().isUnderWay(begun)).toBe(true);
  expect(await open().findLost(10)).toBe(false);
  process.kill(left, 'SIGKILL');
  await vi.waitFor(async () => expect(await open().isUnderWay(begun)).toBe(false));
  expect(await open().findLost(10)).toBe(true);
});

test('behind the next commit nothing is left of a mail that has gone, nor of claims that came late', async () => {
  await openOne(open());
  const { mail, ended } = await attempted(['/bin/true']);
  expect(await ended).toEqual({ end: 'taken' });
  await open().markSent(mail);
  // Of the same mail, and of one that nobody knows of any more.
  for (const late of ['1.0.again', '0.7.claim']) writeFileSync(join(root, 'outbox', late), '');
  await open().exclusive((transaction) => transaction.commit({ changes: [], outgoing: [] }));
  expect(readdirSync(join(root, 'outbox'))).toEqual([]);
  const told = recordsOf(root).flatMap(({ changes }) => changes.map(({ type }) => type));
  expect(told.filter((type) => type.startsWith('reply.'))).toEqual(['reply.sent']);
});

test('a full segment is followed by a new one, also where a run died while it began it', async () => {
  const big = (number: number) => created(number, 'x'.repeat(1024 * 1024));
  const commit = (number: number) =>
    open().exclusive((transaction) => transaction.commit({ changes: [big(number)], outgoing: [] }));
  for (let n = 0; n < 9; n += 1) await commit(7102 + n);
  const segments = () => readdirSync(join(root, 'journal')).sort();
  expect(segments()).toHaveLength(2);
  const next = (seq: number) => join(root, 'journal', `${String(seq).padStart(12, '0')}.ndjson`);
  for (let n = 9; n < 16; n += 1) await commit(7102 + n);
  expect(segments()).toHaveLength(2);
  writeFileSync(next(17), '', { mode: 0o600 });
  await commit(7118);
  await commit(7119);
  expect(segments()).toHaveLength(3);
  rmSync(join(root, 'head.json'));
  expect(await collect(open().tickets('all', ['SUPPORT']))).toHaveLength(18);
  await open().exclusive(() => {});
  expect(await openOne(open())).toBe(7120);
});
