import * as fs from 'node:fs';
import { join } from 'node:path';
import { hashOf } from '../../journal/chain.ts';
import { type JournalRecord, written } from '../../journal/record.ts';
import { Failure } from '../../outcome.ts';
import {
  close,
  errorCode,
  openForWriting,
  openNew,
  openRead,
  sync,
  syncDirectory,
  writeAt,
} from '../disk/disk.ts';
import { type End, firstSeq, JournalLines, segmentName } from './journal-lines.ts';
import { TextSegments } from './texts.ts';

const MAX_SEGMENT_BYTES = 8 * 1024 * 1024;
/** So many commits of this process are kept at hand until their mail has been handed over. */
const MAX_AT_HAND = 50;

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

export class Journal extends JournalLines {
  readonly #syncLines: SyncLines;

  /** `syncLines` makes appended lines durable: a server goes on with other work meanwhile. */
  constructor(directory: string, syncLines: SyncLines = sync) {
    super(directory, new TextSegments(join(directory, '..', 'texts'), syncLines));
    this.#syncLines = syncLines;
  }

  /** Makes durable what another process wrote, before it is relied upon. */
  settle(): void {
    const segments = this.segments();
    const newest = segments[segments.length - 1];
    if (newest === undefined) return;
    const path = this.path(newest);
    const fd = openRead(path);
    try {
      sync(fd, path);
    } finally {
      close(fd);
    }
  }

  /**
   * Appends records durably, all or none. Gives the position behind them; throws an AppendFailure.
   * What `makeDurable` does goes on beside the texts, and has ended before a line is written.
   */
  async append(
    position: End,
    records: readonly [JournalRecord, ...JournalRecord[]],
    makeDurable?: () => Promise<void>,
  ): Promise<End> {
    const [{ seq }] = records;
    const { segment, offset, texts } = this.#room(position, seq);
    const path = this.path(segment);
    let [end, before] = [texts, this.hashBefore(position)];
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
    if (offset === 0 && firstSeq(segment) > 1) syncDirectory(this.directory);
    const hasWords = words.length > 0;
    if (hasWords) this.texts.prepare(segment, texts);
    const fd = openForWriting(path);
    let identity: string | null;
    try {
      const ends = await Promise.allSettled([
        makeDurable?.(),
        hasWords && this.texts.write(segment, texts, words),
      ]);
      for (const one of ends) if (one.status === 'rejected') throw one.reason;
      identity = this.texts.identity(segment);
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
    const more = records.flatMap((record) =>
      record.outgoing.length > 0 ? { record, segment, texts: identity } : [],
    );
    this.atHand = [...this.atHand, ...more].slice(-MAX_AT_HAND);
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
      this.texts.cut(segment, at);
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
      close(openNew(this.path(segment)));
    } catch (error) {
      // A run that died or failed right here has begun it before.
      if (!(error instanceof Failure) || errorCode(error.cause) !== 'EEXIST') throw error;
    }
    syncDirectory(this.directory);
  }
}
