/** The same mails make the same commits in memory and on disk, byte for byte. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { carryOut } from '../../src/feed/order.ts';
import { deliver } from '../../src/intake/deliver.ts';
import { release } from '../../src/intake/release.ts';
import type { JournalRecord } from '../../src/journal/record.ts';
import { compose } from '../../src/letters/compose.ts';
import { createStore } from '../../src/stores/files/create-store.ts';
import { FileStore } from '../../src/stores/files/file-store.ts';
import { isFate } from '../../src/ticket/change.ts';
import { EVE, KAY } from '../kit/config.ts';
import { Desk, nonceBehind } from '../kit/desk.ts';
import { KEYS } from '../kit/facts.ts';
import { recordsOf } from '../kit/journal.ts';
import { type Arriving, mail } from '../kit/mail.ts';
import { NO_READER } from '../kit/no-reader.ts';
import { choiceOf, SEED } from '../kit/random.ts';
import { randomMail } from '../kit/random-mails.ts';
import { extract } from '../stores/files/extract.ts';

let dir: string | undefined;
afterEach(() => rmSync(dir ?? '/nonexistent', { recursive: true, force: true }));

const noTrials = async () => new Desk().trials;

/** A store on disk that is given the same. */
function beside(desk: Desk) {
  dir = mkdtempSync(join(tmpdir(), 'mailrobot-kit-'));
  const root = join(dir, 'store');
  createStore(root);
  writeFileSync(join(root, 'keys.json'), `${JSON.stringify({ v: 1, secrets: KEYS.secrets })}\n`);
  writeFileSync(join(root, 'store.json'), `${JSON.stringify({ v: 1, epoch: KEYS.epoch })}\n`);
  const now = () => desk.now;
  const nonce = () => nonceBehind(recordsOf(root));
  const store = new FileStore({ root, now, extract, compose, nonce });
  const reader = NO_READER;
  const config = { ...desk.config, sendmail: ['/bin/true'] as const };
  const edge = { trials: noTrials, writeLog: async () => {} };
  const context = { config, store, mta: config.sendmail, reader, now, ...edge };
  return {
    context,
    store,
    deliver: ({ octets, environment, verb }: Arriving) =>
      deliver(once(octets), { ...context, environment, verb, defaultQueue: null, chores: 'later' }),
    records: () => recordsOf(root),
  };
}

test(`random mails make the same commits as on disk (SEED=${SEED})`, async () => {
  console.log(`memory store: SEED=${SEED}`);
  const choose = choiceOf(SEED);
  const desk = new Desk();
  desk.now = new Date();
  const disk = beside(desk);
  const both = async (arriving: Arriving) => {
    const { end } = await desk.deliver(arriving);
    expect(await disk.deliver(arriving)).toBe(end);
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
      await release(held, 'kim', disk.context);
    }
    if (choose.number(10) === 0) {
      const action = choose([{ type: 'block' }, { type: 'unblock' }] as const);
      await desk.act(7103, action);
      const order = { type: 'act', ticket: 'SUPPORT-7103', action, by: 'admin' } as const;
      await carryOut({ ...order, origin: null }, disk.context);
    }
    if (choose.number(10) > 0) last = mail(randomMail(choose, desk.letters), n, desk.now);
    await both(last);
  }
  expect(disk.records().map(asDecided)).toEqual(desk.records.map(asDecided));
  const ids = desk.tickets().map(({ id }) => id);
  expect(ids.length).toBeGreaterThan(3);
  expect(await disk.store.held()).toEqual(desk.held());
  expect(await disk.store.failedAddresses()).toEqual(desk.failed());
}, 60_000);

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
