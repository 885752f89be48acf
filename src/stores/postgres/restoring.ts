/**
 * A store in a database from a backup, whichever kind of store gave it.
 *
 * It is restored on this host's disk first, as every backup is (files/restore.ts): an archive is not
 * trusted, a new epoch begins, numbers skip ahead, what was erased since is erased again. Then all of
 * it is brought into the database in one transaction, which fails if that has a commit already. The
 * attachments are taken out of the raw mail behind that; `rebuild` does so, too, if it was stopped
 * there.
 */
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ExtractAttachments } from '../../journal/spool.ts';
import { Failure } from '../../outcome.ts';
import type { Database } from '../../postgres/client.ts';
import type { Connections } from '../../postgres/connections.ts';
import { names } from '../disk/disk.ts';
import type { ArchiveFile } from '../files/archive.ts';
import { upgradeRestored } from '../files/erase.ts';
import { Journal } from '../files/journal.ts';
import type { JournalEntry } from '../files/journal-lines.ts';
import { readEpochs, readSigningKeys, restingSince } from '../files/layout.ts';
import { octetsAt } from '../files/raw-mails.ts';
import { type Restored, type Restoring, restoreStore } from '../files/restore.ts';
import { Subscriptions } from '../files/subscriptions.ts';
import { makeAttachmentsAgain } from './attachments-again.ts';
import { differencesFrom, inOneWrite, writeBehind, writeDifferences } from './derive-again.ts';
import { DerivedRows } from './derived.ts';
import { bringIn as bringBlob } from './files.ts';
import { Overtaken } from './gathering.ts';
import { valuesOf } from './subscriptions.ts';

export interface DatabaseRestoring extends Omit<Restoring, 'root' | 'owner'> {
  /** A folder of this host with room for all of it. */
  readonly directory: string;
  readonly connections: Connections;
  readonly extract: ExtractAttachments;
}

/** Into an empty one. */
export async function restoreDatabase(
  file: ArchiveFile,
  { directory, connections, extract, ...restoring }: DatabaseRestoring,
): Promise<Restored> {
  const root = join(directory, `restored.${randomBytes(6).toString('hex')}`);
  try {
    const restored = await restoreStore(file, { ...restoring, root, owner: null });
    await bringIn(root, connections);
    await makeAttachmentsAgain(connections, extract);
    return restored;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function bringIn(root: string, connections: Connections): Promise<void> {
  const journal = new Journal(join(root, 'journal'));
  const isOld = [...journal.read(journal.start())].some(({ record }) => record.v === 1);
  if (isOld) upgradeRestored(root, journal);
  try {
    await inOneWrite(connections, async (database) => {
      // While it has no commit: then nobody can.
      await bringIdentity(database, root);
      await bringRaw(database, root);
      const derived = await bringJournal(database, journal);
      const ask = database.query.bind(database);
      const seq = derived.last;
      await writeDifferences(database, seq, await differencesFrom(ask, derived.rows));
    });
  } catch (error) {
    if (!(error instanceof Overtaken)) throw error;
    throw new Failure(
      'store-failed',
      'the database has a store with commits in it: restore never overwrites one',
    );
  }
}

const LINES_AT_ONCE = 200;
const OCTETS_AT_ONCE = 4 * 1024 * 1024;

async function bringJournal(
  database: Database,
  journal: Journal,
): Promise<{ readonly rows: DerivedRows; readonly last: number }> {
  const rows = new DerivedRows();
  let last = 0;
  let waiting: JournalEntry[] = [];
  let size = 0;
  const write = async () => {
    const lines = waiting.map(({ record: { seq, time }, hash, octets, words }) => {
      return { seq, time, hash, line: octets.toString(), texts: words ?? '' };
    });
    await writeBehind(database, last, { lines });
    last += waiting.length;
    waiting = [];
    size = 0;
  };
  for (const entry of journal.read(journal.start())) {
    rows.add(entry.record);
    waiting.push(entry);
    size += entry.octets.length + (entry.words?.length ?? 0);
    if (waiting.length >= LINES_AT_ONCE || size >= OCTETS_AT_ONCE) await write();
  }
  if (waiting.length > 0) await write();
  return { rows, last };
}

async function bringIdentity(database: Database, root: string): Promise<void> {
  const resting = restingSince(root);
  const known = new Subscriptions(root);
  const subscribers = names(join(root, 'subscribers')).flatMap((file) => {
    const name = /^([a-z0-9-]+)\.json$/.exec(file)?.[1];
    const subscription = name === undefined ? null : known.read(name);
    return name === undefined || subscription === null ? [] : `(${valuesOf(name, subscription)})`;
  });
  // As parameters: a server writes the statement of an error into its log.
  const [row] = await database.query({
    text: 'SELECT mailrobot.restore_identity($1, $2, $3) AS done',
    values: [JSON.stringify(readSigningKeys(root)), resting, JSON.stringify(readEpochs(root))],
  });
  if (row?.['done'] !== true) throw new Overtaken();
  await database.script(
    [
      'DELETE FROM mailrobot.subscriptions',
      ...subscribers.map(
        (values) =>
          `INSERT INTO mailrobot.subscriptions (name, cursor, failing, reset) VALUES ${values}`,
      ),
    ].join(';\n'),
  );
}

async function bringRaw(database: Database, root: string): Promise<void> {
  for (const folder of names(join(root, 'raw'))) {
    for (const name of names(join(root, 'raw', folder))) {
      const path = join('raw', folder, name);
      const { blob, size, sha256 } = await bringBlob(database, octetsAt(join(root, path)));
      const [row] = await database.query({
        text: 'SELECT mailrobot.restore_file($1, $2, $3, $4) AS done',
        values: [path, blob, size, sha256],
      });
      if (row?.['done'] !== true) throw new Overtaken();
    }
  }
}
