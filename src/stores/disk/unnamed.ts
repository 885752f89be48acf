/**
 * A file without a name, for another process to read, or to be read here in pieces: nothing of it
 * is left, whoever dies meanwhile. Whoever gets its descriptor closes it.
 */
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Sum } from '../../ticket/mail.ts';
import { close, openNew, openRead, READ_ONLY_MODE, remove, write } from './disk.ts';

export interface UnnamedFile extends Sum {
  /** Open for reading, from its beginning. */
  readonly fd: number;
}

export async function writeUnnamed(
  directory: string,
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<UnnamedFile> {
  const path = join(directory, `unnamed.${randomBytes(6).toString('hex')}`);
  const written = openNew(path, READ_ONLY_MODE);
  const digest = createHash('sha256');
  let fd: number | null = null;
  let size = 0;
  try {
    fd = openRead(path);
    remove(path);
    for await (const piece of pieces) {
      write(written, path, piece);
      digest.update(piece);
      size += piece.length;
    }
    return { fd, size, sha256: digest.digest('hex') };
  } catch (error) {
    remove(path);
    if (fd !== null) close(fd);
    throw error;
  } finally {
    close(written);
  }
}
