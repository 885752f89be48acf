/**
 * The journal: what is committed, in order, one JSON line a commit.
 *
 * Append-only segments `journal/<first sequence number>.ndjson`; a line whose
 * fsync has returned is committed, nothing else is. A failed append is cut
 * back and a new segment begun, since nobody knows what a failed fsync has
 * written; where even that fails, `isUndone` is false and the line may come
 * back. `read` ends at a torn last line; any other line that does not read is
 * `store-damaged` with file and offset, and so is one that is not behind the line which it
 * names (journal/chain.ts), as far as the line before was read. A line of a newer format is
 * `store-newer`. A line that was cut back and came back after a power cut is told by the
 * next segment, which begins with its number. The words of a line lie beside it (texts.ts),
 * durable before it; if they are not those of the line, that is `store-damaged`, too.
 */
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { hashOf, NO_LINE } from '../../journal/chain.ts';
import {
  type JournalLine,
  type JournalRecord,
  parseLine,
  RECORD_VERSION,
  recordIn,
  versionOf,
  written,
} from '../../journal/record.ts';
import { Failure } from '../../outcome.ts';
import {
  close,
  createDurably,
  errorCode,
  names,
  onDisk,
  openForWriting,
  openNew,
  openRead,
  sizeOf,
  sync,
  syncDirectory,
  writeAt,
} from './disk.ts';
import { readFrom } from './read-pieces.ts';
import { TextSegments, type TextsOf } from './texts.ts';

const MAX_SEGMENT_BYTES = 8 * 1024 * 1024;
/** So many commits of this process are kept at hand until their mail has been handed over. */
const MAX_AT_HAND = 50;
const LF = 0x0a;
/** How every line begins: see JournalRecord. */
const BEGINNING = /^\{"v":\d+,"seq":(\d+),"time":"([^"]+)"/;

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
  /** The line without its LF, and its hash. */
  readonly octets: Buffer;
  readonly hash: string;
  readonly next: End;
}

/** How a line begins, and all of it. */
interface LineOutline {
  readonly seq: number;
  readonly time: string;
  readonly at: Position;
  readonly octets: Buffer;
}

export class AppendFailure extends Failure {
  /** True if no trace of the line is left. */
  readonly isUndone: boolean;

  constructor(cause: Failure, isUndone: boolean) {
    const unknown = isUndone ? '' : ', and whether it is kept after all the next run will see';
    super(cause.end, `${cause.message}${unknown}`, { cause });
    this.isUndone = isUndone;
  }
}

type SyncLines = (fd: number, path: string) => Promise<void> | void;

export class Journal {
  readonly #directory: string;
  readonly #syncLines: SyncLines;
  #atHand: readonly JournalRecord[] = [];
  readonly #texts: TextSegments;

  /** `syncLines` makes appended lines durable: a server goes on with other work meanwhile. */
  constructor(directory: string, syncLines: SyncLines = sync) {
    this.#directory = directory;
    this.#syncLines = syncLines;
    this.#texts = new TextSegments(join(directory, '..', 'texts'), syncLines);
  }

