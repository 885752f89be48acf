/**
 * The files of a commit: the raw mail and the attachments that come with it, from the disk of this host
 * to the database, and the mail that goes because of it.
 */
import { receivedFiles } from '../../journal/mails.ts';
import { partNumber, pathsFor } from '../../journal/paths.ts';
import type { JournalRecord } from '../../journal/record.ts';
import type { Incoming } from '../../journal/spool.ts';
import type { Database } from '../../postgres/client.ts';
import { bringIn, named, removed, SMALL_BYTES, written } from './files.ts';

interface ReceivedOctets {
  readonly path: string;
  readonly size: number;
  readonly octets: Iterable<Buffer>;
}

/** Then they are brought in before the commit, in a transaction that has begun. */
export function hasLargeFiles(record: JournalRecord, incoming: Incoming | null): boolean {
  return receivedWith(record, incoming).some(isLarge);
}

/** Brings the large ones in, and gives statements for the script of the commit. */
export async function fileStatements(
  database: Database,
  record: JournalRecord,
  incoming: Incoming | null,
): Promise<readonly string[]> {
  const statements: string[] = [];
  for (const received of receivedWith(record, incoming)) {
    const { path, octets } = received;
    statements.push(
      isLarge(received)
        ? named(path, await bringIn(database, octets))
        : written(path, Buffer.concat([...octets])),
    );
  }
  const expired = record.changes.flatMap((change) =>
    change.type === 'mail.expired' ? change.mails.map((mail) => pathsFor(mail).rawIn) : [],
  );
  return expired.length === 0 ? statements : [...statements, removed(expired)];
}

function isLarge({ size }: ReceivedOctets): boolean {
  return size > SMALL_BYTES;
}

function receivedWith(record: JournalRecord, incoming: Incoming | null): readonly ReceivedOctets[] {
  if (incoming === null) return [];
  const { rawIn } = pathsFor(record.seq);
  const raw = { path: rawIn, size: incoming.sum.size, octets: incoming.chunks() };
  return [
    raw,
    ...receivedFiles(record)
      .filter(({ path }) => path !== rawIn)
      .map(({ path, size }) => ({
        ...{ path, size },
        octets: incoming.attachmentChunks(partNumber(path)),
      })),
  ];
}
