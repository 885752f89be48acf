/**
 * The journal of a database as a store on disk has it: segments of lines, and of their texts.
 *
 * A line there says where its texts lie in their segment, so most lines are others, behind others.
 * Each then says which hash it had at first (`was`), as after an upgrade: events keep their ids,
 * and cursors go on.
 */
import { hashOf, NO_LINE } from '../../journal/chain.ts';
import { parseLine, relinked, written } from '../../journal/record.ts';
import { segmentName } from '../files/journal-lines.ts';
import { type LineRow, linesBehind, recordOfRow } from './commit-reader.ts';
import type { Ask } from './gathering.ts';

const SEGMENT_BYTES = 8 * 1024 * 1024;

export interface Segment {
  /** Of both files. */
  readonly name: string;
  readonly lines: Buffer;
  readonly texts: Buffer;
}

/**
 * There is one at least, as in an empty store. The same each time that the same commits are read.
 */
export async function* segmentsOf(ask: Ask, last: number): AsyncGenerator<Segment> {
  let begun = new BegunSegment(1);
  let before = NO_LINE;
  for await (const row of linesBehind(ask, 0, last)) {
    if (begun.isFull) {
      yield begun.made();
      begun = new BegunSegment(row.seq);
    }
    before = begun.add(row, before);
  }
  yield begun.made();
}

class BegunSegment {
  readonly #first: number;
  readonly #lines: Buffer[] = [];
  readonly #texts: Buffer[] = [];
  #size = 0;
  #textSize = 0;

  constructor(first: number) {
    this.#first = first;
  }

  get isFull(): boolean {
    return Math.max(this.#size, this.#textSize) >= SEGMENT_BYTES;
  }

  made(): Segment {
    const [lines, texts] = [Buffer.concat(this.#lines), Buffer.concat(this.#texts)];
    return { name: segmentName(this.#first), lines, texts };
  }

  /** Gives the hash of the line. */
  add(row: LineRow, prev: string): string {
    const { line, texts } = anew(row, prev, this.#textSize);
    const [octets, words] = [Buffer.from(`${line}\n`), Buffer.from(texts)];
    this.#lines.push(octets);
    this.#texts.push(words);
    this.#size += octets.length;
    this.#textSize += words.length;
    return hashOf(line);
  }
}

function anew(row: LineRow, prev: string, at: number) {
  const record = recordOfRow(row);
  const place = parseLine(row.line)?.texts;
  if (record.prev === prev && place?.at === at) return row;
  const was = record.was ?? row.hash;
  const line = relinked(row.line, { prev, was, at });
  return line === null ? written({ ...record, was }, { prev, at }) : { line, texts: row.texts };
}
