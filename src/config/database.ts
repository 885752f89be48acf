/** The database that a desk is kept in, as `store` in the config names it. */
import { Failure } from '../outcome.ts';
import { type DatabasePlace, databasePlace } from '../postgres/place.ts';
import type { Config, StorePlace } from './config.ts';
import type { Problem } from './schema/config.ts';

/**
 * Throws a Failure `config` if it is named wrongly: the text, which may have a password, is not
 * said.
 */
export function databaseOf(url: string, file: string): DatabasePlace {
  const place = databasePlace(url);
  if (!('refused' in place)) return place;
  throw new Failure('config', `${file}: "store" cannot be used: ${place.refused}`);
}

/** `written`: the config as it stands in its file. */
export function problemsOfStore(
  { store }: Pick<Config, 'store'>,
  written: unknown,
): readonly Problem[] {
  if (store.kind === 'files') {
    const hasSpool = typeof written === 'object' && written !== null && 'spool' in written;
    return hasSpool ? [{ key: 'spool', problem: 'is for a database, and "store" is none' }] : [];
  }
  const place = databasePlace(store.url);
  return 'refused' in place ? [{ key: 'store', problem: `cannot be used: ${place.refused}` }] : [];
}

export function hasPassword(store: StorePlace): boolean {
  if (store.kind === 'files') return false;
  const place = databasePlace(store.url);
  return !('refused' in place) && place.password !== null;
}
