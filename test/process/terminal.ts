/**
 * A command on a terminal of its own, by script(1): what is typed at it, what size it has, and all
 * that was written on it so far.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BARE_PATH, type TestDesk } from './desk.ts';

export interface Terminal {
  type(keys: string): void;
  /** As the window of a terminal that is drawn larger or smaller: whoever is on it gets SIGWINCH. */
  resize(columns: number, rows: number): void;
  /** Everything that was written on it, with what steers it. */
  screen(): string;
  /** Until it says so behind `from`; gives the length of the screen by then. */
  until(words: string | RegExp, from?: number): Promise<number>;
  /** Its window is closed. */
  hangUp(): void;
  /** Of the shell that the command runs in; as it ended. */
  ended(): Promise<number | null>;
  /** Of the terminal's line discipline, as `stty -a` says it. */
  settings(): string;
}

export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

const LIMIT_MS = 30_000;

/** `command` is a line for sh. */
export function terminalWith(
  desk: Pick<TestDesk, 'config' | 'dir'>,
  command: string,
  { columns = 80, rows = 24, environment = {} }: TerminalOptions = {},
): Terminal {
  const name = join(desk.dir, `tty-${Math.random().toString(36).slice(2)}`);
  const line = `stty cols ${columns} rows ${rows}; tty >"${name}"; ${command}`;
  const child = spawn('script', ['-qec', line, '/dev/null'], {
    env: {
      ...{ PATH: BARE_PATH, SHELL: '/bin/sh', TERM: 'xterm', LANG: 'C.UTF-8' },
      ...{ MAILROBOT_CONFIG: desk.config, ...environment },
    },
  });
  let screen = '';
  child.stdout.setEncoding('utf8').on('data', (more) => {
    screen += more;
  });
  const end = new Promise<number | null>((resolve) => child.once('close', resolve));
  const stty = (...args: readonly string[]) =>
    execFileSync('stty', ['-F', readFileSync(name, 'utf8').trim(), ...args], { encoding: 'utf8' });
  const until = async (words: string | RegExp, from = 0) => {
    const limit = Date.now() + LIMIT_MS;
    const isThere = () =>
      typeof words === 'string'
        ? screen.slice(from).includes(words)
        : words.test(screen.slice(from));
    while (!isThere()) {
      if (Date.now() > limit) throw new Error(`"${words}" never came: ${JSON.stringify(screen)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return screen.length;
  };
  return {
    type: (keys) => child.stdin.write(keys),
    resize: (wide, high) => stty('cols', String(wide), 'rows', String(high)),
    hangUp: () => child.kill('SIGKILL'),
    screen: () => screen,
    until,
    ended: () => end,
    settings: () => (existsSync(name) ? stty('-a') : ''),
  };
}
