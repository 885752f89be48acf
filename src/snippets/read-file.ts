/**
 * A file beside the config, whole or not at all: no link, no folder, nothing that waits, nothing
 * larger than it may be, nothing that changes while it is read. Its name comes from a listing of
 * its folder or from the config's own files, never from a mail.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { Unreadable } from './unreadable.ts';

export function readWhole(path: string, maxBytes: number): Buffer {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  } catch (error) {
    throw new Unreadable(whyNot(error));
  }
  try {
    return contentOf(fd, maxBytes);
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    throw new Unreadable(whyNot(error));
  } finally {
    closeSync(fd);
  }
}

function contentOf(fd: number, maxBytes: number): Buffer {
  const before = fstatSync(fd, { bigint: true });
  if (!before.isFile()) throw new Unreadable('is no file');
  if (before.size > maxBytes) throw new Unreadable(`has more than ${maxBytes} octets`);
  const octets = Buffer.alloc(Number(before.size) + 1);
  let length = 0;
  for (;;) {
    const read = readSync(fd, octets, length, octets.length - length, null);
    length += read;
    if (read === 0 || length === octets.length) break;
  }
  const after = fstatSync(fd, { bigint: true });
  const isSame = before.mtimeNs === after.mtimeNs && before.size === after.size;
  if (!isSame || BigInt(length) !== before.size)
    throw new Unreadable('was changed while it was read: try again');
  return octets.subarray(0, length);
}

export function whyNot(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  if (code === 'ELOOP') return 'is a symbolic link, which is not followed';
  return code === 'ENOENT' ? 'is not there' : `cannot be read (${code})`;
}
