/** The program as npm installs it, below a folder of the test's: to be damaged. Gives its home. */
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './desk.ts';

export function copyOfProgram(dir: string): string {
  const home = join(dir, 'lib', 'node_modules', 'mailrobot');
  mkdirSync(home, { recursive: true });
  for (const part of ['bin', 'dist']) {
    cpSync(join(ROOT, part), join(home, part), { recursive: true });
  }
  return home;
}
