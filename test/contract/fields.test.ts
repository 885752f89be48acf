/** What stands in the fields of a ticket, in every store: found, kept, restored and erased. */
import { describe, expect, test } from 'vitest';
import { ofPerson } from '../../src/journal/erasing/erasure.ts';
import type { Store } from '../../src/journal/store.ts';
import type { Change } from '../../src/ticket/change.ts';
import { KAY, NIC } from '../kit/config.ts';
import { MAINTAINED, STORES } from './stores.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const created = (number: number, address: string): Change => ({
  ...{ type: 'ticket.created', ticket: `SUPPORT-${number}`, number, queue: 'SUPPORT' },
  ...{ subject: 'x', requester: { name: '', address } },
});
const says = (number: number, field: string, value: string | null, more: object = {}): Change => ({
  ...{ type: 'ticket.field', ticket: `SUPPORT-${number}`, field, value, by: 'kim', ...more },
});

async function filled(store: Store): Promise<Store> {
  for (const changes of [
    [created(7102, NIC)],
    [created(7103, KAY), says(7103, 'kind', 'wish')],
    [says(7102, 'order', 'RX-1234', { isFound: true }), says(7102, 'constructor', 'Nic Ferrier')],
    [says(7102, 'amount', '12'), says(7102, 'due', '2026-12-07')],
    [says(7102, 'amount', null)],
    // It came with a ticket of his.
    [says(7103, 'order', 'RX-1234', { other: 'SUPPORT-7102' })],
  ] satisfies readonly Change[][]) {
    await store.exclusive((transaction) => transaction.commit({ changes, outgoing: [] }));
  }
  return store;
}

const fieldsOf = async (store: Store, number: number) =>
  (await store.ticket(`SUPPORT-${number}`))?.fields;

const NICS = {
  ...{ order: { value: 'RX-1234', isFound: true }, due: { value: '2026-12-07' } },
  constructor: { value: 'Nic Ferrier' },
};

describe.each(STORES)('%s', (_, make) => {
  test('a ticket has what was put there last, and a search finds it', async () => {
    const store = await filled(make(() => NOW));
    expect(await fieldsOf(store, 7102)).toEqual(NICS);
    expect(await store.search(['rx-1234'], 10, () => {})).toEqual(['SUPPORT-7103', 'SUPPORT-7102']);
    const ids: string[] = [];
    for await (const { id, fields } of store.tickets('open', ['SUPPORT'])) {
      ids.push(`${id} ${fields?.['order']?.value}`);
    }
    expect(ids).toEqual(['SUPPORT-7103 RX-1234', 'SUPPORT-7102 RX-1234']);
  });
});

describe.each(MAINTAINED)('a store %s', (_, make) => {
  test('has the same after a rebuild, and in a backup', async () => {
    const made = make(() => NOW);
    await filled(made.store);
    await made.maintenance.rebuild();
    expect(await fieldsOf(made.again().store, 7102)).toEqual(NICS);
    expect((await made.maintenance.check()).findings).toEqual([]);
    const { store } = await made.backedUp();
    await store.recover();
    expect(await fieldsOf(store, 7102)).toEqual(NICS);
  });

  test('forgets all of a person, also where a merge has taken it, and nothing of others', async () => {
    const made = make(() => NOW);
    await filled(made.store);
    await made.maintenance.erase({ whom: ofPerson(NIC), by: 'kim' });
    expect(await fieldsOf(made.store, 7102)).toEqual({});
    expect(await fieldsOf(made.store, 7103)).toEqual({ kind: { value: 'wish' } });
    expect(await made.store.search(['rx-1234'], 10, () => {})).toEqual([]);
    const commits: unknown[] = [];
    for await (const commit of made.log.commits(0).read()) commits.push(commit);
    expect(JSON.stringify(commits)).not.toMatch(/RX-1234|Nic Ferrier|2026-12-07/);
    expect(JSON.stringify(commits)).toContain('"field":"order"');
    expect((await made.maintenance.check()).findings).toEqual([]);
  });
});
