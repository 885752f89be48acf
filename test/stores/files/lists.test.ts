/**
 * Every list says the same whether commits are written one by one, once more, or by a rebuild, and
 * that is what the journal says; and what a section sees of its own commits is what is there
 * behind it.
 */

import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Transaction } from '../../../src/journal/ledger.ts';
import { editsOf, LIST_NAMES, TICKET_LIST_NAMES } from '../../../src/journal/lists/edits.ts';
import { Fold } from '../../../src/journal/lists/fold.ts';
import type { IndexRow } from '../../../src/journal/lists/index-row.ts';
import type { JournalRecord } from '../../../src/journal/record.ts';
import type { Store } from '../../../src/journal/store.ts';
import { compose } from '../../../src/letters/compose.ts';
import { createStore } from '../../../src/stores/files/create-store.ts';
import { FileStore, partsOf } from '../../../src/stores/files/file-store.ts';
import { STORED_NAMES } from '../../../src/stores/files/list-files.ts';
import { maintenanceOf } from '../../../src/stores/files/maintenance.ts';
import type { How } from '../../../src/stores/files/stored.ts';
import { generator, SEED } from '../random.ts';
import { ADDRESSES, commitOne, NAMES, nameOf, QUEUES, RandomDesk } from '../random-commits.ts';

const RUNS = 3;
const SECTIONS = 30;
const HOUR_MS = 60 * 60 * 1000;

const touched = new Set<string>();

let root: string;
let clock: Date;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mailrobot-lists-'));
  clock = new Date('2026-11-01T12:00:00.250Z');
  createStore(root);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const options = () => ({
  ...{ root, now: () => clock, extract: async () => {}, compose },
  nonce: () => 1,
});

test.each(Array.from({ length: RUNS }, (_, n) => SEED + n))(
  'every list, by all ways, seed %i',
  async (seed) => {
    const random = generator(seed);
    const store = new FileStore(options());
    const desk = new RandomDesk(random);
    for (let n = 0; n < SECTIONS; n += 1) {
      clock = new Date(clock.getTime() + random(20) * HOUR_MS);
      await commitSome(store, desk, 1 + random(6));
    }
    const all = records();
    const fold = foldOf(all);
    for (const name of LIST_NAMES)
      if (all.some((one) => editsOf(name, one).length > 0)) touched.add(name);

    const written = rowsIn(fold);
    expect(written).toEqual(expectedIn(fold));
    expect((await maintenanceOf(options()).check()).findings).toEqual([]);

    const twice = foldOf([...all, ...all.slice(random(all.length))]);
    for (const name of LIST_NAMES) expect(twice.rows(name), name).toEqual(fold.rows(name));

    for (const how of ['left', 'rebooted'] as const) {
      applyAgain(all.slice(random(all.length)), how);
      expect(rowsIn(fold), `applied again, ${how}`).toEqual(written);
    }
    damage();
    const { findings } = await maintenanceOf(options()).check();
    expect(new Set(findings.map(({ file }) => file))).toEqual(new Set(DAMAGED));
    await maintenanceOf(options()).rebuild();
    expect(rowsIn(fold), 'rebuilt').toEqual(written);
    expect((await maintenanceOf(options()).check()).findings).toEqual([]);
  },
  60_000,
);

/** Of every format but the outbox, which a rebuild leaves alone: its claims may be alive. */
const DAMAGED = [
  'answered.log',
  'expiring',
  'failed/other.json',
  'held/99999.json',
  'index',
  'notices.json',
  'open/1/SUPPORT-100',
  'waiting/desk-SUPPORT/2026112113/2510-SUPPORT-100',
] as const;

function damage(): void {
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true, mode: 0o700 });
    writeFileSync(join(root, path), text, { mode: 0o600 });
  };
  appendFileSync(join(root, 'answered.log'), '1 1 - nic@ferrier.example help\n');
  put('expiring/20260101', '99999\n');
  put('failed/other.json', '{}');
  put('held/99999.json', '{"id":99999}');
  for (const shard of readdirSync(join(root, 'index'))) put(join('index', shard), '');
  put('notices.json', '{"seq":99999,"last":null,"pending":[],"more":{},"repeated":{}}');
  put('open/1/SUPPORT-100', '');
  put('waiting/desk-SUPPORT/2026112113/2510-SUPPORT-100', '');
}

test('and none of the lists was left out of that', () => {
  expect([...touched].toSorted()).toEqual(LIST_NAMES.toSorted());
});

