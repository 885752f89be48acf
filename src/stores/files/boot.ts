/**
 * Which boot of the machine this is: what was never fsynced is worth something within the
 * same boot alone. '' where /proc does not say, which is no boot that anything equals.
 */
import * as fs from 'node:fs';

export function bootId(): string {
  try {
    return fs.readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    return '';
  }
}
