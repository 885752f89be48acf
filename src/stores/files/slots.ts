/**
 * Empty files whose names are durable, in `slots/`: a mail that was written into one needs one
 * fsync, of its octets, since its name is there already.
 *
 * Whoever receives a mail moves one of them to `incoming/`, and makes some if there is none, one
 * fsync for all. Until that fsync their names end in `.new`; so what a dead run left is told from
 * what is durable. No move is durable by itself: after a power cut a committed mail may lie under
 * any of the names that it has had (moved-back.ts). What is not empty is never written to.
 */
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import {
  close,
  makeDirectory,
  move,
  names,
  onDisk,
  openForWriting,
  openNew,
  READ_ONLY_MODE,
  sizeOf,
  syncDirectory,
  touch,
} from '../disk/disk.ts';
import type { Slot } from '../disk/incoming.ts';

export const SLOTS = 'slots';
/** At the end of a name that is not durable yet. */
export const NEW = '.new';
const MADE_AT_ONCE = 32;

export function takeSlot(root: string, now: Date): Slot {
  const folder = join(root, SLOTS);
  const ready = names(folder).filter((name) => !name.endsWith(NEW));
  return firstOf(root, ready, now) ?? firstOf(root, makeSlots(root), now) ?? takeSlot(root, now);
}

/** null if others have had all of them. */
function firstOf(root: string, ready: readonly string[], now: Date): Slot | null {
  for (const name of ready) {
    const [slot, path] = [join(root, SLOTS, name), join(root, 'incoming', name)];
    // It was made long ago, and is not to be swept for that.
    touch(slot, now);
    // What is not empty was brought back by a power cut: it is swept, if no commit has it.
    if (!move(slot, path) || sizeOf(path) !== 0) continue;
    const fd = openForWriting(path);
    onDisk(path, () => fs.fchmodSync(fd, READ_ONLY_MODE));
    return { name, fd };
  }
  return null;
}

/** Gives their names. */
function makeSlots(root: string): readonly string[] {
  const folder = join(root, SLOTS);
  makeDirectory(folder);
  const left = names(folder).filter((name) => name.endsWith(NEW));
  const made = Array.from({ length: Math.max(1, MADE_AT_ONCE - left.length) }, () => {
    const name = `${randomBytes(6).toString('hex')}${NEW}`;
    close(openNew(join(folder, name)));
    return name;
  });
  syncDirectory(folder);
  // A run that made the folder may have died before its name was durable.
  syncDirectory(root);
  return [...left, ...made].map((name) => {
    const ready = name.slice(0, -NEW.length);
    move(join(folder, name), join(folder, ready));
    return ready;
  });
}
