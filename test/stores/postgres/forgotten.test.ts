/**
 * Lists that would grow for ever: what is old by the rule of its list goes with later commits, and
 * nobody misses it.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NO_QUESTIONS } from '../../../src/journal/facts.ts';
import type { ClaimFilter } from '../../../src/journal/outbox.ts';
import { OWN_PATHS } from '../../../src/journal/own-names.ts';
import type { Store } from '../../../src/journal/store.ts';
import { literal } from '../../../src/postgres/client.ts';
import { maintenanceOf } from '../../../src/stores/postgres/maintenance.ts';
import type { Change } from '../../../src/ticket/change.ts';
import type { Decision } from '../../../src/ticket/decision.ts';
import type { IncomingMessage } from '../../../src/ticket/ticket.ts';
import { hostOn } from '../../kit/database-host.ts';
import { makeStoreCluster, newStorePlace } from '../../kit/database-store.ts';
import { outgoingTo } from '../../kit/outgoing.ts';
import { type Cluster, postgresMissing, removeCluster } from '../../kit/postgres.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const BEGUN = Date.parse('2026-10-01T12:00:00Z');
const NIC = 'nic@ferrier.example';
const DECISION: Decision = {
  ...{ messageId: '<1@x.example>', verb: 'new', sender: NIC, recipients: [], isNamed: null },
  ...{ client: null, login: null, asked: [], spoke: [], trust: 'claimed', why: '' },
  ...{ route: 'SUPPORT', by: 'queue', intent: 'open', wrote: 'person' },
};

describe.skipIf(postgresMissing !== null)(`what is old ${postgresMissing ?? ''}`, () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await makeStoreCluster();
  }, 60_000);
  afterAll(() => removeCluster(cluster));

  const newHost = () => {
    let day = 0;
    const now = () => new Date(BEGUN + day * DAY_MS);
    const { store, connections } = hostOn(newStorePlace(cluster), now);
    const maintenance = maintenanceOf({ connections, now, extract: async () => {}, store });
    const count = async (list: string) => {
      const sql = `SELECT count(*)::int AS n FROM mailrobot.rows WHERE list = ${literal(list)}`;
      const [[row] = []] = await connections.with((database) => database.script(sql));
      return row?.['n'];
    };
    const become = (later: number) => {
      day = later;
    };
    return { store, maintenance, count, become };
  };

  test('automatic answers and deliveries go after their time, and nobody misses them', async () => {
    const { store, maintenance, count, become } = newHost();
    for (let n = 1; n <= 12; n += 1) {
      become(n * 2);
      await receive(store, n);
    }
    // 8 days of answers, and 15 of deliveries: each has two names.
    expect([await count('answered'), await count('deliveries')]).toEqual([5, 16]);
    const since = new Date(BEGUN + 17 * DAY_MS);
    const facts = await store.facts({ ...NO_QUESTIONS, answeredSince: since });
    expect(facts.answered).toHaveLength(4);
    const known = async (n: number) =>
      (await store.findDelivery({ ...keyOf(n), attempt: { queueId: `Q${n}`, to: 'new' } }))?.seq;
    expect([await known(12), await known(6), await known(1)]).toEqual([12, 6, undefined]);
    expect((await maintenance.check()).findings).toEqual([]);
    await maintenance.rebuild();
    expect([await count('answered'), await count('deliveries')]).toEqual([5, 16]);
    expect((await maintenance.check()).findings).toEqual([]);
  });

  test('of those who have written the first mail alone is kept', async () => {
    const { store, maintenance, count, become } = newHost();
    for (let n = 1; n <= 4; n += 1) {
      become(n);
      await receive(store, n);
    }
    expect(await count('writers')).toBe(1);
    const facts = await store.facts({ ...NO_QUESTIONS, writers: [NIC] });
    expect(facts.writers.get(NIC)).toEqual(new Date(BEGUN + DAY_MS));
    expect((await maintenance.check()).findings).toEqual([]);
  });

  test('what must go out is asked for in part, the longest untried first', async () => {
    const { store, become } = newHost();
    for (let n = 1; n <= 5; n += 1) {
      become(n);
      await store.transact((transaction) =>
        transaction.commit({
          changes: [],
          outgoing: [outgoingTo(NIC), outgoingTo(NIC, { sender: 'a@b.example' })],
        }),
      );
    }
    const claim = async (wanted: ClaimFilter, n: number) =>
      store.exclusive(async (transaction) =>
        (await transaction.claim(wanted, n)).map(({ id }) => id),
      );
    expect(await claim('all', 3)).toEqual(['1.0', '1.1', '2.0']);
    expect(await claim({ commit: 4 }, 9)).toEqual(['4.0', '4.1']);
    const [first] = await store.unsent();
    if (first === undefined) throw new Error('nothing waits');
    become(6);
    const lastTried = new Date(BEGUN + 6 * DAY_MS).toISOString();
    await store.noteFailure({ ...first, lastTried, lastError: 'no' }, 1);
    const restedSince = new Date(BEGUN + 6 * DAY_MS - 60_000);
    expect(await claim({ restedSince }, 2)).toEqual(['1.1', '2.0']);
    expect(await store.unsent({ restedSince })).toHaveLength(1);
    expect((await store.unsent('tried')).map(({ id }) => id)).toEqual(['1.0']);
    expect((await store.unsent({ id: '3.1' })).map(({ id }) => id)).toEqual(['3.1']);
    expect(await store.unsent({ ticket: null })).toHaveLength(1);
    expect(await store.unsent()).toHaveLength(10);
  });
});

function keyOf(n: number) {
  return { hash: `h${n}`, targets: ['SUPPORT'] };
}

async function receive(store: Store, n: number): Promise<void> {
  const incoming = store.receive();
  incoming.write(Buffer.from(`${n}`));
  incoming.seal('ab'.repeat(32), false);
  const ticket = `SUPPORT-${n}` as const;
  const from = { name: '', address: NIC };
  const changes: readonly Change[] = [
    {
      ...{ type: 'ticket.created', ticket, number: n, queue: 'SUPPORT', subject: 'x' },
      requester: from,
    },
    { type: 'message.added', ticket, message: messageOf(n, from) },
    { type: 'mail.answered', address: NIC, about: 'help' },
  ];
  const key = { ...keyOf(n), attempt: { queueId: `Q${n}`, to: 'new' } };
  await store.transact((transaction) =>
    transaction.commit({
      ...{ changes, outgoing: [] },
      delivery: { key, incoming, decision: DECISION },
    }),
  );
  incoming.discard();
}

function messageOf(n: number, from: { readonly name: string; readonly address: string }) {
  const date = new Date(BEGUN).toISOString();
  const message: IncomingMessage = {
    ...{ serial: 1, direction: 'in', trust: 'claimed', from, to: [], date, attachments: [] },
    ...{ messageId: `<${n}@ferrier.example>`, subject: 'x', text: 'x', newLines: [] },
    raw: OWN_PATHS.rawIn,
  };
  return message;
}
