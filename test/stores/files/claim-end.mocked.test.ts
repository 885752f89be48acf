/** A server that hands mail over itself, while the disk fails: what it knows of an attempt is not lost. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Submit, UnsentMail } from '../../../src/journal/outbox.ts';
import { compose } from '../../../src/letters/compose.ts';
import { Failure } from '../../../src/outcome.ts';
import type * as Disk from '../../../src/stores/disk/disk.ts';
import { createStore } from '../../../src/stores/files/create-store.ts';
import { FileStore } from '../../../src/stores/files/file-store.ts';
import type { Submitted } from '../../../src/ticket/submitted.ts';
import { outgoingTo } from '../../kit/outgoing.ts';

const disk = vi.hoisted(() => ({
  /** In the paths on which a call fails. */
  failing: { write: '', exists: '', openRead: '' },
}));

vi.mock('../../../src/stores/disk/disk.ts', async (original) => {
  const real = await original<typeof Disk>();
  const check = (part: string, path: string) => {
    if (part !== '' && path.includes(part)) throw new Failure('store-full', `${path}: ENOSPC`);
  };
  return {
    ...real,
    write: (fd: number, path: string, data: Uint8Array) => {
      check(disk.failing.write, path);
      real.write(fd, path, data);
    },
    openRead: (path: string) => {
      check(disk.failing.openRead, path);
      return real.openRead(path);
    },
    exists: (path: string) => {
      check(disk.failing.exists, path);
      return real.exists(path);
    },
  };
});

let root: string;
let server: FileStore;
let mail: UnsentMail;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'mailrobot-claim-end-'));
  createStore(root);
  const options = { root, now: () => new Date(), extract: async () => {}, compose };
  server = new FileStore({ ...options, isServer: true });
  const outgoing = [outgoingTo('nic@ferrier.example')];
  const mails = await server.exclusive((to) => to.commit({ changes: [], outgoing }));
  const [first] = mails;
  if (first === undefined) throw new Error('nothing goes out');
  mail = first;
});
afterEach(() => {
  disk.failing = { write: '', exists: '', openRead: '' };
  rmSync(root, { recursive: true });
});

const ending =
  (how: Submitted): Submit =>
  async (_, begin) =>
    (await begin()) === null ? { end: 'failed', reason: 'elsewhere' } : how;
const handOver = (how: Submitted) => server.handOver(mail, ending(how), 1000);
const standing = async () => (await server.unsent()).map(({ isBegun }) => isBegun);

test.each([
  ['was not taken, which', { end: 'failed', reason: 'it broke off' }, [false]],
  ['was taken, which', { end: 'taken' }, []],
] as const)(
  'one that %s could not be written down, is known so as soon as it can be',
  async (_, how, known) => {
    disk.failing.write = '.claim';
    expect(await handOver(how)).toMatchObject({ end: how.end });
    expect(await standing()).toEqual([true]);
    await server.findLost(5);
    expect(await standing()).toEqual([true]);
    disk.failing.write = '';
    await server.findLost(5);
    expect(await standing()).toEqual(known);
  },
);

test('an end that is owed is written to no other claim', async () => {
  disk.failing.write = '.claim';
  await handOver({ end: 'taken' });
  disk.failing.write = '';
  await server.markSent(mail);
  const outgoing = [outgoingTo('kay@ferrier.example')];
  const [next] = await server.exclusive((to) => to.commit({ changes: [], outgoing }));
  if (next === undefined) throw new Error('nothing goes out');
  await server.handOver(next, ending({ end: 'failed', reason: 'not now' }), 1000);
  const said = readFileSync(join(root, 'outbox', `${next.id}.claim`), 'utf8');
  expect(said).toMatch(/^begun (\w+) [^\n]+\n\n\1 failed not now\n\1 75\n$/);
});

test('one of which nobody could say whether it still waits, has not begun', async () => {
  disk.failing.exists = `${mail.id}.json`;
  await expect(handOver({ end: 'taken' })).rejects.toThrow('ENOSPC');
  disk.failing.exists = '';
  expect(await standing()).toEqual([false]);
  const [again] = await server.exclusive((to) => to.claim({ commit: mail.seq }, 5));
  expect(again).toMatchObject({ id: mail.id, lastError: 'SMTP: its claim could not be written' });
  expect(await handOver({ end: 'taken' })).toEqual({ end: 'taken' });
});

test('one that was composed and cannot be opened leaves nothing, however often it is tried', async () => {
  disk.failing.openRead = 'outgoing.';
  await expect(handOver({ end: 'taken' })).rejects.toThrow('ENOSPC');
  expect(readdirSync(join(root, 'incoming'))).toEqual([]);
});
