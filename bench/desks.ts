/** What benchmarks of whole desks share: the programs of this checkout, their server, and medians. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const ROOT = process.cwd();
export const PROGRAM = join(ROOT, 'bin', 'mailrobot');
const { version }: { version: string } = JSON.parse(
  readFileSync(join(ROOT, 'package.json'), 'utf8'),
);
/** What is installed, as `npm run package` has made it for this machine. */
export const EXECUTABLE = join(
  ...[ROOT, 'out', `mailrobot-${version}-linux-${process.arch}`, 'bin', 'mailrobot'],
);

/** Until it says that it listens; throws if it ends before. */
export async function serve(
  config: string,
  port: number,
  program: string = PROGRAM,
): Promise<ChildProcess> {
  const child = spawn(program, ['serve', '--lmtp', `127.0.0.1:${port}`, '--config', config], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` },
  });
  await new Promise((resolve, reject) => {
    child.stderr?.once('data', resolve);
    child.once('exit', (code) => reject(new Error(`${program} serve: exit ${code}`)));
  });
  return child;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
