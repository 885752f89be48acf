/** Files put into a database, and taken out, by hand: as the owner of the schema can. */
import type { Database } from '../../src/postgres/client.ts';
import { bringIn } from '../../src/stores/postgres/files.ts';

export async function writeFile(
  database: Database,
  path: string,
  octets: Iterable<Buffer>,
): Promise<void> {
  const { blob, size, sha256 } = await bringIn(database, octets);
  await database.query({
    text: 'SELECT mailrobot.name_file($1, $2, $3, $4)',
    values: [path, blob, size, sha256],
  });
}

/** What is not there is no error. */
export async function removeFiles(database: Database, paths: readonly string[]): Promise<void> {
  await database.query({ text: 'SELECT mailrobot.remove_files($1::text[])', values: [paths] });
}
