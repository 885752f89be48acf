/** When the timer and the server ran last: `clock-timer` and `clock-server`, a time in each. */
import { join } from 'node:path';
import { CLOCKS, type Clock, type Ran } from '../../ticket/clock.ts';
import { readText, replace } from '../disk/disk.ts';

export function ranIn(root: string): readonly Ran[] {
  return CLOCKS.flatMap((clock) => {
    const at = readText(fileOf(root, clock))?.trim() ?? '';
    return Number.isNaN(Date.parse(at)) ? [] : [{ clock, at }];
  });
}

/** A power cut may take it: what runs by the clock runs again. */
export function writeRun(root: string, clock: Clock, now: Date): void {
  replace(fileOf(root, clock), `${now.toISOString()}\n`, undefined, clock);
}

function fileOf(root: string, clock: Clock): string {
  return join(root, `clock-${clock}`);
}
