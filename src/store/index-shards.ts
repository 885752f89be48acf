/**
 * From a Message-ID or a delivery to what it became, at constant cost.
 *
 * 4096 append-only shards named by the first three hex digits of the key's
 * SHA-256; a line is `<kind><hash> <ticket or -> <sequence number> <epoch seconds>`.
 * Derived from the journal. Appends are made under the store's lock; readers
 * take none and ignore a line that is not whole. Adding what is there already
 * changes nothing.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { TicketId } from '../ticket/ticket.ts';
import { append, readText } from './disk.ts';

export type IndexKind = 'm' | 'd';

export interface IndexEntry {
  readonly ticket: TicketId | null;
  readonly seq: number;
  /** Seconds since 1970. */
  readonly time: number;
}

const LINE = /^([md][0-9a-f]{40}) (\S+) (\d+) (\d+)$/;

export class IndexShards {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Every entry under this key, oldest first. */
  find(kind: IndexKind, key: string): readonly IndexEntry[] {
    const { shard, hash } = address(kind, key);
    const text = readText(join(this.#directory, shard)) ?? '';
    const found: IndexEntry[] = [];
    for (const line of text.split('\n')) {
      const [, known, ticket, seq, time] = LINE.exec(line) ?? [];
      if (known !== hash || ticket === undefined) continue;
      found.push({
        // Written by `add` below, from a TicketId.
        ticket: ticket === '-' ? null : (ticket as TicketId),
        seq: Number(seq),
        time: Number(time),
      });
    }
    return found;
  }

  add(kind: IndexKind, key: string, entry: IndexEntry): void {
    if (this.find(kind, key).some((known) => known.seq === entry.seq)) return;
    const { shard, hash } = address(kind, key);
    append(
      join(this.#directory, shard),
      `${hash} ${entry.ticket ?? '-'} ${entry.seq} ${entry.time}\n`,
    );
  }
}

function address(kind: IndexKind, key: string): { shard: string; hash: string } {
  const digest = createHash('sha256').update(kind).update(key).digest('hex');
  return { shard: digest.slice(0, 3), hash: `${kind}${digest.slice(3, 43)}` };
}
