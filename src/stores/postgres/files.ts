/**
 * Raw mail and attachments in a database, by the paths that a store on disk would have.
 *
 * Octets are written in the transaction of whoever calls: pieces of 256 KiB as binary parameters, a
 * few in a message, so that of a large mail no more than that is held; they have their name
 * when the number of their commit is known (schema/append.ts). What is small goes with its commit.
 * A stream reads one piece at a time and has no connection between two of them, however slow its
 * reader is.
 */
import { createHash } from 'node:crypto';
import { FileLost } from '../../journal/blobs.ts';
import type { UnsentMail } from '../../journal/outbox.ts';
import { Failure } from '../../outcome.ts';
import type { Database } from '../../postgres/client.ts';
import type { Lender } from '../../postgres/connections.ts';
import type { Sum } from '../../ticket/mail.ts';
import type { StoredFile } from '../../ticket/ticket.ts';

/** Octets that have no name yet. */
export interface Blob extends Sum {
  readonly blob: string;
}

/** What is not larger goes in one message. */
export const SMALL_BYTES = 64 * 1024;
const PIECE_BYTES = 256 * 1024;
const PIECES_AT_ONCE = 4;

export class DatabaseFiles {
  readonly #connections: Lender;

  constructor(connections: Lender) {
    this.#connections = connections;
  }

  async rawMail(raw: string): Promise<AsyncIterable<Buffer>> {
    const found = await this.#find(raw);
    if (found === null) throw lost(raw);
    return this.#octetsOf(raw, found);
  }

  /** Rejects with a FileLost. */
  async attachment(file: StoredFile): Promise<AsyncIterable<Buffer>> {
    const found = await this.#find(file.path);
    if (found === null || !isSame(found, file)) throw new FileLost(file, true);
    return this.#octetsOf(file.path, found);
  }

  async holds(file: StoredFile): Promise<boolean> {
    const found = await this.#find(file.path);
    return found !== null && isSame(found, file);
  }

  /** The copy of a mail that goes out, unless the same one is there, or it waits no more. */
  async keepCopy(
    { id, raw }: Pick<UnsentMail, 'id' | 'raw'>,
    octets: Iterable<Buffer>,
    { size, sha256 }: Sum,
  ): Promise<void> {
    if (size <= SMALL_BYTES) {
      await this.#connections.with((database) =>
        database.commit({
          text: 'SELECT mailrobot.keep_copy($1, $2, $3)',
          values: [id, raw, Buffer.concat([...octets])],
        }),
      );
    } else if ((await this.#find(raw))?.sha256 !== sha256) {
      await this.#connections.with(async (database) => {
        const { blob } = await bringIn(database, octets);
        await database.commit({
          text: 'SELECT mailrobot.keep_brought($1, $2, $3, $4, $5)',
          values: [id, raw, blob, size, sha256],
        });
      });
    }
  }

  async #find(path: string): Promise<Found | null> {
    const [row] = await this.#connections.with((database) =>
      database.query({
        text: `SELECT f.blob, f.size, f.sha256, p.octets FROM mailrobot.files f
          LEFT JOIN mailrobot.pieces p ON p.blob = f.blob AND p.n = 0 WHERE f.path = $1`,
        values: [path],
      }),
    );
    return row === undefined
      ? null
      : {
          ...{ blob: String(row['blob']), size: Number(row['size']) },
          ...{ sha256: String(row['sha256']), first: octetsIn(row['octets']) },
        };
  }

  async *#octetsOf(path: string, { blob, size, first }: Found): AsyncGenerator<Buffer> {
    let left = size;
    for (let n = 0; left > 0; n += 1) {
      const piece = n === 0 ? first : await this.#piece(blob, n);
      // It was removed meanwhile.
      if (piece === null) throw lost(path);
      left -= piece.length;
      yield piece;
    }
  }

  async #piece(blob: string, n: number): Promise<Buffer | null> {
    const [row] = await this.#connections.with((database) =>
      database.query({
        text: 'SELECT octets FROM mailrobot.pieces WHERE blob = $1 AND n = $2',
        values: [blob, n],
      }),
    );
    return octetsIn(row?.['octets']);
  }
}

interface Found extends Blob {
  readonly first: Buffer | null;
}

/** They have no name yet, and are forgotten after an hour without one. */
export async function bringIn(database: Database, octets: Iterable<Buffer>): Promise<Blob> {
  const [begun] = await database.query({ text: 'SELECT mailrobot.begin_blob() AS blob' });
  const blob = String(begun?.['blob']);
  const digest = createHash('sha256');
  let size = 0;
  let n = 0;
  for (const pieces of inGroups(inPieces(octets))) {
    for (const piece of pieces) {
      digest.update(piece);
      size += piece.length;
    }
    const places = pieces.map((_, i) => `$${i + 3}::bytea`);
    const [row] = await database.query({
      text: `SELECT mailrobot.bring($1, $2, ${places.join(', ')}) AS is_there`,
      values: [blob, n, ...pieces],
    });
    if (row?.['is_there'] !== true) throw new Failure('database', 'what was brought is gone');
    n += pieces.length;
  }
  return { blob, size, sha256: digest.digest('hex') };
}

/** Of one length, but for the last. */
function* inPieces(octets: Iterable<Buffer>): Generator<Buffer> {
  let waiting: Buffer[] = [];
  let length = 0;
  for (const chunk of octets) {
    waiting.push(chunk);
    length += chunk.length;
    if (length < PIECE_BYTES) continue;
    const known = Buffer.concat(waiting);
    const whole = length - (length % PIECE_BYTES);
    for (let at = 0; at < whole; at += PIECE_BYTES) yield known.subarray(at, at + PIECE_BYTES);
    waiting = [known.subarray(whole)];
    length -= whole;
  }
  if (length > 0) yield Buffer.concat(waiting);
}

function* inGroups(pieces: Iterable<Buffer>): Generator<readonly Buffer[]> {
  let group: readonly Buffer[] = [];
  for (const piece of pieces) {
    group = [...group, piece];
    if (group.length < PIECES_AT_ONCE) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

function isSame({ size, sha256 }: Blob, file: StoredFile): boolean {
  return size === file.size && sha256 === file.sha256;
}

function octetsIn(value: unknown): Buffer | null {
  return Buffer.isBuffer(value) ? value : null;
}

function lost(path: string): Failure {
  return new Failure('store-failed', `${path} is lost`);
}
