/**
 * A server keeps the lock while mail comes, and remembers meanwhile what it has read: it sees what it
 * has committed itself, and what others have, as soon as they have.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NO_QUESTIONS } from '../../../src/journal/facts.ts';
import type { Store } from '../../../src/journal/store.ts';
import { compose } from '../../../src/letters/compose.ts';
import { isLocked } from '../../../src/stores/disk/lock.ts';
import { addSigningKey } from '../../../src/stores/files/change-identity.ts';
import { createStore } from '../../../src/stores/files/create-store.ts';
import { FileStore } from '../../../src/stores/files/file-store.ts';
import type { Change } from '../../../src/ticket/change.ts';

const NIC = 'nic@ferrier.example';
const NAME = 'the mail that repeats';
const QUESTIONS = { ...NO_QUESTIONS, repeats: [NAME], addresses: [NIC], queues: ['SUPPORT'] };
const CREATED: Change = {
  ...{ type: 'ticket.created', ticket: 'SUPPORT-7102', number: 7102, queue: 'SUPPORT' },
  ...{ subject: 'I cannot log in', requester: { name: 'Nic', address: NIC }, repeats: NAME },
};
const BLOCKED: Change = { type: 'address.blocked', address: NIC, by: 'kim', isProven: true };

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
