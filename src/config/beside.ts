/**
 * A file beside the config (a template, a snippet and what goes along, holidays), whole or not at
 * all: no folder, nothing that waits, nothing larger than it may be, nothing that changes while it
 * is read. Whether a link is followed is for whoever asks to say. Its name comes from a listing of
 * its folder or from the config, never from a mail. What is wrong is an Unreadable.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { NotThere, Unreadable } from './unreadable.ts';

export interface Wanted {
  readonly maxBytes: number;
  readonly followsLinks: boolean;
}

export function readWhole(path: string, { maxBytes, followsLinks }: Wanted): Buffer {
  const links = followsLinks ? 0 : constants.O_NOFOLLOW;
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | links);
  } catch (error) {
    throw unreadable(error);
  }
  try {
    return contentOf(fd, maxBytes);
  } catch (error) {
    throw unreadable(error);
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

/** Lines ended by LF. */
export function textIn(octets: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(octets).replace(/\r\n?/g, '\n');
  } catch {
    throw new Unreadable('is not UTF-8');
  }
}

/** What a call of the system has thrown, in our words. */
export function unreadable(error: unknown): Unreadable {
  if (error instanceof Unreadable) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  if (code === 'ENOENT' || code === 'ENOTDIR') return new NotThere('is not there');
  if (code === 'ELOOP') return new Unreadable('is a symbolic link, which is not followed');
  return new Unreadable(`cannot be read (${code})`);
}
