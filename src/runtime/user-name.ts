/**
 * The name of the user who runs this process. Node asks the system; Bun's userInfo() believes
 * the variable USER, so there /etc/passwd is read, and id(1) asked for who is not in it.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { type Argv, withoutRights } from './rights.ts';
import { isExecutable } from './self.ts';

export function userName(): string {
  return isExecutable ? nameOfUser(process.geteuid?.() ?? 0) : userInfo().username;
}

export function nameOfUser(uid: number): string {
  return nameIn('/etc/passwd', uid) ?? idOf(uid) ?? `user ${uid}`;
}

export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

/** null if there is nobody of that name; getent(1) is asked for who is not in /etc/passwd. */
export function accountOf(name: string): Account | null {
  const found = linesOf('/etc/passwd').find((line) => line.startsWith(`${name}:`));
  const line = found ?? outputOf(['getent', 'passwd', '--', name]);
  const [known, , uid, gid, , home] = (line ?? '').trim().split(':');
  if (known !== name || uid === undefined || gid === undefined) return null;
  return { name, uid: Number(uid), gid: Number(gid), home: home || '/' };
}

function linesOf(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}

/** passwd(5). */
function nameIn(file: string, uid: number): string | null {
  const fields = linesOf(file).map((line) => line.split(':'));
  return fields.find((of) => of[2] === String(uid))?.[0] ?? null;
}

function idOf(uid: number): string | null {
  return outputOf(['id', '-nu', '--', String(uid)])?.trim() ?? null;
}

/** null if it fails. */
function outputOf(argv: Argv): string | null {
  const [program, ...args] = withoutRights(argv);
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8' });
  return status === 0 ? stdout : null;
}