  segments(): readonly string[] {
    return names(this.#directory)
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
    return this.segments().at(-1) === segment && sizeOf(this.#path(segment)) === offset;
  }

  /** Makes durable what another process wrote, before it is relied upon. */
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

  /**
   * Writes what lies behind a position once more and makes it durable: another
   * process wrote it, and a failed fsync of its own may have left pages that
   * look written and are not.
   */
  writeAgain({ segment, offset }: Position): void {
    for (const name of this.segments().filter((known) => known >= segment)) {
      const path = this.#path(name);
      const from = name === segment ? offset : 0;
      const data = readFrom(path, from);
      if (data.length === 0) continue;
      const fd = openForWriting(path);
      try {
        writeAt(fd, path, data, from);
        sync(fd, path);
      } finally {
        close(fd);
      }
    }
    syncDirectory(this.#directory);
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
    return { segment, offset: sizeOf(this.#path(segment)) ?? 0 };
  }

  /** Number and time of each line of a segment, from how the line begins: its rest is not read. */
  *outline(segment: string): Generator<LineOutline> {
    const data = readFrom(this.#path(segment), 0);
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
  #hashBefore({ segment, offset, before }: Position): string {
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

  /** Time of the last line that has this in it, or null; looks from the end, segment by segment. */
  lastTimeOf(part: string): string | null {
    for (const segment of this.segments().toReversed()) {
      const data = readFrom(this.#path(segment), 0);
      const at = data.lastIndexOf(part);
      if (at < 0) continue;
      const begin = data.lastIndexOf(LF, at) + 1;
      return BEGINNING.exec(data.toString('latin1', begin, begin + 80))?.[2] ?? null;
    }
    return null;
  }

  /** The record of that number, in the one segment that can hold it. */
  find(seq: number): JournalRecord | null {
    const own = this.#atHand.find((record) => record.seq === seq);
    if (own !== undefined) return own;
    try {
      return this.#find(seq);
    } catch (error) {
      if (!(error instanceof Failure) || error.end !== 'store-damaged') throw error;
      // An upgrade may put other lines and texts into their place at any time, one file after the other.
      return this.#find(seq);
    }
  }

  #find(seq: number): JournalRecord | null {
    for (const { at, octets, seq: found } of this.outline(this.segmentOf(seq).segment)) {
      if (found !== seq) continue;
      const line = this.#line(octets, at) ?? this.#refuse(at);
      return this.#record(line, at, this.#texts.reader(at.segment));
    }
    return null;
  }

  /** null if it does not read. */
  #line(octets: Buffer, { segment }: Position): JournalLine | null {
    const text = octets.toString();
    const version = versionOf(text) ?? 0;
    // A line that we cannot read, and must not cut off.
    if (version > RECORD_VERSION) {
      const path = this.#path(segment);
      throw new Failure('store-newer', `${path}: written by a newer mailrobot (v${version})`);
    }
    return parseLine(text);
  }

  #record(line: JournalLine, at: Position, textsOf: TextsOf): JournalRecord {
    const record = recordIn(line, line.texts?.size ? textsOf(line.texts) : null);
    if (record === null) throw this.#textsDamaged(at, line);
    return record;
  }

  #refuse({ segment, offset }: Position): never {
    const path = this.#path(segment);
    throw new Failure('store-damaged', `${path}: the line at offset ${offset} does not read`);
  }

  /**
   * Every whole line behind `position`, up to number `newest`; `torn` hears of a last line that is not
   * whole. What another process is writing meanwhile lies behind that.
   */
  *read(
    position: Position,
    torn: (at: Position) => void = () => {},
    newest = Number.POSITIVE_INFINITY,
  ): Generator<JournalEntry> {
    const segments = this.segments().filter((name) => name >= position.segment);
    if (segments[0] !== position.segment) {
      throw new Failure('store-damaged', `${this.#path(position.segment)} is missing`);
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
    return { ...last, segment, offset: sizeOf(this.#path(segment)) ?? 0, texts };
  }

  *#readSegment(
    segment: string,
    from: number,
    torn: (at: Position) => void,
    newest: number,
  ): Generator<JournalEntry> {
    const path = this.#path(segment);
    const data = readFrom(path, from);
    const textsOf = this.#texts.reader(segment);
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
      const record = this.#record(line, here, textsOf);
      const hash = hashOf(octets);
      at = end + 1;
      const { at: begin, size } = line.texts ?? NO_TEXTS;
      const next = { segment, offset: from + at, before: hash, texts: begin + size };
      yield { record, at: here, octets, hash, next };
    }
  }

  #textsDamaged({ segment, offset }: Position, { texts }: JournalLine): Failure {
    const where = `texts/${segment}: offset ${texts?.at}`;
    const line = `the line of ${this.#path(segment)} at offset ${offset}`;
    return new Failure('store-damaged', `${where}: not the texts of ${line}`);
  }

  #gap({ record, at }: JournalEntry, last: number): Failure {
    const place = `${this.#path(at.segment)}: offset ${at.offset}`;
    return new Failure('store-damaged', `${place}: ${last} is followed by ${record.seq}`);
  }

  #unlinked({ at }: JournalEntry): Failure {
    return new Failure(
      'store-damaged',
      `${this.#path(at.segment)}: the line at offset ${at.offset} does not fit the line before it: one of them was changed`,
    );
  }

  /** Cuts a torn last line off, durably; what it was is kept in a file beside it. */
  cut({ segment, offset }: Position): void {
    const path = this.#path(segment);
    createDurably(
      `${path}.torn-${randomBytes(6).toString('hex')}`,
      readFrom(path, offset).toString('latin1'),
    );
    const fd = openForWriting(path);
    try {
      onDisk(path, () => fs.ftruncateSync(fd, offset));
      sync(fd, path);
    } finally {
      close(fd);
    }
  }

  /**
   * Appends records durably, all or none. Gives the position behind them; throws an AppendFailure.
   */
  async append(position: End, records: readonly [JournalRecord, ...JournalRecord[]]): Promise<End> {
    const [{ seq }] = records;
    const { segment, offset, texts } = this.#room(position, seq);
    const path = this.#path(segment);
    let [end, before] = [texts, this.#hashBefore(position)];
    const all = records.map((record) => {
      const one = written(record, { prev: before, at: end });
      const [line, words] = [Buffer.from(`${one.line}\n`), Buffer.from(one.texts)];
      before = hashOf(one.line);
      end += words.length;
      return { line, words };
    });
    const lines = Buffer.concat(all.map(({ line }) => line));
    const words = Buffer.concat(all.map((one) => one.words));
    // A run that began this segment may have died before its name was durable.
    if (offset === 0 && firstSeq(segment) > 1) syncDirectory(this.#directory);
    const hasWords = words.length > 0;
    if (hasWords) this.#texts.prepare(segment, texts);
    const fd = openForWriting(path);
    try {
      if (hasWords) await this.#texts.write(segment, texts, words);
      writeAt(fd, path, lines, offset);
      await this.#syncLines(fd, path);
    } catch (error) {
      const undone = this.#undo(fd, offset, seq, error);
      if (hasWords && undone instanceof AppendFailure && undone.isUndone) {
        this.#forgetTexts(segment, texts);
      }
      throw undone;
    } finally {
      close(fd);
    }
    const withMail = records.filter(({ outgoing }) => outgoing.length > 0);
    this.#atHand = [...this.#atHand, ...withMail].slice(-MAX_AT_HAND);
    return { segment, offset: offset + lines.length, before, texts: end };
  }

  #undo(fd: number, offset: number, seq: number, error: unknown): unknown {
    if (!(error instanceof Failure)) return error;
    try {
      fs.ftruncateSync(fd, offset);
    } catch {
      return new AppendFailure(error, false);
    }
    try {
      fs.fsyncSync(fd);
    } catch {
      // It has failed before; the new segment tells a line that comes back.
    }
    try {
      if (offset > 0) this.#begin(segmentName(seq));
    } catch {
      // The next append goes to the old segment, behind its last committed line.
    }
    return new AppendFailure(error, true);
  }

  /** No line refers to them any more. */
  #forgetTexts(segment: string, at: number): void {
    try {
      this.#texts.cut(segment, at);
    } catch {
      // They lie behind the last committed ones, and the next append there cuts them off.
    }
  }

  #room(position: End, seq: number): End {
    if (Math.max(position.offset, position.texts) < MAX_SEGMENT_BYTES) return position;
    const segment = segmentName(seq);
    this.#begin(segment);
    return { ...position, segment, offset: 0, texts: 0 };
  }

  #begin(segment: string): void {
    try {
      close(openNew(this.#path(segment)));
    } catch (error) {
      // A run that died or failed right here has begun it before.
      if (!(error instanceof Failure) || errorCode(error.cause) !== 'EEXIST') throw error;
    }
    syncDirectory(this.#directory);
  }

  #path(segment: string): string {
    return join(this.#directory, segment);
  }
}

const NO_TEXTS = { at: 0, size: 0 };

export function firstSeq(segment: string): number {
  return Number.parseInt(segment, 10);
}

function segmentName(seq: number): string {
  return `${String(seq).padStart(12, '0')}.ndjson`;
}
