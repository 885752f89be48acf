/**
 * Brings the schema of a desk in a database to the newest version: by the role that owns it. If
 * that is not the one by which mail is delivered, it is named apart.
 */
import type { Config, StorePlace } from '../config/config.ts';
import { databaseOf } from '../config/database.ts';
import { Failure } from '../outcome.ts';
import { type Database, DatabaseError } from '../postgres/client.ts';
import { asUser } from '../runtime/as-user.ts';
import { SCHEMA_VERSION } from '../stores/postgres/schema/schema.ts';
import { type UpgradedSchema, upgradeSchema, versionOf } from '../stores/postgres/upgrading.ts';
import { peerOf, placeOf, within } from './init-database.ts';
import { Refused } from './refused.ts';
import { asOwner } from './store-owner.ts';

export async function upgradeDatabase(
  config: Config,
  { url }: Extract<StorePlace, { readonly kind: 'database' }>,
  ownerUrl: string | null,
): Promise<UpgradedSchema> {
  const asDeliveries = <T>(work: (database: Database) => Promise<T>) =>
    asOwner(config, () => within(databaseOf(url, config.file), work));
  const from = await asDeliveries(versionOf);
  if (from > SCHEMA_VERSION) {
    throw new Failure('store-newer', `the store is of version ${from}, made by a newer program`);
  }
  if (from === SCHEMA_VERSION) return { from, to: from };
  if (ownerUrl !== null) {
    const place = placeOf(ownerUrl, '--owner-store');
    return asUser(peerOf(place), () => within(place, upgradeSchema));
  }
  try {
    return await asDeliveries(upgradeSchema);
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== NOT_ALLOWED) throw error;
    throw new Refused('the schema belongs to another role: name it with --owner-store');
  }
}

/** SQLSTATE of `insufficient_privilege`. */
const NOT_ALLOWED = '42501';