/** In one section; what it says of itself at its end is what is there then. */
async function commitSome(store: Store, desk: RandomDesk, count: number): Promise<void> {
  const said = await store.exclusive(async (transaction) => {
    for (let n = 0; n < count; n += 1) await commitOne(store, transaction, desk, clock);
    return answersOf(transaction, desk);
  });
  expect(await store.exclusive((next) => answersOf(next, desk))).toEqual(said);
}

/** Everything that a section can be asked. */
async function answersOf(transaction: Transaction, desk: RandomDesk) {
  const names = Array.from({ length: NAMES }, (_, n) => nameOf(n));
  return {
    facts: await transaction.facts({
      tickets: desk.ids(),
      linkedBy: 'nic@ferrier.example',
      messages: names.map(({ messageId }) => messageId),
      acts: names.map(({ messageId }) => ({ actor: 'kim', messageId })),
      repeats: [],
      writers: ADDRESSES,
      addresses: ADDRESSES,
      people: 'and who wrote',
      held: desk.heldEver(),
      returned: desk.heldEver(),
      away: true,
      heldMails: true,
      noticed: desk.heldEver(),
      answeredSince: new Date(clock.getTime() - 5 * 24 * HOUR_MS),
      lists: [],
      queues: QUEUES,
    }),
    named: await Promise.all(
      names.map(async ({ key, origin }) => ({
        delivery: await transaction.findDelivery(key),
        copies: await transaction.findCopies(key),
        origin: await transaction.findOrigin(origin),
        copy: await transaction.findImported(origin),
      })),
    ),
  };
}

function records(): readonly JournalRecord[] {
  const { journal } = partsOf(options());
  return [...journal.read(journal.start())].map(({ record }) => record);
}

function foldOf(all: readonly JournalRecord[]): Fold {
  const fold = new Fold();
  for (const record of all) fold.add(record);
  return fold;
}

function applyAgain(some: readonly JournalRecord[], how: How): void {
  const { derived } = partsOf(options());
  for (const record of some) derived.apply(record, how);
}

/** What lies there, by list. */
function rowsIn(fold: Fold) {
  const { lists } = partsOf(options()).derived;
  return {
    ...Object.fromEntries(
      STORED_NAMES.map((name) => [name, lists.of(name).found(fold.rows(name).keys())]),
    ),
    ...Object.fromEntries(
      TICKET_LIST_NAMES.map((name) => [name, new Set(lists.keysOf(name).names())]),
    ),
  };
}

/** What the journal says. */
function expectedIn(fold: Fold) {
  const { lists } = partsOf(options()).derived;
  const named = <Name extends (typeof STORED_NAMES)[number]>(name: Name) =>
    new Map([...fold.rows(name)].map(([key, row]) => [lists.of(name).nameOf(key), row] as const));
  const names = (name: (typeof TICKET_LIST_NAMES)[number]) =>
    new Set([...fold.keys(name)].map((key) => lists.keysOf(name).nameOf(key)));
  return {
    ...Object.fromEntries(STORED_NAMES.map((name) => [name, named(name)])),
    writers: firstOfEach(named('writers')),
    ...Object.fromEntries(TICKET_LIST_NAMES.map((name) => [name, names(name)])),
  };
}

/** Of a writer the first row alone is kept, and stands for the later ones. */
function firstOfEach(rows: ReadonlyMap<string, IndexRow>): ReadonlyMap<string, IndexRow> {
  const first = (name: string) => [...rows.values()].find((row) => row.name === name);
  return new Map([...rows].map(([key, row]) => [key, first(row.name) ?? row] as const));
}

test('ten thousand mails of one sender leave one line in the index', async () => {
  const { lists } = partsOf(options()).derived;
  const row = (seq: number) => ({ name: 'nic@ferrier.example', ticket: null, seq, time: seq });
  const put = (seq: number) => ({
    ...{ type: 'put' as const, key: `${seq} nic@ferrier.example`, row: row(seq) },
  });
  // The first one comes again behind a later one if a power cut took its line.
  for (const seq of [9, 5, 6, 9]) lists.writers.write([put(seq)]);
  for (let seq = 10; seq < 10_000; seq += 1) lists.writers.write([put(seq)]);
  expect(lists.writers.find('nic@ferrier.example')).toEqual([row(5), row(9)]);
  expect(lists.acts.find('nic@ferrier.example')).toEqual([]);
});
