/**
 * How long a search takes in a database with TICKETS tickets.
 *
 * Fills the journal of a store in a server of its own (Debian's, in a temporary folder, without fsync)
 * with a mail of 200 words for each, and searches for a word of the oldest ticket, so that everything
 * is read, of every ticket, and of none: medians of ROUNDS, in milliseconds.
 */
import { hashOf, NO_LINE } from '../../src/journal/chain.ts';
import { type JournalRecord, RECORD_VERSION, written } from '../../src/journal/record.ts';
import { Connections } from '../../src/postgres/connections.ts';
import { writeBehind } from '../../src/stores/postgres/derive-again.ts';
import { searchJournal } from '../../src/stores/postgres/searching.ts';
import type { TicketId } from '../../src/ticket/ticket.ts';
import { makeStoreCluster, newStorePlace } from '../../test/kit/database-store.ts';
import { removeCluster } from '../../test/kit/postgres.ts';
import { generator } from '../../test/stores/random.ts';
import { median } from '../desks.ts';

const TICKETS = Number(process.env['TICKETS'] ?? 100_000);
const ROUNDS = 5;
const PER_STATEMENT = 1000;

/** Mail is no repetition, which the server would pack to nothing. */
const random = generator(7);
const WORDS = Array.from({ length: 5000 }, () => random(36 ** 5).toString(36));

function recordOf(number: number): JournalRecord {
  const ticket: TicketId = `SUPPORT-${number}`;
  const requester = { name: `Customer ${number}`, address: `c${number}@ferrier.example` };
  const subject = `Ticket ${number}`;
  const text = Array.from({ length: 200 }, () => WORDS[random(WORDS.length)]).join(' ');
  return {
    ...{ v: RECORD_VERSION, seq: number, time: '2026-11-21T12:00:00.000Z', outgoing: [] },
    changes: [
      { type: 'ticket.created', ticket, number, queue: 'SUPPORT', subject, requester },
      {
        ...{ type: 'message.added', ticket },
        message: {
          ...{ serial: 1, direction: 'in', trust: 'claimed', from: requester, to: [] },
          ...{ date: '2026-11-21T12:00:00.000Z', messageId: `<${number}@ferrier.example>` },
          ...{ subject, text, newLines: [], attachments: [], raw: `raw/${number}-in.eml` },
        },
      },
    ],
  };
}

async function fill(connections: Connections): Promise<void> {
  let hash = NO_LINE;
  for (let done = 0; done < TICKETS; done += PER_STATEMENT) {
    const lines = Array.from({ length: PER_STATEMENT }, (_, n) => {
      const { seq, time, ...record } = recordOf(done + n + 1);
      const made = written({ seq, time, ...record }, { prev: hash, at: 0 });
      hash = hashOf(made.line);
      return { seq, time, hash, ...made };
    });
    await connections.with((database) => writeBehind(database, done, { lines }));
  }
  await connections.with((database) =>
    database.query({ text: 'VACUUM ANALYZE mailrobot.journal' }),
  );
}

export async function search(): Promise<void> {
  const cluster = await makeStoreCluster();
  try {
    const connections = new Connections(newStorePlace(cluster), { statementSeconds: 60 });
    await fill(connections);
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
