/**
 * A server that takes mail by LMTP while its disk fails now and then: at any call, for a while, and
 * goes on. The MTA tries again what it was not told to be kept. Then each mail is in one ticket for
 * each of its recipients, each answer has gone once, nothing waits, and nothing is left open. The
 * seed is printed; SEED=n repeats what was chosen, though not how it meets.
 */
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { doChores } from '../../src/jobs/chores.ts';
import type { Submit } from '../../src/journal/outbox.ts';
import { compose } from '../../src/letters/compose.ts';
import { isLocked } from '../../src/stores/disk/lock.ts';
import { createStore } from '../../src/stores/files/create-store.ts';
import { FileStore } from '../../src/stores/files/file-store.ts';
import { maintenanceOf } from '../../src/stores/files/maintenance.ts';
import { collect } from '../kit/collect.ts';
import { choiceOf, roundsOf, SEED } from '../kit/random.ts';
import {
  authorOf,
  contextOf,
  mailOf,
  PREFIXES,
  type ServedMail,
  takerOf,
} from '../kit/server-mails.ts';

const disk = await vi.hoisted(async () => {
  const { FailingDisk } = await import('../kit/failing-fs.ts');
  return new FailingDisk();
});
vi.mock('node:fs', async (original) => disk.over(await original()));

const ROUNDS = roundsOf(60);
const CODES = ['ENOSPC', 'EIO', 'EMFILE'];
const ONLY = [
  null,
  ['writeSync', 'fsync', 'fsyncSync'],
  ['writeSync'],
  ['fsync', 'fsyncSync'],
  ['renameSync', 'linkSync'],
  ['openSync'],
] as const;
let root: string;
let clock: Date;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mailrobot-failing-'));
  createStore(root);
  clock = new Date('2026-11-20T10:00:00Z');
});
afterEach(() => {
  disk.mend();
  rmSync(root, { recursive: true });
});

test(`faults at random, seed ${SEED}`, async () => {
  console.log(`SEED=${SEED}`);
  const choose = choiceOf(SEED);
  const now = () => clock;
  const options = { root, now, extract: async () => {}, compose };
  const store = new FileStore({ ...options, isServer: true });
  const gone: string[] = [];
  const mta: Submit = async ({ recipient }, begin) => {
    if (choose.number(6) === 0) return { end: 'failed', reason: 'not now' };
    const octets = await begin();
    if (octets === null) return { end: 'failed', reason: 'it is handed over elsewhere' };
    try {
      for await (const _ of octets);
    } catch {
      return { end: 'failed', reason: 'it could not be read' };
    }
    if (choose.number(8) === 0) return { end: 'failed', reason: 'it broke off' };
    gone.push(recipient);
    return { end: 'taken' };
  };
  const context = contextOf(store, { root, mta, now });
  const take = takerOf(context);
  const mails: ServedMail[] = [];
  const waiting = () => mails.filter(({ left }) => left.size > 0);
  for (let round = 0; round < ROUNDS; round += 1) {
    clock = new Date(clock.getTime() + choose.number(100_000));
    for (let n = choose.number(4); n >= 0; n -= 1) mails.push(mailOf(mails.length, choose));
    const only = choose(ONLY);
    disk.failSoon(choose.number(only === null ? 300 : 40), 1 + choose.number(4), {
      ...{ code: choose(CODES), isHalf: choose([true, false]), only },
    });
    await Promise.all([...waiting().map(take), ...(choose.number(3) === 0 ? [chores()] : [])]);
    disk.mend();
  }
  function chores(): Promise<void> {
    return doChores({ ...context });
  }
  const failed = `${disk.failed.length} failed: ${disk.failed.join(' ')}`;
  for (let tries = 0; tries < 30 && waiting().length > 0; tries += 1) {
    await Promise.all(waiting().map(take));
  }
  expect(
    waiting().map(({ id }) => id),
    failed,
  ).toEqual([]);
  for (let tries = 0; tries < 60 && (await store.unsent()).length > 0; tries += 1) {
    clock = new Date(clock.getTime() + 120_000);
    await chores();
  }
  expect(
    (await store.unsent()).map(({ id }) => id),
    failed,
  ).toEqual([]);
  await store.catchUp();
  while (isLocked(join(root, 'lock'))) await sleep(5);
  const tickets = await collect(store.tickets('all', PREFIXES));
  const came = tickets.flatMap(({ messages }) =>
    messages.flatMap((one) => (one.direction === 'in' ? (one.messageId ?? '') : [])),
  );
  expect(came.toSorted(), failed).toEqual(
    mails.flatMap(({ id, to }) => to.map(() => id)).toSorted(),
  );
  expect(gone.toSorted(), failed).toEqual(
    mails.flatMap(({ id, to }) => to.map(() => authorOf(id))).toSorted(),
  );
  expect((await maintenanceOf(options).check()).findings, failed).toEqual([]);
  expect(openBelow(root), failed).toEqual([]);
}, 120_000);

/** But for claims, whose files are kept for others. */
function openBelow(folder: string): readonly string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${fd}`);
      return path.startsWith(`${folder}/`) && !/claim|\.again/.test(path) ? path : [];
    } catch {
      return [];
    }
  });
}
