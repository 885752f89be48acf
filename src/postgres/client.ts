/**
 * A connection to PostgreSQL. The one file that knows pg.
 *
 * Several hosts are tried in their order, each for so many seconds, and the first one that takes
 * writes is used: pg knows one host alone. Statements have a limit at the server and, in case that
 * it falls silent, here. Parameters are sent beside the statement, Buffers as octets. Whatever the
 * server or the network cannot do is a Failure `database`; what the server says of a statement is a
 * DatabaseError with its SQLSTATE.
 */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import pg from 'pg';
import { Failure } from '../outcome.ts';
import { accountOf, userName } from '../runtime/user-name.ts';
import { passwordIn } from './passfile.ts';
import { type DatabaseHost, type DatabasePlace, hostName } from './place.ts';

export type Value = string | number | boolean | null | Uint8Array | readonly string[];
interface Notice {
  readonly severity: string | undefined;
  readonly message: string | undefined;
}

export type DatabaseRow = Readonly<Record<string, unknown>>;

export interface Statement {
  readonly text: string;
  /** It is prepared under this name, and planned once in a connection. */
  readonly name?: string;
  readonly values?: readonly Value[];
}

/** How long one statement may take. */
export interface Patience {
  readonly statementSeconds: number;
}

/** What the server says of a statement. `code`: SQLSTATE. */
export class DatabaseError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DatabaseError';
    this.code = code;
  }
}

/** Milliseconds that a statement has here beyond its limit there. */
const GRACE_MS = 1000;
/** And the connection to say goodbye. */
const GOODBYE_MS = 500;

/** too_many_connections. */
const TOO_MANY = '53300';
/** SQLSTATEs (appendix A) by which the server is away, and no statement is wrong. */
const AWAY = /^(08|53|57P0|25006|25P0[34]|55P03|57014)/;

export class Database {
  readonly #client: pg.Client;
  /** Of the host that was taken. */
  readonly name: string;
  #isOver = false;

  constructor(client: pg.Client, name: string) {
    this.#client = client;
    this.name = name;
    client.once('end', () => {
      this.#isOver = true;
    });
  }

  /** The server, or somebody between, has ended it. */
  get isOver(): boolean {
    return this.#isOver;
  }

  async query({ text, name, values = [] }: Statement): Promise<readonly DatabaseRow[]> {
    try {
      const asked = { text, ...(name !== undefined && { name }), values: values.map(asSent) };
      // Rows are objects by column, whatever pg's types say.
      const { rows } = await this.#client.query<Record<string, unknown>>(asked);
      return rows;
    } catch (error) {
      throw failureOf(error, this.name);
    }
  }

  /**
   * A statement that is a transaction by itself. A warning says that nobody knows what became of it
   * (somebody cancelled the wait for a standby): it fails as if the connection were lost.
   */
  commit(statement: Statement): Promise<readonly DatabaseRow[]> {
    return this.#withoutWarning(() => this.query(statement));
  }

  /**
   * Several statements in one message, values written into them (`literal`), with the rows of each.
   * The first one that fails ends it. A warning fails, as of `commit`.
   */
  script(text: string): Promise<readonly (readonly DatabaseRow[])[]> {
    return this.#withoutWarning(async () => {
      try {
        // Of several statements pg gives an array of results, which its types do not say.
        const found: unknown = await this.#client.query<Record<string, unknown>>(text);
        const results = (Array.isArray(found) ? found : [found]) as pg.QueryResult<DatabaseRow>[];
        return results.map(({ rows }) => rows);
      } catch (error) {
        throw failureOf(error, this.name);
      }
    });
  }

  async #withoutWarning<T>(work: () => Promise<T>): Promise<T> {
    const warnings: string[] = [];
    const hear = ({ severity, message }: Notice) => {
      if (severity === 'WARNING') warnings.push(message ?? '');
    };
    this.#client.on('notice', hear);
    try {
      const done = await work();
      if (warnings.length === 0) return done;
      throw new Failure('database', `${this.name}: ${warnings.join('; ')}`);
    } finally {
      this.#client.off('notice', hear);
    }
  }

  /** Hears of notifications on a channel, while the connection lives; `ended`: it does no more. */
  async listen(channel: string, heard: () => void, ended: () => void): Promise<void> {
    this.#client.on('notification', heard);
    this.#client.on('end', ended);
    await this.query({ text: `LISTEN ${pg.escapeIdentifier(channel)}` });
  }

  /** An idle connection keeps no process alive. */
  keepsAlive(isKept: boolean): void {
    const client = this.#client as pg.Client & {
      readonly ref: () => void;
      readonly unref: () => void;
    };
    if (isKept) client.ref();
    else client.unref();
  }

  /** All or nothing: rolled back if the work throws. */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    await this.query({ text: 'BEGIN' });
    try {
      const done = await work();
      await this.commit({ text: 'COMMIT' });
      return done;
    } catch (error) {
      // If the connection is gone, the server rolls back by itself.
      await this.query({ text: 'ROLLBACK' }).catch(() => {});
      throw error;
    }
  }

  async end(): Promise<void> {
    await closed(this.#client);
  }
}

