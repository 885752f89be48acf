/**
 * Makes the schema of a desk in a database: by the role that is to own it, as one transaction.
 *
 * Before, the role of the deliveries logs in once, as the user who will do so: a schema that it
 * cannot reach is of no use. Who owns the schema is that role, or one that is named apart, and then
 * the first one is granted what it needs.
 */
import { connectTo, type Database } from '../postgres/client.ts';
import { type DatabasePlace, databaseName, databasePlace } from '../postgres/place.ts';
import { asUser, type User } from '../runtime/as-user.ts';
import { accountOf } from '../runtime/user-name.ts';
import { createDatabaseStore, hasSchema } from '../stores/postgres/create.ts';
import type { Owner } from './owner.ts';
import { Refused } from './refused.ts';

const STATEMENT_SECONDS = 30;

export interface DatabaseWanted {
  readonly url: string;
  /** null: the same role owns it. */
  readonly ownerUrl: string | null;
  /** Whom mail is delivered as; null for whoever runs this. */
  readonly owner: Owner | null;
  readonly userName: string;
}

export interface PlannedDatabase {
  /** For people, without a password. */
  readonly name: string;
  /** There is one already. */
  readonly isMade: boolean;
  readonly make: () => Promise<void>;
}

/** Nothing is made yet, and who delivers mail can log in. Throws a Failure or a Refused. */
export async function plannedDatabase({
  url,
  ownerUrl,
  owner,
  userName,
}: DatabaseWanted): Promise<PlannedDatabase> {
  const place = placeOf(url, '--store');
  const ownerPlace = ownerUrl === null ? null : placeOf(ownerUrl, '--owner-store');
  const isMade = await asUser(owner, () => within(place, hasSchema));
  return {
    name: databaseName(place),
    isMade,
    make: () =>
      ownerPlace === null
        ? asUser(owner, () => within(place, (database) => createDatabaseStore(database)))
        : asUser(peerOf(ownerPlace), () =>
            within(ownerPlace, (database) => createDatabaseStore(database, place.user ?? userName)),
          ),
  };
}

export function placeOf(url: string, option: string): DatabasePlace {
  const place = databasePlace(url);
  if ('refused' in place) throw new Refused(`${option} cannot be used: ${place.refused}`, true);
  return place;
}

/** For a while. */
export async function within<T>(
  place: DatabasePlace,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const database = await connectTo(place, { statementSeconds: STATEMENT_SECONDS });
  try {
    return await work(database);
  } finally {
    await database.end();
  }
}

/** A socket may ask who is there (`peer`): root can be whoever is named. */
export function peerOf({ hosts, user }: DatabasePlace): User | null {
  const isSocket = hosts.every(({ host }) => host.startsWith('/'));
  if (process.geteuid?.() !== 0 || !isSocket || user === null) return null;
  return accountOf(user);
}
