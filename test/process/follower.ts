/** `mailrobot events --follow` as a process: what it has given until now. */
import { type ChildProcess, spawn } from 'node:child_process';
import { BARE_PATH, PROGRAM, type TestDesk } from './desk.ts';

export interface FollowedEvent {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly subject?: string;
  readonly originid?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Follower {
  readonly child: ChildProcess;
  /** Of every whole line. */
  events(): readonly FollowedEvent[];
  /** What lies behind the last whole line. */
  rest(): string;
  /** Until so many have come. */
  until(count: number): Promise<readonly FollowedEvent[]>;
  /** Ends it, and gives how it ended. */
  end(signal: NodeJS.Signals): Promise<{ exit: number | null; signal: NodeJS.Signals | null }>;
}

const LIMIT_MS = 20_000;

export function follow(desk: TestDesk, args: readonly string[] = []): Follower {
  const child = spawn(PROGRAM, ['events', '--follow', ...args], {
    env: { PATH: BARE_PATH, MAILROBOT_CONFIG: desk.config },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (more) => {
    text += more;
  });
  child.stderr.setEncoding('utf8').on('data', (more) => {
    errors += more;
  });
  const ended = new Promise<{ exit: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.once('close', (exit, signal) => resolve({ exit, signal })),
  );
  const wholeLines = () => text.slice(0, text.lastIndexOf('\n') + 1);
  const events = () => eventsIn(wholeLines());
  return {
    child,
    events,
    rest: () => text.slice(wholeLines().length),
    until: async (count) => {
      const end = Date.now() + LIMIT_MS;
      while (events().length < count) {
        if (Date.now() > end) throw new Error(`${count} wanted: ${text}\n${errors}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return events();
    },
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}

export function eventsIn(text: string): readonly FollowedEvent[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
