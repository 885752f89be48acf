/**
 * Lists to look commits up in, at constant cost: each of them a kind of line in `index/`.
 *
 * 4096 append-only shards named by the first three hex digits of the name's
 * SHA-256; a line is `<kind><hash> <ticket or -> <sequence number> <epoch seconds>`.
 * Appends are made under the store's lock; readers take none and ignore a line that is not
 * whole. Adding what is there already changes nothing. Of a list that is asked for the first row
 * of a name alone, only that one is kept: what one sender's mails cost does not grow with them.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { IndexRow } from '../../journal/lists/index-row.ts';
import type { Edit } from '../../journal/lists/list.ts';
import type { TicketId } from '../../ticket/ticket.ts';
import { appendLines, readText, removeDirectory } from '../disk/disk.ts';
import { Hold, type Memory } from './hold.ts';
import type { Stored } from './stored.ts';

const LINE = /^[mdeanw][0-9a-f]{40} (\S+) (\d+) (\d+)$/;

export class IndexShards implements Stored<IndexRow> {
  readonly file = 'index';
  readonly #directory: string;
  readonly #kind: string;
  readonly #keeps: 'all' | 'first';
  /** By their paths. */
  readonly #texts: Memory<string>;
  /** By names. */
  readonly #addresses: Memory<Address>;

  constructor(
    root: string,
    kind: 'm' | 'd' | 'e' | 'a' | 'n' | 'w',
    keeps: 'all' | 'first' = 'all',
    hold = new Hold(),
  ) {
    this.#directory = join(root, this.file);
    this.#kind = kind;
    this.#keeps = keeps;
    this.#texts = hold.memory();
    this.#addresses = hold.memory();
  }

  /** Every row of this name, oldest first. */
  find(name: string): readonly IndexRow[] {
    const { path, hash } = this.#address(name);
    return rowsIn(this.#text(path), hash, name).toSorted((a, b) => a.seq - b.seq);
  }

  /** Nothing is ever taken out. */
  write(edits: readonly Edit<IndexRow>[]): void {
    for (const edit of edits) if (edit.type === 'put') this.#add(edit.row);
  }

  forget(): void {
    removeDirectory(this.#directory, false);
  }

  nameOf(key: string): string {
    return key;
  }

  /** Each shard is read once, however many of the keys lie in it. */
  found(wanted: Iterable<string>): ReadonlyMap<string, IndexRow> {
    const byShard = new Map<string, string[]>();
    for (const key of wanted) {
      const { path } = this.#address(nameIn(key));
      const keys = byShard.get(path);
      if (keys === undefined) byShard.set(path, [key]);
      else keys.push(key);
    }
    const found = new Map<string, IndexRow>();
    for (const [path, keys] of byShard) {
      const shard = readText(path) ?? '';
      for (const key of keys) {
        const [name, wantedSeq] = [nameIn(key), Number(key.slice(0, key.indexOf(' ')))];
        const rows = rowsIn(shard, this.#address(name).hash, name);
        const row = rows.find(({ seq }) => this.#standsFor(seq, wantedSeq));
        if (row !== undefined) found.set(key, row);
      }
    }
    return found;
  }

  isRight(wanted: IndexRow, found: IndexRow | null): boolean {
    if (this.#keeps === 'first' && found !== null && found.seq < wanted.seq) return true;
    return isDeepStrictEqual(wanted, found);
  }

  #standsFor(seq: number, wanted: number): boolean {
    return this.#keeps === 'first' ? seq <= wanted : seq === wanted;
  }

  #add({ name, ticket, seq, time }: IndexRow): void {
    const { path, hash } = this.#address(name);
    const text = this.#text(path);
    if (rowsIn(text, hash, name).some((known) => this.#standsFor(known.seq, seq))) return;
    const line = `${hash} ${ticket ?? '-'} ${seq} ${time}`;
    this.#texts.forget(path);
    appendLines(path, [line], text !== '' && !text.endsWith('\n'));
  }

  #text(path: string): string {
    return this.#texts.of(path, () => readText(path) ?? '');
  }

  #address(name: string): Address {
    return this.#addresses.of(name, () => {
      const digest = createHash('sha256').update(`${this.#kind}${name}`).digest('hex');
      const path = join(this.#directory, digest.slice(0, 3));
      return { path, hash: `${this.#kind}${digest.slice(3, 43)}` };
    });
  }
}

/** Where the rows of a name stand, and how their lines begin. */
interface Address {
  readonly path: string;
  readonly hash: string;
}

/** A key is `<number of the commit> <name>`. */
function nameIn(key: string): string {
  return key.slice(key.indexOf(' ') + 1);
}

function rowsIn(shard: string, hash: string, name: string): readonly IndexRow[] {
  const found: IndexRow[] = [];
  for (let at = shard.indexOf(hash); at >= 0; at = shard.indexOf(hash, at + 1)) {
    const end = shard.indexOf('\n', at);
    const [, ticket, seq, time] = end < 0 ? [] : (LINE.exec(shard.slice(at, end)) ?? []);
    if (ticket === undefined) continue;
    found.push({
      name,
      // Written by `#add` above, from a TicketId.
      ticket: ticket === '-' ? null : (ticket as TicketId),
      seq: Number(seq),
      time: Number(time),
    });
  }
  return found;
}
