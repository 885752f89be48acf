/**
 * Files that may be large, read in pieces: whole, from their end, or in the middle.
 *
 * Nothing is held but the piece that was asked for, and a line that is longer than one. An errno is
 * the Failure that it means (disk.ts); a file that is not there holds no lines. Links are not
 * followed.
 */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { Failure } from '../../outcome.ts';
import { close, exists, onDisk, openIfThere, openRead } from './disk.ts';

const BLOCK_BYTES = 65_536;

/** The file in pieces of 64 KiB; `size`: of one that has so many octets, and no more. */
export function* chunks(path: string, size = Number.POSITIVE_INFINITY): Generator<Buffer> {
  const fd = openRead(path);
  try {
    for (let left = size; left > 0; ) {
      const buffer = Buffer.allocUnsafe(Math.min(left, BLOCK_BYTES));
      const length = onDisk(path, () => fs.readSync(fd, buffer, 0, buffer.length, null));
      if (length === 0) return;
      yield buffer.subarray(0, length);
      left -= length;
    }
  } finally {
    close(fd);
  }
}

/** The same of a file that is open, from its beginning. */
export function* piecesOf(fd: number): Generator<Buffer> {
  for (let from = 0; ; ) {
    const piece = readAt(fd, 'a mail of ours', from, BLOCK_BYTES);
    if (piece.length === 0) return;
    yield piece;
    from += piece.length;
  }
}

/**
 * The lines of a file, the last one first, read only as far as they are asked for. Begins
 * with what lies behind the last line break: nothing, where the last line is whole.
 */
function* linesFromEnd(path: string): Generator<string> {
  const fd = openIfThere(path, fs.constants.O_RDONLY);
  if (fd === null) return;
  try {
    let end = onDisk(path, () => fs.fstatSync(fd).size);
    let begun: Buffer = Buffer.alloc(0);
    while (end > 0) {
      const from = Math.max(0, end - BLOCK_BYTES);
      const known = Buffer.concat([readAt(fd, path, from, end - from), begun]);
      end = from;
      // What its first line begins with lies in the block before.
      const first = from === 0 ? -1 : known.indexOf('\n');
      begun = first < 0 ? known : known.subarray(0, first);
      if (first >= 0 || from === 0)
        yield* known
          .toString('utf8', first + 1)
          .split('\n')
          .reverse();
    }
  } finally {
    close(fd);
  }
}

/** Whether its end is torn, and its whole lines, the last one first. */
export function wholeLinesFromEnd(path: string): readonly [boolean, Iterable<string>] {
  const lines = linesFromEnd(path);
  const { value: behind = '' } = lines.next();
  return [behind !== '', lines];
}

/** The first line that begins behind this place in the file, if it is one of less than 64 KiB. */
export function lineBehind(path: string, place: number): string {
  const fd = openRead(path);
  try {
    return readAt(fd, path, place, BLOCK_BYTES).toString().split('\n')[1] ?? '';
  } finally {
    close(fd);
  }
}

/** From there on, so many octets at most; one that is shorter than `from` is damaged. */
export function readFrom(path: string, from: number, most = Number.POSITIVE_INFINITY): Buffer {
  const fd = openRead(path);
  try {
    return onDisk(path, () => {
      const { size } = fs.fstatSync(fd);
      if (size < from) {
        throw new Failure('store-damaged', `${path}: shorter than what was committed (${from})`);
      }
      const data = Buffer.allocUnsafe(Math.min(most, size - from));
      let length = 0;
      while (length < data.length) {
        const got = fs.readSync(fd, data, length, data.length - length, from + length);
        if (got === 0) break;
        length += got;
      }
      return data.subarray(0, length);
    });
  } finally {
    close(fd);
  }
}

/** As much of it as there is. */
function readAt(fd: number, path: string, from: number, length: number): Buffer {
  const block = Buffer.alloc(length);
  return block.subarray(
    0,
    onDisk(path, () => fs.readSync(fd, block, 0, length, from)),
  );
}

/** SHA-256 of a file in hex, or null if there is none. */
export function sumOf(path: string): string | null {
  return exists(path) ? sumOfPieces(chunks(path)) : null;
}

export function sumOfPieces(pieces: Iterable<Buffer>): string {
  const digest = createHash('sha256');
  for (const piece of pieces) digest.update(piece);
  return digest.digest('hex');
}
