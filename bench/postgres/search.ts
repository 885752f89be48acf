/**
 * How long a search takes in a database with TICKETS tickets.
 *
 * Fills the journal of a store in a server of its own (Debian's, in a temporary folder, without fsync)
 * with a mail of 200 words for each, and searches for a word of the oldest ticket, so that everything
 * is read, of every ticket, and of none: medians of ROUNDS, in milliseconds.
 */
import { Connections } from '../../src/postgres/connections.ts';
import { searchJournal } from '../../src/stores/postgres/searching.ts';
import type { TicketId } from '../../src/ticket/ticket.ts';
import { makeStoreCluster, newStorePlace } from '../../test/kit/database-store.ts';
import { fillWith } from '../../test/kit/many-tickets.ts';
import { removeCluster } from '../../test/kit/postgres.ts';
import { median } from '../desks.ts';

const TICKETS = Number(process.env['TICKETS'] ?? 100_000);
const ROUNDS = 5;
export async function search(): Promise<void> {
  const cluster = await makeStoreCluster();
  try {
    const connections = new Connections(newStorePlace(cluster), { statementSeconds: 60 });
    await fillWith(connections, { from: 0, to: TICKETS });
    await connections.with((database) =>
      database.query({ text: 'VACUUM ANALYZE mailrobot.journal' }),
    );
    const [size] = await connections.with((database) =>
      database.query({
        text: "SELECT pg_size_pretty(pg_total_relation_size('mailrobot.journal')) AS size",
      }),
    );
    console.log(`\nsearch, ${TICKETS} tickets, ${String(size?.['size'])}, node ${process.version}`);
    for (const words of [
      ['c1@ferrier.example'],
      ['customer'],
      ['nowhere'],
      ['josé', 'nowhere'],
      ['принтер'],
    ]) {
      const times: number[] = [];
      let found: readonly TicketId[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const begun = performance.now();
        found = await searchJournal(connections, words, 20, () => {});
        times.push(performance.now() - begun);
      }
      console.log(`  ${words.join(' ')}: ${median(times).toFixed(0)} ms, ${found.length} found`);
    }
    await connections.end();
  } finally {
    removeCluster(cluster);
  }
}
