/** A row that a power cut tore is made again whole, also what it said before the checkpoint. */
import { mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compose } from '../../../src/letters/compose.ts';
import { createStore } from '../../../src/stores/files/create-store.ts';
import { FileStore } from '../../../src/stores/files/file-store.ts';
import { maintenanceOf } from '../../../src/stores/files/maintenance.ts';
import type { Change } from '../../../src/ticket/change.ts';

const NIC = 'nic@ferrier.example';
const CREATED: Change = {
  ...{ type: 'ticket.created', ticket: 'SUPPORT-1', number: 1, queue: 'SUPPORT' },
  ...{ subject: 'I cannot log in', requester: { name: 'Nic', address: NIC } },
};
const BLOCKED: Change = { type: 'address.blocked', address: NIC, by: 'kim', isProven: true };
const FAILED: Change = {
  ...{ type: 'address.failed', address: NIC, ticket: 'SUPPORT-1', serial: 2, status: '5.1.1' },
  reason: 'no such user',
};

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mailrobot-torn-'));
  createStore(root);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const optionsOf = (boot: string) => ({
  ...{ root, boot, now: () => new Date('2026-11-20T12:00:00Z'), extract: async () => {}, compose },
});
const commit = (boot: string, change: Change) =>
  new FileStore(optionsOf(boot)).exclusive((transaction) =>
    transaction.commit({ changes: [change], outgoing: [] }),
  );

test.each([
  ['failed', ''],
  ['failed', '\0'.repeat(40)],
  ['failed', '{"address":"nic'],
])('%s: torn to %j', async (folder, left) => {
  await commit('one', CREATED);
  await commit('one', BLOCKED);
  // Another boot: what was before lies behind a checkpoint now.
  await commit('two', FAILED);
  for (const name of readdirSync(join(root, folder))) writeFileSync(join(root, folder, name), left);
  const store = new FileStore(optionsOf('three'));
  await store.recover();
  expect(await store.failedAddresses()).toMatchObject([
    { address: NIC, blockedBy: 'kim', failures: [{ status: '5.1.1' }] },
  ]);
  expect((await maintenanceOf(optionsOf('three')).check()).findings).toEqual([]);
});

test('a row that the disk refuses to give is not taken for none: it is written again later', async () => {
  await commit('one', CREATED);
  await commit('one', BLOCKED);
  const [name = ''] = readdirSync(join(root, 'failed'));
  const file = join(root, 'failed', name);
  renameSync(file, `${file}.kept`);
  symlinkSync(file, file);
  await expect(commit('one', FAILED)).rejects.toThrow('ELOOP');
  renameSync(`${file}.kept`, file);
  const store = new FileStore(optionsOf('one'));
  await store.recover();
  expect(await store.failedAddresses()).toMatchObject([
    { address: NIC, blockedBy: 'kim', failures: [{ status: '5.1.1' }] },
  ]);
  expect((await maintenanceOf(optionsOf('one')).check()).findings).toEqual([]);
});
