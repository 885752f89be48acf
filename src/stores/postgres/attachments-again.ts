/**
 * Attachments that are missing, or are not what came with their mail, taken out of it once more: as
 * after a restore, since a backup has none. Each finds its place by its content. A mail that gives
 * no such file any more stops no other.
 */
import { createHash } from 'node:crypto';
import { allOf } from '../../journal/blobs.ts';
import { receivedFiles } from '../../journal/mails.ts';
import { pathsFor } from '../../journal/paths.ts';
import type { JournalRecord } from '../../journal/record.ts';
import type { ExtractAttachments } from '../../journal/spool.ts';
import { endOf } from '../../outcome.ts';
import type { Connections } from '../../postgres/connections.ts';
import type { StoredFile } from '../../ticket/ticket.ts';
import { storedFiles } from './checking.ts';
import { askOf, headOf, linesBehind, recordOfRow } from './commit-reader.ts';
import { bringIn, DatabaseFiles } from './files.ts';

const FOLDER = 'tickets/';

export async function makeAttachmentsAgain(
  connections: Connections,
  extract: ExtractAttachments,
): Promise<void> {
  const ask = askOf(connections);
  const found = new Map<string, string>();
  for await (const { path, sum } of storedFiles(ask, FOLDER)) found.set(path, sum.sha256);
  for await (const row of linesBehind(ask, 0, (await headOf(ask)).seq)) {
    const record = recordOfRow(row);
    const wanted = receivedFiles(record).filter(({ path, sha256 }) => found.get(path) !== sha256);
    const octets = wanted.length === 0 ? null : await rawOf(record, connections);
    if (octets !== null) await takeOut(wanted, record, octets, connections, extract);
  }
}

/** null for one that is lost: that is for `check` to tell. */
async function rawOf({ seq }: JournalRecord, connections: Connections): Promise<Buffer | null> {
  try {
    return await allOf(await new DatabaseFiles(connections).rawMail(pathsFor(seq).rawIn));
  } catch (error) {
    if (endOf(error) !== 'store-failed') throw error;
    return null;
  }
}

async function takeOut(
  wanted: readonly StoredFile[],
  { seq, delivery }: JournalRecord,
  octets: Buffer,
  connections: Connections,
  extract: ExtractAttachments,
): Promise<void> {
  const taken: Buffer[] = [];
  await extract(
    () => [octets],
    delivery?.within ?? null,
    () => {
      const pieces: Buffer[] = [];
      return {
        write: (piece) => pieces.push(Buffer.from(piece)),
        close: () => taken.push(Buffer.concat(pieces)),
      };
    },
  );
  for (const one of taken) {
    const sha256 = createHash('sha256').update(one).digest('hex');
    for (const { path } of wanted.filter((other) => other.sha256 === sha256)) {
      await connections.with(async (database) => {
        const { blob } = await bringIn(database, [one]);
        await database.commit({
          text: 'SELECT mailrobot.attach_again($1, $2, $3)',
          values: [seq, path, blob],
        });
      });
    }
  }
}
