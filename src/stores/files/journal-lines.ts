/**
 * How the journal is read: positions, and the lines at them.
 *
 * `read` ends at a torn last line; any other line that does not read is `store-damaged` with file
 * and offset, and so is one that is not behind the line which it names (journal/chain.ts), as far
 * as the line before was read, and one whose texts are not those that it vouches for (texts.ts). A
 * line of a newer format is `store-newer`. A line that was cut back and came back after a power cut
 * is told by the next segment, which begins with its number.
 */
import { join } from 'node:path';
import { hashOf, NO_LINE } from '../../journal/chain.ts';
import {
  type JournalLine,
  type JournalRecord,
  parseLine,
  RECORD_VERSION,
  recordIn,
  versionOf,
} from '../../journal/record.ts';
import { endOf, Failure } from '../../outcome.ts';
import { names, sizeOf } from '../disk/disk.ts';
import { readFrom } from '../disk/read-pieces.ts';
import type { TextSegments, TextsOf } from './texts.ts';

const LF = 0x0a;
/** How every line begins: see JournalRecord. */
export const BEGINNING = /^\{"v":\d+,"seq":(\d+),"time":"([^"]+)"/;

/** Where a line begins, or will. */
export interface Position {
  readonly segment: string;
  readonly offset: number;
  /** Hash of the line before it, if that was read or written. */
  readonly before?: string | undefined;
}

/** Behind a line. */
export interface End extends Position {
  /** Where the texts of the next line begin, in the segment of the same name. */
  readonly texts: number;
}

export interface JournalEntry {
  readonly record: JournalRecord;
  readonly at: Position;
  /** The line without its LF, and its hash; its line of texts, if it has one. */
  readonly octets: Buffer;
  readonly words: string | null;
  readonly hash: string;
  readonly next: End;
}

/** A commit as it was made, with its words: until some that lie where they do are erased. */
interface AtHand {
  readonly record: JournalRecord;
  readonly segment: string;
  /** Of the file with its texts. */
  readonly texts: string | null;
}

/** How a line begins, and all of it. */
interface LineOutline {
  readonly seq: number;
  readonly time: string;
  readonly at: Position;
  readonly octets: Buffer;
}

export class JournalLines {
  protected readonly directory: string;
  protected readonly texts: TextSegments;
  /** Commits of this process, which are not read again. */
  protected atHand: readonly AtHand[] = [];

  constructor(directory: string, texts: TextSegments) {
    this.directory = directory;
    this.texts = texts;
  }

  segments(): readonly string[] {
    return names(this.directory)
      .filter((name) => /^\d{12}\.ndjson$/.test(name))
      .sort();
  }

  start(): End {
    return {
      segment: this.segments()[0] ?? segmentName(1),
      offset: 0,
      before: NO_LINE,
      texts: 0,
    };
  }

  /** True if nothing lies behind this position. */
  isEnd({ segment, offset }: Position): boolean {
    const segments = this.segments();
    const isLast = segments[segments.length - 1] === segment;
    return isLast && sizeOf(this.path(segment)) === offset;
  }

  /** The beginning of the segment that holds that commit, or will. */
  segmentOf(seq: number): Position {
    const segment = this.segments().findLast((name) => firstSeq(name) <= seq);
    return segment === undefined ? this.start() : { segment, offset: 0 };
  }

  /** Where that commit's line begins, or will; lines before it need not read. */
  positionOf(seq: number): Position {
    const { segment } = this.segmentOf(seq);
    for (const line of this.outline(segment)) if (line.seq >= seq) return line.at;
    return { segment, offset: sizeOf(this.path(segment)) ?? 0 };
  }

  /** Number and time of each line of a segment, from how the line begins: its rest is not read. */
  *outline(segment: string): Generator<LineOutline> {
    const data = readFrom(this.path(segment), 0);
    for (let offset = 0; offset < data.length; ) {
      const end = data.indexOf(LF, offset);
      if (end < 0) return;
      const [, seq, time] = BEGINNING.exec(data.toString('latin1', offset, offset + 80)) ?? [];
      const octets = data.subarray(offset, end);
      if (time !== undefined) yield { seq: Number(seq), time, at: { segment, offset }, octets };
      offset = end + 1;
    }
  }

  /** Hash of the line before a position that does not say: a head of an older program has none. */
  protected hashBefore({ segment, offset, before }: Position): string {
    if (before !== undefined) return before;
    const segments = this.segments().filter((name) => name <= segment);
    let isBefore = ({ at }: LineOutline) => at.offset < offset;
    for (const name of segments.toReversed()) {
      const last = [...this.outline(name)].findLast(isBefore);
      if (last !== undefined) return hashOf(last.octets);
      isBefore = ({ seq }) => seq < firstSeq(name);
    }
    return NO_LINE;
  }

  /** The record of that number, in the one segment that can hold it. */
  find(seq: number): JournalRecord | null {
    const own = this.atHand.find(({ record }) => record.seq === seq);
    if (own !== undefined && this.texts.identity(own.segment) === own.texts) return own.record;
    try {
      return this.#find(seq);
    } catch (error) {
      if (endOf(error) !== 'store-damaged') throw error;
      // An upgrade may put other lines and texts into their place at any time, one file after the other.
      return this.#find(seq);
    }
  }

