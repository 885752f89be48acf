/**
 * A schema of a newer program is left alone by whoever uses it: who delivers, who hands over, who
 * follows, and who looks after the whole; and nobody asks for the version alone.
 */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Database } from '../../../src/postgres/client.ts';
import { DatabaseLog } from '../../../src/stores/postgres/log.ts';
import { maintenanceOf } from '../../../src/stores/postgres/maintenance.ts';
import { SCHEMA_VERSION } from '../../../src/stores/postgres/schema/schema.ts';
import { hostOn, openTicket } from '../../kit/database-host.ts';
import { makeStoreCluster, newStorePlace } from '../../kit/database-store.ts';
import { type Cluster, postgresMissing, removeCluster } from '../../kit/postgres.ts';

const NEWER = { end: 'store-newer', message: expect.stringContaining('made by a newer program') };
const MAIL = {
  ...{ id: '1.0', seq: 1, ticket: null, serial: 1, sender: '', recipient: 'a@b.example', raw: '' },
  ...{ since: '', isBegun: false, refusals: 0, lastTried: null, lastError: null },
};

describe.skipIf(postgresMissing !== null)(`a newer schema ${postgresMissing ?? ''}`, () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await makeStoreCluster();
  }, 60_000);
  afterAll(() => removeCluster(cluster));

  const newHost = () => {
    const { store, connections } = hostOn(newStorePlace(cluster));
    const log = new DatabaseLog(connections);
    const extract = async () => {};
    const now = () => new Date();
    const maintenance = maintenanceOf({ connections, now, extract, store });
    const become = (version: number) =>
      connections.with((database) =>
        database.script(`UPDATE mailrobot.head SET version = ${version}`),
      );
    return { store, log, maintenance, become };
  };
  type Host = ReturnType<typeof newHost>;

  test.each<readonly [string, (host: Host) => Promise<unknown>]>([
    ['a commit', ({ store }) => openTicket(store)],
    ['a look at what must go out', ({ store }) => store.unsent()],
    ['a look for what was lost', ({ store }) => store.findLost(5)],
    ['a note that a mail has gone', ({ store }) => store.markSent(MAIL)],
    ['a note that one has failed', ({ store }) => store.noteFailure(MAIL, 1)],
    ['what became of mails', ({ store }) => store.catchUp()],
    ['a write of our own', ({ store }) => store.settle()],
    ['whether it rests', ({ store }) => store.restingSince()],
    ['the last commit', ({ log }) => log.last()],
    ['epochs', ({ log }) => log.epochs()],
    ['a time', ({ log }) => log.firstSince(new Date())],
    ['whether followers are told', ({ log }) => log.restingSince()],
    ['a subscriber', ({ log }) => log.subscription('crm')],
    ['a subscriber is saved', ({ log }) => log.save('crm', { cursor: 'x', failing: null })],
    ['whoever serves them', ({ log }) => log.serve(async () => {})],
    ['fsck', ({ maintenance }) => maintenance.check()],
    ['rebuild', ({ maintenance }) => maintenance.rebuild()],
    ['upgrade', ({ maintenance }) => maintenance.upgrade()],
    ['a new key', ({ maintenance }) => maintenance.rotateKey()],
    ['the end of a rest', ({ maintenance }) => maintenance.resume()],
  ])('%s', async (_, work) => {
    const host = newHost();
    await openTicket(host.store);
    await host.become(SCHEMA_VERSION);
    await work(host).catch((error) => expect(error).not.toMatchObject(NEWER));
    await host.become(SCHEMA_VERSION + 1);
    await expect(work(host)).rejects.toMatchObject(NEWER);
    await host.become(SCHEMA_VERSION);
    expect(await openTicket(host.store)).toBeGreaterThan(1);
  });

  test('each of these is one message, as before', async () => {
    const { store, log, maintenance } = newHost();
    await store.settle();
    const sent = [vi.spyOn(Database.prototype, 'query'), vi.spyOn(Database.prototype, 'script')];
    try {
      for (const work of [
        () => store.unsent(),
        () => store.settle(),
        () => store.restingSince(),
        () => log.last(),
        () => log.epochs(),
        () => log.subscription('crm'),
        () => maintenance.resume(),
      ]) {
        for (const spy of sent) spy.mockClear();
        await work();
        const messages = sent.reduce((count, { mock }) => count + mock.calls.length, 0);
        expect(messages, work.toString()).toBe(1);
      }
    } finally {
      for (const spy of sent) spy.mockRestore();
    }
  });
});
