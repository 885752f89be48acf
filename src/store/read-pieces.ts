/**
 * Files that may be large, read in pieces: whole, from their end, or in the middle.
 *
 * Nothing is held but the piece, and a line that is longer than one. An errno is the
 * Failure that it means (disk.ts); a file that is not there holds no lines. Links are not
 * followed.
 */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { close, exists, onDisk, openRead } from './disk.ts';

const BLOCK = 65_536;

/** The file in pieces of 64 KiB. */
export function* chunks(path: string): Generator<Buffer> {
  const fd = openRead(path);
  try {
    for (;;) {
      const buffer = Buffer.allocUnsafe(BLOCK);
      const length = onDisk(path, () => fs.readSync(fd, buffer, 0, buffer.length, null));
      if (length === 0) return;
      yield buffer.subarray(0, length);
    }
  } finally {
    close(fd);
  }
}

/**
 * The lines of a file, the last one first, read only as far as they are asked for. Begins
 * with what lies behind the last line break: nothing, where the last line is whole.
 */
export function* linesFromEnd(path: string): Generator<string> {
  if (!exists(path)) return;
  const fd = openRead(path);
  try {
    let from = onDisk(path, () => fs.fstatSync(fd).size);
    let begun = Buffer.alloc(0);
    while (from > 0) {
      const block = Buffer.alloc(Math.min(from, BLOCK));
      from -= block.length;
      onDisk(path, () => fs.readSync(fd, block, 0, block.length, from));
      const known = Buffer.concat([block, begun]);
      // What its first line begins with may lie in the block before.
      const whole = from === 0 ? 0 : known.indexOf('\n') + 1;
      begun = whole === 0 && from > 0 ? known : known.subarray(0, Math.max(0, whole - 1));
      if (whole > 0 || from === 0) yield* known.toString('utf8', whole).split('\n').reverse();
    }
  } finally {
    close(fd);
  }
}

/** The first line that begins behind this place in the file, if it is one of less than 64 KiB. */
export function lineBehind(path: string, place: number): string {
  const fd = openRead(path);
  try {
    const block = Buffer.alloc(BLOCK);
    const length = onDisk(path, () => fs.readSync(fd, block, 0, BLOCK, place));
    return block.toString('utf8', 0, length).split('\n')[1] ?? '';
  } finally {
    close(fd);
  }
}

/** SHA-256 of a file in hex, or null where there is none. */
export function sumOf(path: string): string | null {
  if (!exists(path)) return null;
  const digest = createHash('sha256');
  for (const chunk of chunks(path)) digest.update(chunk);
  return digest.digest('hex');
}
