/** The same mails make the same commits in memory, on disk and in a database, byte for byte. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { carryOut } from '../../src/feed/order.ts';
import { deliver } from '../../src/intake/deliver.ts';
import { release } from '../../src/intake/release.ts';
import type { JournalRecord } from '../../src/journal/record.ts';
import type { Store } from '../../src/journal/store.ts';
import { compose } from '../../src/letters/compose.ts';
import { literal } from '../../src/postgres/client.ts';
import { createStore } from '../../src/stores/files/create-store.ts';
import { FileStore } from '../../src/stores/files/file-store.ts';
import { askOf, linesBehind, recordOfRow } from '../../src/stores/postgres/commit-reader.ts';
import { DatabaseLog } from '../../src/stores/postgres/log.ts';
import { isFate } from '../../src/ticket/change.ts';
import { collect } from '../kit/collect.ts';
import { EVE, KAY } from '../kit/config.ts';
import { hostOn } from '../kit/database-host.ts';
import { newStorePlace } from '../kit/database-store.ts';
import { Desk, nonceBehind } from '../kit/desk.ts';
import { KEYS } from '../kit/facts.ts';
import { recordsOf } from '../kit/journal.ts';
import { type Arriving, mail } from '../kit/mail.ts';
import { NO_READER } from '../kit/no-reader.ts';
import type { Cluster } from '../kit/postgres.ts';
import { choiceOf, SEED } from '../kit/random.ts';
import { randomMail } from '../kit/random-mails.ts';
import { extract } from '../stores/files/extract.ts';
import { cluster } from './stores.ts';

let dir: string | undefined;
afterEach(() => rmSync(dir ?? '/nonexistent', { recursive: true, force: true }));

const noTrials = async () => new Desk().trials;

/** Another store that is given the same. */
function beside(desk: Desk, store: Store, records: () => Promise<readonly JournalRecord[]>) {
  const config = { ...desk.config, sendmail: ['/bin/true'] as const };
  const edge = { trials: noTrials, writeLog: async () => {} };
  const now = () => desk.now;
  const context = { config, store, mta: config.sendmail, reader: NO_READER, now, ...edge };
  return {
    ...{ context, store, records },
    deliver: ({ octets, environment, verb }: Arriving) =>
      deliver(once(octets), { ...context, environment, verb, defaultQueue: null, chores: 'later' }),
  };
}

function onDisk(desk: Desk) {
  dir = mkdtempSync(join(tmpdir(), 'mailrobot-kit-'));
  const root = join(dir, 'store');
  createStore(root);
  writeFileSync(join(root, 'keys.json'), `${JSON.stringify({ v: 1, secrets: KEYS.secrets })}\n`);
  writeFileSync(join(root, 'store.json'), `${JSON.stringify({ v: 1, epoch: KEYS.epoch })}\n`);
  const nonce = () => nonceBehind(recordsOf(root));
  const store = new FileStore({ root, now: () => desk.now, extract, compose, nonce });
  return beside(desk, store, async () => recordsOf(root));
}

function inDatabase(desk: Desk, on: Cluster) {
  const place = newStorePlace(on);
  on.psql(
    `UPDATE mailrobot.identity SET keys = ${literal(JSON.stringify(KEYS))}`,
    place.database ?? '',
  );
  let length = 0;
  const nonce = () => nonceBehind({ length });
  const { store, connections } = hostOn(place, () => desk.now, compose, nonce);
  const log = new DatabaseLog(connections);
  const counted = async <T>(going: Promise<T>): Promise<T> => {
    const value = await going;
    length = await log.last();
    return value;
  };
  const [exclusive, transact] = [store.exclusive.bind(store), store.transact.bind(store)];
  store.exclusive = (work, patience) => counted(exclusive(work, patience));
  store.transact = (work) => counted(transact(work));
  return beside(desk, store, async () =>
    (await collect(linesBehind(askOf(connections), 0, await log.last()))).map(recordOfRow),
  );
}

test(`random mails make the same commits everywhere (SEED=${SEED})`, async () => {
  console.log(`deliveries: SEED=${SEED}`);
  const choose = choiceOf(SEED);
  const desk = new Desk();
  desk.now = new Date();
  const others = [cluster === null ? onDisk(desk) : inDatabase(desk, cluster)];
  const both = async (arriving: Arriving) => {
    const { end } = await desk.deliver(arriving);
    for (const other of others) expect(await other.deliver(arriving)).toBe(end);
  };
  let last = mail({}, 1, desk.now);
  for (const [n, from] of [undefined, KAY, KAY].entries()) {
    await both(mail(from === undefined ? {} : { from }, n, desk.now));
  }
  await both(mail({ from: EVE, to: 'support-7102' }, 4, desk.now));
  for (let n = 5; n < 65; n += 1) {
    // An hour later what is received on disk would be swept: its files have true times.
    desk.wait(choose([1000, 20_000]));
    const [held] = desk.held();
    if (held !== undefined && choose.number(4) === 0) {
      await desk.release(held.id, 'kim');
      for (const { context } of others) await release(held, 'kim', context);
    }
    if (choose.number(10) === 0) {
      const action = choose([{ type: 'block' }, { type: 'unblock' }] as const);
      await desk.act(7103, action);
      const order = { type: 'act', ticket: 'SUPPORT-7103', action, by: 'admin' } as const;
      for (const { context } of others) await carryOut({ ...order, origin: null }, context);
    }
    if (choose.number(10) > 0) last = mail(randomMail(choose, desk.letters), n, desk.now);
    await both(last);
  }
  expect(desk.tickets().length).toBeGreaterThan(3);
  for (const { store, records } of others) {
    expect((await records()).map(asDecided)).toEqual(desk.records.map(asDecided));
    expect(await store.held()).toEqual(desk.held());
    expect(await store.failedAddresses()).toEqual(desk.failed());
  }
}, 120_000);

/** Without what only sendmail and the disk add. */
function asDecided({ seq, time, changes, outgoing, delivery }: JournalRecord) {
  return {
    ...{ seq, time, outgoing },
    changes: changes.filter((change) => !isFate(change)),
    delivery: delivery === undefined ? null : { ...delivery, incoming: '', within: null },
  };
}

async function* once(octets: Buffer): AsyncGenerator<Uint8Array> {
  yield octets;
}
