/** The table of recipients that the config names, of either kind. */
import type { Config } from '../config/config.ts';
import { type RecipientsConfig, recipientsOf } from '../config/recipients.ts';
import { Failure } from '../outcome.ts';
import { PostmappedFile } from './postmapped-file.ts';
import type { RecipientTable } from './table.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Throws a Failure `config` if the config names none. */
export async function openRecipients(
  config: Config,
  environment: Environment,
): Promise<{ readonly table: RecipientTable; readonly known: RecipientsConfig }> {
  const known = recipientsOf(config);
  if (known === null) {
    throw new Failure('config', `${config.file} has no "recipients": that key says where they lie`);
  }
  if (known.kind === 'file') return { table: new PostmappedFile(known, environment), known };
  const { SqlTable } = await import('./sql-table.ts');
  return { table: new SqlTable(known.place), known };
}
