/**
 * The journal: what is committed, in order, one JSON line a commit.
 *
 * Append-only segments `journal/<first sequence number>.ndjson`; a line whose
 * fsync has returned is committed, nothing else is. `append` leaves no trace
 * where it fails. `read` gives every line after a position; a last line that
 * is torn ends it, any other line that does not read is `store-damaged` with
 * file and offset. Positions survive restarts and rotation.
 */
import * as fs from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../outcome.ts';
import type { Change } from '../ticket/change.ts';
import type { OutgoingMail } from '../ticket/mail.ts';
import { close, names, onDisk, openNew, openRead, sync, syncDirectory } from './disk.ts';
import type { DeliveryKey } from './store.ts';

export const RECORD_VERSION = 1;
const SEGMENT_LIMIT = 8 * 1024 * 1024;

export interface JournalRecord {
  readonly v: number;
  readonly seq: number;
  readonly time: string;
  readonly delivery?: DeliveryKey & { readonly incoming: string };
  readonly changes: readonly Change[];
  readonly outgoing: readonly OutgoingMail[];
}

export interface Position {
  readonly segment: string;
  readonly offset: number;
}

export interface JournalEntry {
  readonly record: JournalRecord;
  /** Where the next line begins. */
  readonly next: Position;
}

export class Journal {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  segments(): readonly string[] {
    return names(this.#directory)
      .filter((name) => name.endsWith('.ndjson'))
      .sort();
  }

  start(): Position {
    return { segment: this.segments()[0] ?? segmentName(1), offset: 0 };
  }

  /** True where no commit lies behind this position. */
  isEnd(position: Position): boolean {
    const path = this.#path(position.segment);
    return onDisk(path, () => {
      const size = fs.statSync(path, { throwIfNoEntry: false })?.size ?? 0;
      return size === position.offset;
    });
  }

  /** Syncs the newest segment: a line can be read before it is durable. */
  settle(): void {
    const newest = this.segments().at(-1);
    if (newest === undefined) return;
    const path = this.#path(newest);
    const fd = openRead(path);
    try {
      sync(fd, path);
    } finally {
      close(fd);
    }
  }

  /** Committed lines after `position`; makes them durable first, since another process may have died before it did. */
  *readDurable(position: Position): Generator<JournalEntry> {
    for (const segment of this.segments().filter((name) => name >= position.segment)) {
      const from = segment === position.segment ? position.offset : 0;
      yield* this.#readSegment(segment, from);
    }
  }

  *#readSegment(segment: string, from: number): Generator<JournalEntry> {
    const path = this.#path(segment);
    const fd = onDisk(path, () => fs.openSync(path, fs.constants.O_RDWR | fs.constants.O_NOFOLLOW));
    try {
      const data = onDisk(path, () => fs.readFileSync(fd));
      if (data.length < from) {
        throw new Failure('store-damaged', `${path}: shorter than committed (${from} bytes)`);
      }
      if (data.length > from) sync(fd, path);
      let offset = from;
      while (offset < data.length) {
        const end = data.indexOf(0x0a, offset);
        const record = end < 0 ? null : parseRecord(data.toString('utf8', offset, end));
        if (record === null) {
          this.#cutTorn(fd, path, data, offset, end);
          return;
        }
        if (record.v > RECORD_VERSION) {
          throw new Failure('store-newer', `${path}: written by a newer mailrobot (v${record.v})`);
        }
        offset = end + 1;
        yield { record, next: { segment, offset } };
      }
    } finally {
      close(fd);
    }
  }

  #cutTorn(fd: number, path: string, data: Buffer, offset: number, end: number): void {
    if (end >= 0 && end + 1 < data.length) {
      throw new Failure('store-damaged', `${path}: the line at offset ${offset} does not read`);
    }
    onDisk(path, () => fs.ftruncateSync(fd, offset));
    sync(fd, path);
  }

  /** Appends one record durably and gives the position behind it. */
  append(position: Position, record: JournalRecord): Position {
    const { segment, offset } = this.#room(position, record.seq);
    const path = this.#path(segment);
    const fd = onDisk(path, () =>
      fs.openSync(path, fs.constants.O_WRONLY | fs.constants.O_NOFOLLOW),
    );
    try {
      const line = Buffer.from(`${JSON.stringify(record)}\n`);
      try {
        onDisk(path, () => {
          for (let done = 0; done < line.length; ) {
            done += fs.writeSync(fd, line, done, line.length - done, offset + done);
          }
        });
        sync(fd, path);
      } catch (error) {
        fs.ftruncateSync(fd, offset);
        throw error;
      }
      return { segment, offset: offset + line.length };
    } finally {
      close(fd);
    }
  }

  #room(position: Position, seq: number): Position {
    const exists = fs.existsSync(this.#path(position.segment));
    if (exists && position.offset < SEGMENT_LIMIT) return position;
    const segment = exists ? segmentName(seq) : position.segment;
    const path = this.#path(segment);
    close(openNew(path));
    syncDirectory(this.#directory);
    return { segment, offset: 0 };
  }

  #path(segment: string): string {
    return join(this.#directory, segment);
  }
}

function segmentName(seq: number): string {
  return `${String(seq).padStart(12, '0')}.ndjson`;
}

function parseRecord(line: string): JournalRecord | null {
  try {
    const value: unknown = JSON.parse(line);
    // The journal is written by this file alone; a version and a sequence number vouch for the rest.
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is JournalRecord {
  return (
    typeof value === 'object' &&
    value !== null &&
    'v' in value &&
    typeof value.v === 'number' &&
    'seq' in value &&
    typeof value.seq === 'number' &&
    'changes' in value &&
    Array.isArray(value.changes) &&
    'outgoing' in value &&
    Array.isArray(value.outgoing)
  );
}
