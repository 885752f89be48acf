/**
 * A committed mail whose moves a power cut has undone: it lies in the slot that it was written into
 * (slots.ts), or was on its way. Looked for along that way, since whoever receives a mail meanwhile
 * may move it on.
 */
import { join } from 'node:path';
import { exists, move } from '../disk/disk.ts';
import { NEW, SLOTS } from './slots.ts';

/** Brings it back to the name in `incoming/` that its commit gives. */
export function moveForward(root: string, received: string): void {
  const path = join(root, 'incoming', received);
  if (exists(path)) return;
  const name = received.slice(received.lastIndexOf('.') + 1);
  const ways = [join(SLOTS, `${name}${NEW}`), join(SLOTS, name), join('incoming', name)];
  ways.some((way) => move(join(root, way), path));
}
