/**
 * Recipients in the table of PostgreSQL that Postfix asks (postfix/recipients.sql).
 *
 * Changes lock the table against each other, not against those who read. Each run has a connection
 * of its own, and ends it.
 */
import { Failure } from '../outcome.ts';
import { connectTo, type Database, DatabaseError, type DatabaseRow } from '../postgres/client.ts';
import type { DatabasePlace } from '../postgres/place.ts';
import type { Recipient } from './recipient.ts';
import type { RecipientChange, RecipientEdit, RecipientTable } from './table.ts';

/** Waiting for others included. */
const STATEMENT_SECONDS = 10;
/** Rows of one statement. */
const PIECE = 5000;

const LIST = 'SELECT address, destination FROM recipients ORDER BY address COLLATE "C"';
const MAY = `SELECT bool_and(has_table_privilege('recipients', one)) AS may
  FROM unnest (ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) one`;
const LOCK = 'LOCK TABLE recipients IN SHARE ROW EXCLUSIVE MODE';
/** What the addresses are, and all that they lead to; in a circle as well. */
const WAYS = `WITH RECURSIVE way AS (
    SELECT address, destination FROM recipients WHERE address = ANY ($1::text[])
  UNION
    SELECT next.address, next.destination FROM way JOIN recipients next
      ON next.address = lower(regexp_replace(way.destination, '[+][^@]*@', '@'))
  ) SELECT address, destination FROM way`;
const SET = `INSERT INTO recipients (address, destination)
  SELECT * FROM unnest ($1::text[], $2::text[])
  ON CONFLICT (address) DO UPDATE SET destination = excluded.destination`;
const REMOVE = 'DELETE FROM recipients WHERE address = ANY ($1::text[])';

export class SqlTable implements RecipientTable {
  readonly #place: DatabasePlace;

  constructor(place: DatabasePlace) {
    this.#place = place;
  }

  list(): Promise<readonly Recipient[]> {
    return this.#connected(async (database) => recipientsIn(await database.query({ text: LIST })));
  }

  problem(): Promise<string | null> {
    return this.#connected(async (database) => {
      const [row] = await database.query({ text: MAY });
      await database.query({ text: `${LIST} LIMIT 1` });
      return row?.['may'] === true ? null : `the database ${database.name}: ${KNOWN['42501']}`;
    });
  }

  change<T>({ about, decide, record }: RecipientChange<T>): Promise<T> {
    return this.#connected((database) =>
      database.transaction(async () => {
        await database.query({ text: LOCK });
        const table = new Map<string, string>();
        for (const some of inPieces(about)) {
          const rows = recipientsIn(await database.query({ text: WAYS, values: [some] }));
          for (const { address, destination } of rows) table.set(address, destination);
        }
        const { edits, result } = decide(table);
        await write(edits, database);
        await record(edits);
        return result;
      }),
    );
  }

  async #connected<T>(work: (database: Database) => Promise<T>): Promise<T> {
    const database = await connectTo(this.#place, { statementSeconds: STATEMENT_SECONDS });
    try {
      return await work(database);
    } catch (error) {
      throw error instanceof DatabaseError ? inWords(error, database) : error;
    } finally {
      await database.end();
    }
  }
}

async function write(edits: readonly RecipientEdit[], database: Database): Promise<void> {
  const added = edits.filter(({ type }) => type === 'added');
  const removed = edits.filter(({ type }) => type === 'removed').map(({ address }) => address);
  for (const some of inPieces(removed)) await database.query({ text: REMOVE, values: [some] });
  for (const some of inPieces(added)) {
    const columns = [
      some.map(({ address }) => address),
      some.map(({ destination }) => destination),
    ];
    await database.query({ text: SET, values: columns });
  }
}

/** So that none of a long list takes longer than a statement may. */
function inPieces<T>(list: readonly T[]): readonly (readonly T[])[] {
  const count = Math.ceil(list.length / PIECE);
  return Array.from({ length: count }, (_, n) => list.slice(n * PIECE, (n + 1) * PIECE));
}

function recipientsIn(rows: readonly DatabaseRow[]): readonly Recipient[] {
  return rows.map((row) => ({
    address: String(row['address']),
    destination: String(row['destination']),
  }));
}

/** By SQLSTATE. */
const KNOWN: Readonly<Record<string, string>> = {
  '42P01': 'there is no table recipients: postfix/recipients.sql makes it',
  '42703':
    'its table recipients has no such columns: postfix/recipients.sql has those that it needs',
  '42501': 'this user may not change its table recipients: GRANT, as postfix/recipients.sql does',
};

function inWords(error: DatabaseError, { name }: Database): Failure {
  const what = KNOWN[error.code] ?? error.message;
  return new Failure('database', `the database ${name}: ${what}`, { cause: error });
}
