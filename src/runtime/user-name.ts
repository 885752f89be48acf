/**
 * The name of the user who runs this process. Node asks the system; Bun's userInfo() believes
 * the variable USER, so there /etc/passwd is read, and id(1) asked for who is not in it.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { isExecutable } from './self.ts';

export function userName(): string {
  return isExecutable ? nameOfUser(process.geteuid?.() ?? 0) : userInfo().username;
}

export function nameOfUser(uid: number): string {
  return nameIn('/etc/passwd', uid) ?? idOf(uid) ?? `user ${uid}`;
}

/** passwd(5). */
function nameIn(file: string, uid: number): string | null {
  try {
    const fields = readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.split(':'));
    return fields.find((of) => of[2] === String(uid))?.[0] ?? null;
  } catch {
    return null;
  }
}

function idOf(uid: number): string | null {
  const { status, stdout } = spawnSync('id', ['-nu', '--', String(uid)], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}
