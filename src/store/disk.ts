/**
 * Every write to the disk goes through here: private modes, atomic
 * replacement, fsync, and one translation of errno into a Failure.
 *
 * `replace` is atomic and not durable (for derived files); `createDurably`
 * returns after fsync(2) of file and directory. A failed fsync is never retried:
 * the kernel may have dropped the dirty pages (fsyncgate), so it is a Failure
 * and the caller undoes. Links are not followed on any open. All calls are
 * synchronous. POSIX.1-2017 fsync, rename; Linux open(2).
 */
import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { type Deferral, Failure } from '../outcome.ts';

const { O_APPEND, O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_RDONLY, O_TRUNC, O_WRONLY } =
  fs.constants;
export const FILE_MODE = 0o600;
export const DIRECTORY_MODE = 0o700;
export const READ_ONLY_MODE = 0o400;

const ENDS: Readonly<Record<string, Deferral>> = {
  ENOSPC: 'store-full',
  EDQUOT: 'store-full',
  EFBIG: 'store-full',
  EROFS: 'store-read-only',
  EACCES: 'store-read-only',
  EPERM: 'store-read-only',
};

/** Runs a disk operation and turns its errno into the Failure that it means. */
export function onDisk<T>(path: string, operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    if (error instanceof Failure) throw error;
    const code = errorCode(error);
    const end = ENDS[code ?? ''] ?? 'store-failed';
    throw new Failure(end, `${path}: ${code ?? String(error)}`, { cause: error });
  }
}

export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/** The file's text, or null where there is none. */
export function readText(path: string): string | null {
  return onDisk(path, () => {
    try {
      return fs.readFileSync(path, 'utf8');
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null;
      throw error;
    }
  });
}

export function names(directory: string): readonly string[] {
  return onDisk(directory, () => {
    try {
      return fs.readdirSync(directory);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return [];
      throw error;
    }
  });
}

export function openNew(path: string, mode = FILE_MODE): number {
  return onDisk(path, () => fs.openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode));
}

export function openRead(path: string): number {
  return onDisk(path, () => fs.openSync(path, O_RDONLY | O_NOFOLLOW));
}

export function write(fd: number, path: string, data: Uint8Array): void {
  onDisk(path, () => {
    for (let done = 0; done < data.length; ) done += fs.writeSync(fd, data, done);
  });
}

export function sync(fd: number, path: string): void {
  onDisk(path, () => fs.fsyncSync(fd));
}

export function close(fd: number): void {
  fs.closeSync(fd);
}

export function syncDirectory(path: string): void {
  const fd = onDisk(path, () => fs.openSync(path, O_RDONLY | O_DIRECTORY));
  try {
    sync(fd, path);
  } finally {
    close(fd);
  }
}

export function makeDirectory(path: string): void {
  onDisk(path, () => fs.mkdirSync(path, { recursive: true, mode: DIRECTORY_MODE }));
}

/** Replaces a file in one step. After a power cut it may be the old one, the new one or torn. */
export function replace(path: string, text: string, mode = FILE_MODE): void {
  const temporary = `${path}.new`;
  onDisk(path, () => {
    const fd = fs.openSync(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, FILE_MODE);
    try {
      write(fd, temporary, Buffer.from(text));
      if (mode !== FILE_MODE) fs.fchmodSync(fd, mode);
    } finally {
      close(fd);
    }
    fs.renameSync(temporary, path);
  });
}

/** Writes a new file and makes it and its name durable; a file that is there already is an error. */
export function createDurably(path: string, text: string): void {
  const fd = openNew(path);
  try {
    write(fd, path, Buffer.from(text));
    sync(fd, path);
  } finally {
    close(fd);
  }
  syncDirectory(dirname(path));
}

/** Moves a file; true if it moved, false where it is not there (any more). */
export function move(from: string, to: string): boolean {
  return onDisk(to, () => {
    try {
      fs.renameSync(from, to);
      return true;
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return false;
      throw error;
    }
  });
}

/** A second name for a file; a name that is taken already is left as it is. */
export function link(from: string, to: string): void {
  onDisk(to, () => {
    try {
      fs.linkSync(from, to);
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
  });
}

export function append(path: string, text: string): void {
  onDisk(path, () => {
    const fd = fs.openSync(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, FILE_MODE);
    try {
      write(fd, path, Buffer.from(text));
    } finally {
      close(fd);
    }
  });
}

/** Removes a file or a tree; what is not there is no error. */
export function remove(path: string): void {
  onDisk(path, () => fs.rmSync(path, { recursive: true, force: true }));
}

/** The file in pieces of 64 KiB. */
export function* chunks(path: string): Generator<Buffer> {
  const fd = openRead(path);
  try {
    for (;;) {
      const buffer = Buffer.allocUnsafe(65536);
      const length = onDisk(path, () => fs.readSync(fd, buffer, 0, buffer.length, null));
      if (length === 0) return;
      yield buffer.subarray(0, length);
    }
  } finally {
    close(fd);
  }
}
