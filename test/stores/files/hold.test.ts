/**
 * A server keeps the lock while mail comes, and remembers meanwhile what it has read: it sees what it
 * has committed itself, and what others have, as soon as they have.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NO_QUESTIONS } from '../../../src/journal/facts.ts';
import type { Store } from '../../../src/journal/store.ts';
import { compose } from '../../../src/letters/compose.ts';
import { ownFile } from '../../../src/stores/disk/incoming.ts';
import { isHeld, isLeft, isLocked } from '../../../src/stores/disk/lock.ts';
import { addSigningKey } from '../../../src/stores/files/change-identity.ts';
import { createStore } from '../../../src/stores/files/create-store.ts';
import { FileStore } from '../../../src/stores/files/file-store.ts';
import type { Change } from '../../../src/ticket/change.ts';
import type { Decision } from '../../../src/ticket/decision.ts';

const NIC = 'nic@ferrier.example';
const NAME = 'the mail that repeats';
const QUESTIONS = { ...NO_QUESTIONS, repeats: [NAME], addresses: [NIC], queues: ['SUPPORT'] };
const CREATED: Change = {
  ...{ type: 'ticket.created', ticket: 'SUPPORT-7102', number: 7102, queue: 'SUPPORT' },
  ...{ subject: 'I cannot log in', requester: { name: 'Nic', address: NIC }, repeats: NAME },
};
const BLOCKED: Change = { type: 'address.blocked', address: NIC, by: 'kim', isProven: true };

const DECISION: Decision = {
  ...{ messageId: null, verb: 'new', sender: null, recipients: [], isNamed: null },
  ...{ client: null, login: null, asked: [], spoke: [], trust: 'claimed', why: '' },
  ...{ route: 'SUPPORT', by: 'queue', intent: 'open' },
};

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mailrobot-hold-'));
  createStore(root);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const storeOf = (isServer: boolean) => {
  const now = () => new Date('2026-11-20T12:00:00Z');
  return new FileStore({ root, isServer, now, extract: async () => {}, compose });
};

const commit = (store: Store, changes: readonly Change[]) =>
  store.exclusive((transaction) => transaction.commit({ changes, outgoing: [] }));

/** Both ways: in a section of its own, and while somebody has one. */
async function saysOf(store: Store) {
  const within = await store.exclusive((transaction) => transaction.facts(QUESTIONS));
  return [within, await store.facts(QUESTIONS)].map((facts) => ({
    tickets: facts.messages.get(NAME),
    isBlocked: facts.addresses.get(NIC) !== null,
    next: facts.numbers.get('SUPPORT'),
    asOf: facts.asOf,
    keys: facts.keys.secrets.length,
  }));
}

const NOTHING = { tickets: [], isBlocked: false, next: null, asOf: 0, keys: 1 };
const BOTH = { tickets: ['SUPPORT-7102'], isBlocked: true, next: 7103, asOf: 2, keys: 1 };

test('what the server commits while it keeps the lock, it knows at once', async () => {
  const server = storeOf(true);
  expect(await saysOf(server)).toEqual([NOTHING, NOTHING]);
  await commit(server, [CREATED]);
  await commit(server, [BLOCKED]);
  expect(await saysOf(server)).toEqual([BOTH, BOTH]);
});

test('what another one has changed since, it knows when it has the lock again', async () => {
  const server = storeOf(true);
  expect(await saysOf(server)).toEqual([NOTHING, NOTHING]);
  while (isLocked(join(root, 'lock'))) await sleep(5);
  await commit(storeOf(false), [CREATED]);
  await commit(storeOf(false), [BLOCKED]);
  addSigningKey(root);
  expect(await saysOf(server)).toEqual([
    { ...BOTH, keys: 2 },
    { ...BOTH, keys: 2 },
  ]);
});

test('what was answered counts at once, and what another one has answered since', async () => {
  const server = storeOf(true);
  const answer = (n: number): Change => ({
    ...{ type: 'mail.answered', address: `nic${n}@ferrier.example`, about: 'help' },
  });
  const answered = async (hours: number) => {
    const answeredSince = new Date(Date.parse('2026-11-20T12:00:00Z') - hours * 3_600_000);
    const within = await server.exclusive((transaction) =>
      transaction.facts({ ...NO_QUESTIONS, answeredSince }),
    );
    return within.answered.map(({ address }) => address.slice(0, 4));
  };
  expect(await answered(1)).toEqual([]);
  for (const n of [1, 2]) await commit(server, [answer(n)]);
  expect(await answered(1)).toEqual(['nic1', 'nic2']);
  expect(await answered(24)).toEqual(['nic1', 'nic2']);
  while (isLocked(join(root, 'lock'))) await sleep(5);
  await commit(storeOf(false), [answer(3)]);
  await commit(server, [answer(4), answer(5)]);
  expect(await answered(1)).toEqual(['nic1', 'nic2', 'nic3', 'nic4', 'nic5']);
  const lines = readFileSync(join(root, 'answered.log'), 'utf8').split('\n').slice(0, -1);
  expect(lines.map((line) => line.slice(0, 2))).toEqual(['1 ', '2 ', '3 ', '4 ', '4 ']);
});

test('a folder that has gone with its last mark is there again for the next one', async () => {
  const server = storeOf(true);
  await commit(server, [CREATED]);
  for (const to of ['resolved', 'open'] as const) {
    const from = to === 'open' ? 'resolved' : 'open';
    await commit(server, [{ type: 'ticket.status', ticket: 'SUPPORT-7102', from, to, by: 'kim' }]);
    // It answers before it has derived what follows.
    await server.exclusive(() => {});
    expect(existsSync(join(root, 'open', '71', 'SUPPORT-7102'))).toBe(to === 'open');
  }
});

test('a mail for two recipients is no mail over which somebody has died', async () => {
  const received = (store: Store) => {
    const incoming = store.receive();
    incoming.write(Buffer.from('From: nic@ferrier.example\n\nx\n'));
    incoming.seal('ab'.repeat(32), true);
    return incoming;
  };
  const server = storeOf(true);
  const first = received(server);
  // Who received it is done with it, and what follows from its commit is still to be done.
  ownFile(first).belongsToCommit(true);
  first.discard();
  expect(received(server).wasInterrupted).toBe(false);
  expect(received(storeOf(true)).wasInterrupted).toBe(false);
  ownFile(first).letGo();
  expect(received(storeOf(true)).wasInterrupted).toBe(true);
});

test('a mail that is in its place is held by nobody, and until then by its server', async () => {
  const server = storeOf(true);
  const incoming = server.receive();
  incoming.write(Buffer.from('From: nic@ferrier.example\n\nx\n'));
  const hash = 'ab'.repeat(32);
  incoming.seal(hash, true);
  const { name } = ownFile(incoming);
  const delivery = { key: { hash, targets: ['SUPPORT'] }, incoming, decision: DECISION };
  await server.exclusive((to) => to.commit({ changes: [], outgoing: [], delivery }));
  // It answers before it has derived what follows.
  incoming.discard();
  expect(isHeld(join(root, 'incoming', name))).toBe(true);
  await server.exclusive(() => {});
  expect(isLeft(join(root, 'raw', '000000', '1-in.eml'))).toBe(true);
});
