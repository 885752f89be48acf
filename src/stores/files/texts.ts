/**
 * The texts of commits, beside the journal: `texts/<name of the segment>`, one line for each
 * commit that has any (journal/texts.ts), found by the place that the line of the journal names.
 *
 * They are durable before the line of the journal is written. What lies behind the last committed
 * ones was left by a run that died or failed; the next one cuts it off. A file that is missing or
 * shorter than what was committed is `store-damaged`.
 */
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import type { TextsPlace } from '../../journal/texts.ts';
import { Failure } from '../../outcome.ts';
import {
  close,
  exists,
  makeDirectory,
  onDisk,
  openForWriting,
  openNew,
  readFrom,
  sizeOf,
  syncDirectory,
  writeAt,
} from './disk.ts';

/** So much is read at once if lines follow each other. */
const AHEAD_BYTES = 256 * 1024;

export class TextSegments {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** For lines that follow the last committed ones, which end at `at`. */
  open(segment: string, at: number): OpenTexts {
    const path = join(this.#directory, segment);
    if (at === 0) this.#begin(path);
    const size = sizeOf(path);
    if (size === null) throw isMissing(path);
    if (size < at) {
      throw new Failure('store-damaged', `${path}: shorter than what was committed (${at})`);
    }
    const texts = new OpenTexts(path, at);
    if (size > at) texts.cut();
    return texts;
  }

  /** For lines of one segment, in their order; null for what is not there as a whole. */
  reader(segment: string): (place: TextsPlace) => string | null {
    const path = join(this.#directory, segment);
    let known: { readonly from: number; readonly data: Buffer } | null = null;
    return ({ at, size }) => {
      const isKnown =
        known !== null && at >= known.from && at + size <= known.from + known.data.length;
      if (known === null || !isKnown) {
        const most = known === null ? size : Math.max(size, AHEAD_BYTES);
        if (!exists(path)) throw isMissing(path);
        known = { from: at, data: readFrom(path, at, most) };
      }
      const line = known.data.subarray(at - known.from, at - known.from + size);
      return line.length === size ? line.toString() : null;
    };
  }

  /** A store that an older program made has no such folder. The run that made it may have died. */
  #begin(path: string): void {
    makeDirectory(this.#directory);
    if (!exists(path)) close(openNew(path));
    syncDirectory(this.#directory);
    syncDirectory(dirname(this.#directory));
  }
}

function isMissing(path: string): Failure {
  return new Failure('store-damaged', `${path} is missing: put it back`);
}

export class OpenTexts {
  readonly #path: string;
  readonly #at: number;
  readonly #fd: number;

  constructor(path: string, at: number) {
    this.#path = path;
    this.#at = at;
    this.#fd = openForWriting(path);
  }

  /** Durable when `syncing` has ended. */
  write(
    lines: Buffer,
    syncing: (fd: number, path: string) => Promise<void> | void,
  ): Promise<void> | void {
    writeAt(this.#fd, this.#path, lines, this.#at);
    return syncing(this.#fd, this.#path);
  }

  cut(): void {
    onDisk(this.#path, () => fs.ftruncateSync(this.#fd, this.#at));
  }

  close(): void {
    close(this.#fd);
  }
}
