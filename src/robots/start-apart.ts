/**
 * Robots of other users are started by a process of its own, the only one that has the right to: it
 * reads no mail and no store. Whoever reads them asks it, by the name of a robot, and it looks up
 * in the config what that is; it takes no program, user, folder or variable of another's choice.
 *
 * They share a folder that nobody else can enter. For each start there is one in it, with what the
 * robot is given, and later its end; FIFOs say by its number that it is there. The process that
 * asks is a child of the one that starts, so that neither goes on without the other.
 */
import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { objectIn } from '../feed/read-order.ts';
import type { ConfinedEnd } from '../runtime/confined.ts';
import { type FifoReader, makeFifos, readerOf } from '../runtime/fifo.ts';
import type { StartRobot, ToStart } from './start.ts';

/** Names the folder to the process that asks. */
export const STARTER_VARIABLE = 'MAILROBOT_STARTER';
const ASKED = 'asked';
const ANSWERED = 'answered';

export interface Serving {
  readonly end: () => void;
}

/** `start`: by the name of a robot. */
export function serveStarts(
  folder: string,
  start: (robot: string, given: ToStart) => Promise<ConfinedEnd>,
): Serving {
  const [asked, answered] = [join(folder, ASKED), join(folder, ANSWERED)];
  makeFifos([asked, answered], '600');
  // The first end of a FIFO waits for the other one, unless it is opened not to.
  const ends = [asked, answered].map((path) => {
    const first = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return { first, write: openSync(path, constants.O_WRONLY) };
  });
  const input = openSync(asked, constants.O_RDONLY);
  const reader = readerOf(input);
  closeSync(input);
  const answers = ends[1]?.write ?? -1;
  let isOver = false;
  onLines(reader, (line) => {
    if (!/^[0-9]{1,15}$/.test(line)) return;
    const within = join(folder, line);
    const done = (end: object) => {
      if (isOver) return;
      writeFileSync(join(within, 'end'), JSON.stringify(end));
      writeSync(answers, `${line}\n`);
    };
    startIn(within, start).then(done, (error: unknown) => {
      done({ failed: error instanceof Error ? error.message : String(error) });
    });
  });
  return {
    end: () => {
      isOver = true;
      reader.reader.kill('SIGKILL');
      for (const { first, write } of ends) for (const fd of [first, write]) closeSync(fd);
    },
  };
}

async function startIn(
  within: string,
  start: (robot: string, given: ToStart) => Promise<ConfinedEnd>,
): Promise<object> {
  const given = objectIn(readFileSync(join(within, 'given'), 'utf8'));
  const { robot, values } = given ?? {};
  const named = typeof values === 'object' && values !== null ? Object.entries(values) : [];
  const own = named.filter(
    (one): one is [string, string] => OF_A_MAIL.test(one[0]) && typeof one[1] === 'string',
  );
  const input = readFileSync(join(within, 'input'));
  const end = await start(String(robot), { values: Object.fromEntries(own), input });
  if (end.type !== 'exit') return end;
  writeFileSync(join(within, 'output'), end.output);
  return { ...end, output: null };
}

const OF_A_MAIL = /^MAILROBOT_[A-Z0-9_]{1,100}$/;

export interface StarterApart {
  readonly start: StartRobot;
  readonly end: () => void;
}

/** For the process that was started with the variable. */
export function starterApart(folder: string): StarterApart {
  const asks = openSync(join(folder, ASKED), constants.O_WRONLY);
  const answers = openSync(join(folder, ANSWERED), constants.O_RDONLY);
  const reader = readerOf(answers);
  closeSync(answers);
  const waiting = new Map<string, () => void>();
  onLines(reader, (line) => waiting.get(line)?.());
  let last = 0;
  const start: StartRobot = async ({ name }, { values, input }) => {
    last += 1;
    const id = String(last);
    const within = join(folder, id);
    mkdirSync(within);
    try {
      writeFileSync(join(within, 'given'), JSON.stringify({ robot: name, values }));
      writeFileSync(join(within, 'input'), input);
      const ended = new Promise<void>((resolve) => waiting.set(id, resolve));
      writeSync(asks, `${id}\n`);
      await ended;
      return endIn(within);
    } finally {
      waiting.delete(id);
      rmSync(within, { recursive: true, force: true });
    }
  };
  return {
    start,
    end: () => {
      reader.reader.kill('SIGKILL');
      closeSync(asks);
    },
  };
}

function endIn(within: string): ConfinedEnd {
  // Written by startIn of this very build.
  const end = JSON.parse(readFileSync(join(within, 'end'), 'utf8')) as
    | ConfinedEnd
    | { readonly failed: string };
  if ('failed' in end) throw new Error(end.failed);
  return end.type === 'exit' ? { ...end, output: readFileSync(join(within, 'output')) } : end;
}

function onLines({ output }: FifoReader, take: (line: string) => void): void {
  let rest = '';
  output.setEncoding('latin1').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
  });
}
