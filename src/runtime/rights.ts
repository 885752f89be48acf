/**
 * The runner of the robots may start a program as another user. It has that right as ambient
 * capabilities, which whatever it starts would have as well (capabilities(7)): the reader of a
 * stranger's mail, sendmail, a cat. So whatever starts a program does it by what is here, which
 * takes them away; setpriv(1) becomes that program. Of all other processes nothing is to be taken.
 */
import { readFileSync } from 'node:fs';

export type Argv = readonly [program: string, ...args: string[]];

/** For setpriv(1). */
export const NO_RIGHTS = ['--inh-caps=-all', '--ambient-caps=-all'] as const;

export function withoutRights(argv: Argv): Argv {
  const [, ambient = ''] = ownStatus().split('\nCapAmb:');
  const hasAny = /^\s*0*[1-9a-f]/.test(ambient);
  return hasAny ? ['setpriv', ...NO_RIGHTS, '--', ...argv] : argv;
}

const KILL = 5n;
const SETGID = 6n;
const SETUID = 7n;

/** Whether this process may start others as another user: capabilities(7), by proc(5). */
export function mayChangeUser(status = ownStatus()): boolean {
  const [, digits] = /^CapEff:\s*([0-9a-f]+)$/m.exec(status) ?? [];
  const effective = BigInt(`0x${digits ?? '0'}`);
  return [KILL, SETGID, SETUID].every((right) => (effective & (1n << right)) !== 0n);
}

function ownStatus(): string {
  try {
    return readFileSync('/proc/self/status', 'latin1');
  } catch {
    return '';
  }
}
