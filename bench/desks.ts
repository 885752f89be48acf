/** What benchmarks of whole desks share: the program of this checkout, its server, and medians. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

export const ROOT = process.cwd();
export const PROGRAM = join(ROOT, 'bin', 'mailrobot');

/** Until it says that it listens. */
export async function serve(config: string, port: number): Promise<ChildProcess> {
  const child = spawn(PROGRAM, ['serve', '--lmtp', `127.0.0.1:${port}`, '--config', config], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: '/usr/bin:/bin' },
  });
  await new Promise((resolve) => child.stderr?.once('data', resolve));
  return child;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
