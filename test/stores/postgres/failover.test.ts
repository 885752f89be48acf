/**
 * What a section rests on is what is there when it commits: the very line before it, the keys that its
 * mail is signed with, and the files that were brought before. If not, it is run again on what is.
 */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashOf, NO_LINE } from '../../../src/journal/chain.ts';
import { NO_QUESTIONS, ticketsOfMessage } from '../../../src/journal/facts.ts';
import { RECORD_VERSION, written } from '../../../src/journal/record.ts';
import { bringIn } from '../../../src/stores/postgres/files.ts';
import { maintenanceOf } from '../../../src/stores/postgres/maintenance.ts';
import { hostOn, openTicket } from '../../kit/database-host.ts';
import { makeStoreCluster, newStorePlace } from '../../kit/database-store.ts';
import { type Cluster, postgresMissing, removeCluster } from '../../kit/postgres.ts';

describe.skipIf(postgresMissing !== null)(`behind a failover ${postgresMissing ?? ''}`, () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await makeStoreCluster();
  }, 60_000);
  afterAll(() => removeCluster(cluster));

  test('a number that was given again is not the commit that a host has gathered', async () => {
    const place = newStorePlace(cluster);
    const { store: one, connections } = hostOn(place);
    const { store: other } = hostOn(place);
    await openTicket(one);
    await openTicket(one);
    await one.facts({ ...NO_QUESTIONS, queues: ['SUPPORT'] });
    // The standby that was promoted had the first of them alone.
    await connections.with((database) =>
      database.script(`DELETE FROM mailrobot.journal WHERE seq = 2;
        DELETE FROM mailrobot.rows WHERE key = 'SUPPORT-2';
        DELETE FROM mailrobot.marks WHERE ticket = 'SUPPORT-2';
        UPDATE mailrobot.rows SET row = '2', seq = 1 WHERE list = 'numbers';
        UPDATE mailrobot.head SET (seq, hash) =
          (SELECT seq, hash FROM mailrobot.journal WHERE seq = 1)`),
    );
    expect(await openTicket(other)).toBe(2);
    expect(await openTicket(one)).toBe(3);
    const extract = async () => {};
    const now = () => new Date();
    const { check } = maintenanceOf({ connections, now, extract, store: one });
    expect((await check()).findings).toEqual([]);
  });

  test('keys that were changed meanwhile are seen', async () => {
    const { store, connections } = hostOn(newStorePlace(cluster));
    await openTicket(store);
    const facts = await store.facts({ ...NO_QUESTIONS, tickets: ['SUPPORT-1'] });
    const extract = async () => {};
    await maintenanceOf({ connections, now: () => new Date(), extract, store }).rotateKey();
    expect(await store.transact((transaction) => transaction.stillHolds(facts))).toBe(false);
  });

  test('a file that was brought before, and is there no more, is no part of a commit', async () => {
    const { connections } = hostOn(newStorePlace(cluster));
    await connections.with(async (database) => {
      const blob = await bringIn(database, [randomBytes(300_000)]);
      await database.query({ text: 'DELETE FROM mailrobot.brought' });
      const [row] = await database.query({
        text: "SELECT mailrobot.append(0, $1, '[]', '[]', $2, $3) AS ended",
        values: [
          JSON.stringify([firstLine()]),
          JSON.stringify([{ path: 'raw/000000/1-in.eml', ...blob }]),
          JSON.stringify({ again: [], gone: [], secrets: [] }),
        ],
      });
      expect(row).toEqual({ ended: 'lost' });
      expect(await database.query({ text: 'SELECT seq FROM mailrobot.head' })).toEqual([
        { seq: '0' },
      ]);
    });
  });

  test('questions and sections of one process at once have their own answers', async () => {
    const { store } = hostOn(newStorePlace(cluster));
    const messageId = '<1@x.example>';
    await store.transact((transaction) =>
      transaction.commit({
        changes: [
          {
            ...{ type: 'ticket.created', ticket: 'SUPPORT-1', number: 1, queue: 'SUPPORT' },
            ...{ subject: 'Hello', requester: null, repeats: messageId },
          },
        ],
        outgoing: [],
      }),
    );
    const asked = { ...NO_QUESTIONS, messages: [messageId], tickets: ['SUPPORT-1' as const] };
    const answers = await Promise.all(
      Array.from({ length: 40 }, async (_, n) => {
        if (n % 2 === 0) return ticketsOfMessage(await store.facts(asked), messageId);
        return store.transact(async (transaction) => {
          const facts = await transaction.facts({ ...NO_QUESTIONS, messages: [messageId] });
          await transaction.commit({ changes: [], outgoing: [] });
          return ticketsOfMessage(facts, messageId);
        });
      }),
    );
    expect(answers).toEqual(answers.map(() => ['SUPPORT-1']));
  });
});

function firstLine() {
  const record = { v: RECORD_VERSION, seq: 1, time: '2026-11-21T12:00:00.000Z' };
  const made = written({ ...record, changes: [], outgoing: [] }, { prev: NO_LINE, at: 0 });
  return { ...record, ...made, hash: hashOf(made.line) };
}