/** A value as it stands in a script. */
export function literal(value: string | number | boolean | null): string {
  if (value === null) return 'NULL';
  return typeof value === 'string' ? pg.escapeLiteral(value) : String(value);
}

/** A name as it stands in a script. */
export function identifier(name: string): string {
  return pg.escapeIdentifier(name);
}

/** One of the hosts has as many connections as it gives: all, or of that role. */
export class TooMany extends Failure {}

/** Throws a Failure `database` that says of each host why it was not taken. */
export async function connectTo(place: DatabasePlace, patience: Patience): Promise<Database> {
  const reasons: string[] = [];
  let isFull = false;
  for (const host of place.hosts) {
    const tried = await connectToHost(host, place, patience);
    if (tried instanceof Database) return tried;
    reasons.push(`${hostName(host)}: ${tried.why}`);
    isFull ||= tried.isFull;
  }
  const why = `no database takes writes: ${reasons.join('; ')}`;
  throw isFull ? new TooMany('database', why) : new Failure('database', why);
}

interface NotTaken {
  readonly why: string;
  readonly isFull: boolean;
}

async function connectToHost(
  at: DatabaseHost,
  place: DatabasePlace,
  { statementSeconds }: Patience,
): Promise<Database | NotTaken> {
  const { host, port, isTls } = at;
  const limitMs = statementSeconds * 1000;
  const user = place.user ?? userName();
  const database = place.database ?? user;
  const client = new pg.Client({
    ...{ host, port, user, database },
    password: () => passwordFor({ host, port, user, database }, place),
    ssl: isTls ? tlsFor(host, place) : false,
    connectionTimeoutMillis: place.connectSeconds * 1000,
    statement_timeout: limitMs,
    lock_timeout: limitMs,
    query_timeout: limitMs + GRACE_MS,
    keepAlive: true,
    application_name: 'mailrobot',
  });
  // Else the end of an idle connection would end the program; the next statement says it.
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<Record<string, unknown>>('SHOW transaction_read_only');
    if (rows[0]?.['transaction_read_only'] === 'off') return new Database(client, hostName(at));
    await closed(client);
    return { why: 'it takes no writes', isFull: false };
  } catch (error) {
    await closed(client);
    return {
      why: error instanceof Error ? error.message : String(error),
      isFull: error instanceof pg.DatabaseError && error.code === TOO_MANY,
    };
  }
}

function tlsFor(host: string, { rootCertificate }: DatabasePlace) {
  const ca = rootCertificate === null ? undefined : certificateIn(rootCertificate);
  return {
    rejectUnauthorized: true,
    ...(ca !== undefined && { ca }),
    // An address is not sent as a name, and is checked as an address.
    ...(isIP(host) === 0 && { servername: host }),
  };
}

function certificateIn(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Failure('database', `${file}: sslrootcert cannot be read`, { cause: error });
  }
}

function passwordFor(
  login: Parameters<typeof passwordIn>[1],
  { password, passfile }: DatabasePlace,
): string {
  if (password !== null) return password;
  const file = passfile ?? `${accountOf(userName())?.home ?? '/'}/.pgpass`;
  const found = passwordIn(file, login);
  if (found !== null) return found;
  throw new Failure('database', `it asks for a password, and ${file} has none for ${login.user}`);
}

async function closed(client: pg.Client): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, GOODBYE_MS);
  });
  await Promise.race([client.end().catch(() => {}), late]);
  clearTimeout(timer);
  // pg has it, and its types do not; a silent server must not keep this process.
  const quiet = client as pg.Client & { readonly unref: () => void };
  quiet.unref();
}

function asSent(value: Value): unknown {
  return value instanceof Uint8Array ? Buffer.from(value) : value;
}

function failureOf(error: unknown, name: string): Error {
  if (error instanceof pg.DatabaseError && !AWAY.test(error.code ?? '')) {
    return new DatabaseError(error.code ?? '', error.message, { cause: error });
  }
  const said = error instanceof Error ? error.message : String(error);
  return new Failure('database', `the database ${name}: ${said}`, { cause: error });
}
