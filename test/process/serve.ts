/** `mailrobot serve` as a process beside a test's desk. */
import { type ChildProcess, spawn } from 'node:child_process';
import { BARE_PATH, PROGRAM, type TestDesk } from './desk.ts';

export interface Served {
  readonly port: number;
  readonly process: ChildProcess;
  /** Lines of stdout so far: one a mail. */
  log(): readonly string[];
  /** SIGTERM; gives the exit code. */
  stop(): Promise<number | null>;
}

/** Until it says that it listens. */
export function serveAt(desk: TestDesk, args: readonly string[]): Promise<Served> {
  const child = spawn(PROGRAM, ['serve', ...args, '--config', desk.config], {
    env: { PATH: BARE_PATH },
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (text) => {
    out += String(text);
  });
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
  return new Promise((resolve, reject) => {
    child.stderr.on('data', (text) => {
      err += String(text);
      const found = /listening on (?:.* port (\d+)|(\S+))/.exec(err);
      if (found === null) return;
      resolve({
        port: Number(found[1] ?? 0),
        process: child,
        log: () => out.split('\n').filter((line) => line !== ''),
        stop: () => {
          child.kill('SIGTERM');
          return ended;
        },
      });
    });
    void ended.then((code) => reject(new Error(`serve ended with ${code}: ${err}`)));
  });
}
