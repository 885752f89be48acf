/**
 * From a Message-ID, a delivery, another system's event or a mail that has acted to what it
 * became, at constant cost.
 *
 * 4096 append-only shards named by the first three hex digits of the key's
 * SHA-256; a line is `<kind><hash> <ticket or -> <sequence number> <epoch seconds>`.
 * Derived from the journal. Appends are made under the store's lock; readers
 * take none and ignore a line that is not whole. Adding what is there already
 * changes nothing.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { TicketId } from '../../ticket/ticket.ts';
import { append, readText } from './disk.ts';

export type IndexKind = 'm' | 'd' | 'e' | 'a';

export interface IndexEntry {
  readonly ticket: TicketId | null;
  readonly seq: number;
  /** Seconds since 1970. */
  readonly time: number;
}

const LINE = /^[mdea][0-9a-f]{40} (\S+) (\d+) (\d+)$/;

export class IndexShards {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Every entry under this key, oldest first. */
  find(kind: IndexKind, key: string): readonly IndexEntry[] {
    const { shard, hash } = address(kind, key);
    return entriesIn(readText(join(this.#directory, shard)) ?? '', hash);
  }

  add(kind: IndexKind, key: string, entry: IndexEntry): void {
    const { shard, hash } = address(kind, key);
    const path = join(this.#directory, shard);
    const text = readText(path) ?? '';
    if (entriesIn(text, hash).some((known) => known.seq === entry.seq)) return;
    const line = `${hash} ${entry.ticket ?? '-'} ${entry.seq} ${entry.time}\n`;
    const isTorn = text !== '' && !text.endsWith('\n');
    append(path, isTorn ? `\n${line}` : line);
  }
}

function entriesIn(shard: string, hash: string): readonly IndexEntry[] {
  const found: IndexEntry[] = [];
  for (let at = shard.indexOf(hash); at >= 0; at = shard.indexOf(hash, at + 1)) {
    const end = shard.indexOf('\n', at);
    const [, ticket, seq, time] = end < 0 ? [] : (LINE.exec(shard.slice(at, end)) ?? []);
    if (ticket === undefined) continue;
    found.push({
      // Written by `add` above, from a TicketId.
      ticket: ticket === '-' ? null : (ticket as TicketId),
      seq: Number(seq),
      time: Number(time),
    });
  }
  return found;
}

function address(kind: IndexKind, key: string): { shard: string; hash: string } {
  const digest = createHash('sha256').update(kind).update(key).digest('hex');
  return { shard: digest.slice(0, 3), hash: `${kind}${digest.slice(3, 43)}` };
}
