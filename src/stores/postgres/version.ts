/**
 * The version of the schema: one of another program is left alone. Every question that something
 * begins with gives it along, and every transaction of our own begins with `ONLY_KNOWN`; so it
 * costs nobody a round trip, and a process that goes on while the schema is upgraded ends.
 */
import { Failure } from '../../outcome.ts';
import { DatabaseError } from '../../postgres/client.ts';
import { SCHEMA_VERSION } from './schema/schema.ts';
import { NEWER } from './schema/version.ts';

/** `found`: as a column gives it. Throws a Failure if it is not ours. */
export function mustBeKnown(found: unknown): void {
  const version = Number(found);
  if (version > SCHEMA_VERSION) {
    throw new Failure('store-newer', `the store is of version ${version}, made by a newer program`);
  }
  if (version < SCHEMA_VERSION) throw older();
}

/** Fails in a transaction that knows another schema, before anything is done. */
export const ONLY_KNOWN = `SELECT mailrobot.must_be(${SCHEMA_VERSION})`;

/** What the failure of `ONLY_KNOWN` means; any other error as it is. */
export function ofVersion(error: unknown): unknown {
  if (!(error instanceof DatabaseError)) return error;
  if (error.code === NEWER) return new Failure('store-newer', error.message, { cause: error });
  return error.code === NO_FUNCTION && error.message.includes('must_be') ? older() : error;
}

/** SQLSTATE of `undefined_function`. */
const NO_FUNCTION = '42883';

function older(): Failure {
  return new Failure(
    'store-failed',
    'the database has the schema of an older program: mailrobot upgrade brings it to the newest',
  );
}
