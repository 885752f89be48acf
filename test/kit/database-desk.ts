/**
 * A desk that has lived in memory, brought into a database line by line: with its raw mail, and what
 * follows from its commits.
 */
import { allOf } from '../../src/journal/blobs.ts';
import { pathsFor } from '../../src/journal/paths.ts';
import { compose } from '../../src/letters/compose.ts';
import type { Connections } from '../../src/postgres/connections.ts';
import { MemoryStore } from '../../src/stores/memory/memory-store.ts';
import { deriveAgain } from '../../src/stores/postgres/derive-again.ts';
import { generator } from '../stores/random.ts';
import { commitOne, RandomDesk } from '../stores/random-commits.ts';
import { writeFile } from './database-files.ts';
import { appendRecord } from './database-journal.ts';

const HOUR_MS = 60 * 60 * 1000;

/** After some commits of all kinds, the same each time. */
export async function livedInMemory(sections = 6): Promise<MemoryStore> {
  let clock = new Date('2026-11-01T12:00:00Z');
  const store = new MemoryStore({ now: () => clock, compose });
  const desk = new RandomDesk(generator(7));
  for (let n = 0; n < sections; n += 1) {
    clock = new Date(clock.getTime() + HOUR_MS);
    await store.exclusive(async (transaction) => {
      for (let c = 0; c < 5; c += 1) await commitOne(store, transaction, desk, clock);
    });
  }
  return store;
}

/** Into an empty one. */
export async function bringInto(connections: Connections, store: MemoryStore): Promise<void> {
  for (const record of store.records) {
    const { delivery } = record;
    const named = delivery && { delivery: { ...delivery, incoming: `mail-${record.seq}` } };
    await appendRecord(connections, () => ({ ...record, ...named }));
    const { rawIn } = pathsFor(record.seq);
    const octets = await store.rawMail(rawIn).then(allOf, () => null);
    if (octets === null) continue;
    await connections.with((database) =>
      database.transaction(() => writeFile(database, rawIn, [octets])),
    );
  }
  await deriveAgain(connections);
}
