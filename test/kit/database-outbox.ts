/** The outbox of a desk in a database, without a ledger: what it asks of one, and commits of mails. */
import { parseLine, recordIn } from '../../src/journal/record.ts';
import { compose } from '../../src/letters/compose.ts';
import type { Connections } from '../../src/postgres/connections.ts';
import { DatabaseFiles } from '../../src/stores/postgres/files.ts';
import { DatabaseOutbox } from '../../src/stores/postgres/outbox.ts';

/** As one host has it. */
export function outboxOn(
  connections: Connections,
  { directory, leaseSeconds }: { readonly directory: string; readonly leaseSeconds: number },
): DatabaseOutbox {
  return new DatabaseOutbox({
    ...{ connections, directory, leaseSeconds, compose },
    now: () => new Date('2026-11-21T12:00:00Z'),
    files: new DatabaseFiles(connections),
    record: async (seq) => {
      const [row] = await connections.with((database) =>
        database.query({
          text: 'SELECT line, texts FROM mailrobot.journal WHERE seq = $1',
          values: [seq],
        }),
      );
      const read = parseLine(String(row?.['line']));
      return read && recordIn(read, String(row?.['texts']));
    },
  });
}
