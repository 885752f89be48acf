/**
 * Is the process that claimed something still alive?
 *
 * A pid alone is reused; pid, start time (proc(5), stat field 22) and boot id
 * together name one process. A zombie counts as dead. Where /proc does not
 * answer, the process counts as dead: a claim is a courtesy that keeps two
 * senders apart, while exclusion is the lock's.
 */
import * as fs from 'node:fs';

export interface ProcessIdentity {
  readonly pid: number;
  readonly start: string;
  readonly boot: string;
}

export function bootId(): string {
  try {
    return fs.readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    return '';
  }
}

export function thisProcess(boot: string): ProcessIdentity {
  return { pid: process.pid, start: startOf(process.pid) ?? '', boot };
}

export function isAlive(identity: ProcessIdentity, boot: string): boolean {
  return identity.boot === boot && startOf(identity.pid) === identity.start;
}

/** Whether there is a process of that number at all. */
export function isRunning(pid: number): boolean {
  return startOf(pid) !== null;
}

function startOf(pid: number): string | null {
  let stat: string;
  try {
    stat = fs.readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return null;
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? null : (fields[19] ?? null);
}
