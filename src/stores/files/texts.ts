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
  identityOf,
  makeDirectory,
  onDisk,
  openForWriting,
  openNew,
  sizeOf,
  syncDirectory,
  writeAt,
} from '../disk/disk.ts';
import { readFrom } from '../disk/read-pieces.ts';

/** So much is read at once if lines follow each other. */
const AHEAD_BYTES = 256 * 1024;

/** The line of texts that lies there, or null. */
export type TextsOf = (place: TextsPlace) => string | null;

type Syncing = (fd: number, path: string) => Promise<void> | void;

export class TextSegments {
  readonly #directory: string;
  readonly #sync: Syncing;

  constructor(directory: string, syncing: Syncing) {
    this.#directory = directory;
    this.#sync = syncing;
  }

  /** Before anything is written behind the last committed texts, which end at `at`. */
  prepare(segment: string, at: number): void {
    const path = join(this.#directory, segment);
    if (at === 0) this.#begin(path);
    const size = sizeOf(path);
    if (size === null) throw isMissing(path);
    if (size < at) {
      throw new Failure('store-damaged', `${path}: shorter than what was committed (${at})`);
    }
    if (size > at) this.cut(segment, at);
  }

  /** Durable when it has ended. */
  async write(segment: string, at: number, lines: Buffer): Promise<void> {
    const path = join(this.#directory, segment);
    const fd = openForWriting(path);
    try {
      writeAt(fd, path, lines, at);
      await this.#sync(fd, path);
    } finally {
      close(fd);
    }
  }

  /** Another one when words have been erased; null if there are none. */
  identity(segment: string): string | null {
    return identityOf(join(this.#directory, segment));
  }

  cut(segment: string, at: number): void {
    const path = join(this.#directory, segment);
    const fd = openForWriting(path);
    try {
      onDisk(path, () => fs.ftruncateSync(fd, at));
    } finally {
      close(fd);
    }
  }

  /** For lines of one segment, in their order; null for what is not there as a whole. */
  reader(segment: string): TextsOf {
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