  #find(seq: number): JournalRecord | null {
    for (const { at, octets, seq: found } of this.outline(this.segmentOf(seq).segment)) {
      if (found !== seq) continue;
      const line = this.#line(octets, at) ?? this.#refuse(at);
      return this.#record(line, at, wordsOf(line, this.texts.reader(at.segment)));
    }
    return null;
  }

  /** null if it does not read. */
  #line(octets: Buffer, { segment }: Position): JournalLine | null {
    const text = octets.toString();
    const version = versionOf(text) ?? 0;
    // A line that we cannot read, and must not cut off.
    if (version > RECORD_VERSION) {
      const path = this.path(segment);
      throw new Failure('store-newer', `${path}: written by a newer mailrobot (v${version})`);
    }
    return parseLine(text);
  }

  #record(line: JournalLine, at: Position, words: string | null): JournalRecord {
    const record = recordIn(line, words);
    if (record === null) throw this.#textsDamaged(at, line);
    return record;
  }

  #refuse({ segment, offset }: Position): never {
    const path = this.path(segment);
    throw new Failure('store-damaged', `${path}: the line at offset ${offset} does not read`);
  }

  /**
   * Every whole line behind `position`, up to number `newest`; `torn` hears of a last line that is
   * not whole. What another process is writing meanwhile lies behind that.
   */
  *read(
    position: Position,
    torn: (at: Position) => void = () => {},
    newest = Number.POSITIVE_INFINITY,
  ): Generator<JournalEntry> {
    const segments = this.segments().filter((name) => name >= position.segment);
    if (segments[0] !== position.segment) {
      throw new Failure('store-damaged', `${this.path(position.segment)} is missing`);
    }
    let last: number | null = null;
    let { before } = position;
    for (const [n, segment] of segments.entries()) {
      const from = segment === position.segment ? position.offset : 0;
      const following = segments[n + 1];
      const end = following === undefined ? null : firstSeq(following);
      const tornHere = end === null ? torn : () => {};
      for (const entry of this.#readSegment(segment, from, tornHere, newest)) {
        const { seq } = entry.record;
        if (end !== null && seq >= end) break;
        if (last !== null && seq !== last + 1) throw this.#gap(entry, last);
        const { prev } = entry.record;
        if (prev !== undefined && before !== undefined && prev !== before)
          throw this.#unlinked(entry);
        last = seq;
        before = entry.hash;
        yield entry;
      }
    }
  }

  /** Behind everything that is there, if this is the end of what was read. */
  endBehind(last: End): End {
    const segment = this.segments().at(-1);
    if (segment === undefined) return this.start();
    const texts = segment === last.segment ? last.texts : 0;
    return { ...last, segment, offset: sizeOf(this.path(segment)) ?? 0, texts };
  }

  *#readSegment(
    segment: string,
    from: number,
    torn: (at: Position) => void,
    newest: number,
  ): Generator<JournalEntry> {
    const path = this.path(segment);
    const data = readFrom(path, from);
    const textsOf = this.texts.reader(segment);
    for (let at = 0; at < data.length; ) {
      const end = data.indexOf(LF, at);
      const octets = data.subarray(at, end < 0 ? data.length : end);
      const here = { segment, offset: from + at };
      const line = this.#line(octets, here);
      if (line === null || end < 0) {
        if (end < 0 || end + 1 === data.length) return torn(here);
        return this.#refuse(here);
      }
      if (line.seq > newest) return;
      const words = wordsOf(line, textsOf);
      const record = this.#record(line, here, words);
      const hash = hashOf(octets);
      at = end + 1;
      const { at: begin, size } = line.texts ?? NO_TEXTS;
      const next = { segment, offset: from + at, before: hash, texts: begin + size };
      yield { record, at: here, octets, words, hash, next };
    }
  }

  #textsDamaged({ segment, offset }: Position, { texts }: JournalLine): Failure {
    const where = `texts/${segment}: offset ${texts?.at}`;
    const line = `the line of ${this.path(segment)} at offset ${offset}`;
    return new Failure('store-damaged', `${where}: not the texts of ${line}`);
  }

  #gap({ record, at }: JournalEntry, last: number): Failure {
    const place = `${this.path(at.segment)}: offset ${at.offset}`;
    return new Failure('store-damaged', `${place}: ${last} is followed by ${record.seq}`);
  }

  #unlinked({ at }: JournalEntry): Failure {
    return new Failure(
      'store-damaged',
      `${this.path(at.segment)}: the line at offset ${at.offset} does not fit the line before it: one of them was changed`,
    );
  }

  /** Where a segment lies. */
  path(segment: string): string {
    return join(this.directory, segment);
  }
}

const NO_TEXTS = { at: 0, size: 0 };

function wordsOf({ texts }: JournalLine, textsOf: TextsOf): string | null {
  return texts !== null && texts.size > 0 ? textsOf(texts) : null;
}

export function firstSeq(segment: string): number {
  return Number.parseInt(segment, 10);
}

export function segmentName(seq: number): string {
  return `${String(seq).padStart(12, '0')}.ndjson`;
}
