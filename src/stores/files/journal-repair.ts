/** The journal after a run that died: for recovery alone, under the lock. */
import { randomBytes } from 'node:crypto';
import { ftruncateSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  close,
  createDurably,
  onDisk,
  openForWriting,
  sync,
  syncDirectory,
  writeAt,
} from '../disk/disk.ts';
import { readFrom } from '../disk/read-pieces.ts';
import type { Journal } from './journal.ts';
import type { Position } from './journal-lines.ts';

/**
 * Writes what lies behind a position once more and makes it durable: another
 * process wrote it, and a failed fsync of its own may have left pages that
 * look written and are not.
 */
export function writeAgain(journal: Journal, { segment, offset }: Position): void {
  for (const name of journal.segments().filter((known) => known >= segment)) {
    const path = journal.path(name);
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
  syncDirectory(dirname(journal.path(segment)));
}

/** Cuts a torn last line off, durably; what it was is kept in a file beside it. */
export function cutTorn(journal: Journal, { segment, offset }: Position): void {
  const path = journal.path(segment);
  createDurably(
    `${path}.torn-${randomBytes(6).toString('hex')}`,
    readFrom(path, offset).toString('latin1'),
  );
  const fd = openForWriting(path);
  try {
    onDisk(path, () => ftruncateSync(fd, offset));
    sync(fd, path);
  } finally {
    close(fd);
  }
}
