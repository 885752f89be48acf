/**
 * A backup into the database that the config names: into the schema that is there, if that is
 * empty, or else one that is made now.
 *
 * All of it is done by the owner of the folder of this host, who delivers mail, but for what is
 * kept beside the config.
 */
import { chmodSync, lchownSync, mkdirSync, statSync } from 'node:fs';
import type { Config, StorePlace } from '../config/config.ts';
import { databaseOf } from '../config/database.ts';
import { Connections } from '../postgres/connections.ts';
import { attachmentsAgain } from '../reading/read.ts';
import { asStarter, asUser } from '../runtime/as-user.ts';
import { nameOfUser } from '../runtime/user-name.ts';
import type { Restored } from '../stores/files/restore.ts';
import { restoreDatabase } from '../stores/postgres/restoring.ts';
import { plannedDatabase } from './init-database.ts';
import type { Owner } from './owner.ts';
import type { Run } from './run.ts';

type Restoring = Parameters<typeof restoreDatabase>[1];

const LONG_STATEMENT_SECONDS = 3600;

export interface IntoDatabase extends Pick<Restoring, 'now' | 'countings' | 'memory' | 'keep'> {
  readonly config: Config;
  readonly place: Extract<StorePlace, { readonly kind: 'database' }>;
  /** The role that owns the schema, if it is another one; null otherwise. */
  readonly ownerUrl: string | null;
  /** Of the folder, if that is not there yet. */
  readonly owner: Owner | null;
}

export async function restoreIntoDatabase(
  file: Parameters<typeof restoreDatabase>[0],
  { config, place: { url, spool }, ownerUrl, owner: wanted, keep, ...more }: IntoDatabase,
  { reader }: Run,
): Promise<{ readonly restored: Restored; readonly name: string }> {
  const owner = ownerOfFolder(spool, wanted);
  const userName = nameOfUser(owner?.uid ?? process.geteuid?.() ?? 0);
  const database = await plannedDatabase({ url, ownerUrl, owner, userName });
  if (!database.isMade) await database.make();
  const restored = await asUser(owner, async () => {
    const place = databaseOf(url, config.file);
    const connections = new Connections(place, { statementSeconds: LONG_STATEMENT_SECONDS });
    try {
      return await restoreDatabase(file, {
        ...more,
        ...{ directory: spool, connections },
        extract: attachmentsAgain(config.limits.reading, reader),
        asOwner: async (work) => work(),
        keep: (memory) => asStarter(() => keep(memory)),
      });
    } finally {
      await connections.end();
    }
  });
  return { restored, name: database.name };
}

/** null for whoever gives the command. */
function ownerOfFolder(spool: string, wanted: Owner | null): Owner | null {
  const isRoot = process.geteuid?.() === 0;
  const found = statSync(spool, { throwIfNoEntry: false });
  if (found !== undefined) return isRoot ? { uid: found.uid, gid: found.gid } : null;
  mkdirSync(spool, { recursive: true });
  chmodSync(spool, 0o700);
  if (wanted !== null) lchownSync(spool, wanted.uid, wanted.gid);
  return wanted;
}
