/**
 * Where the power may be cut in a run: every image that the disk may hold after each of its
 * operations, once. If all of it is there, the next run of the same boot may find it, too.
 */
import { createHash } from 'node:crypto';
import { bootId } from '../../src/stores/files/boot.ts';
import { DiskModel, type Image } from './disk-model.ts';
import type { Traced } from './trace.ts';

export interface Cut {
  /** Behind which operation, and what was pending. */
  readonly what: string;
  readonly image: Image;
  readonly boot: string;
}

/** A child of the run is sync(1), or one like flock(1), when nothing is pending that counts. */
export function cutsOf(
  start: Image,
  traced: readonly Traced[],
): { readonly cuts: readonly Cut[]; readonly states: number } {
  const disk = new DiskModel(start);
  const known = new Set<string>();
  const cuts: Cut[] = [];
  for (const { operation } of traced) {
    if (operation.type === 'exit') continue;
    if (operation.type === 'spawn') disk.syncAll();
    else disk.do(operation);
    for (const { what, image } of disk.states()) {
      const key = createHash('sha1').update(image.fingerprint()).digest('hex');
      if (known.has(key)) continue;
      known.add(key);
      const boots = what === 'everything pending' ? [bootId(), 'another'] : ['another'];
      for (const boot of boots) cuts.push({ what: `${operation.type} (${what})`, image, boot });
    }
  }
  return { cuts, states: known.size };
}
