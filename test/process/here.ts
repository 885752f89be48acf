/**
 * A run of the program within this process: its own `main` with what the entry gives it, so that
 * a test which only asks what became of a mail waits for no start of node. One at a time, since
 * the pages go to this process's stdout, which is taken over meanwhile.
 *
 * `desk.run` looks so at a desk (`ticket show`, `fsck`), and `desk.here` does anything else so:
 * the mails and commands of which a test says nothing as processes. What they are as processes
 * (exit codes, pipes, signals, users, several at once, a kill) is tested by `desk.run`.
 */
import { spawn } from 'node:child_process';
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import packageFile from '../../package.json' with { type: 'json' };
import { main } from '../../src/main.ts';
import { startOfReader } from '../../src/runtime/self.ts';
import type { Ended } from './desk.ts';

const DIST = join(import.meta.dirname, '..', '..', 'dist');

const LOOKS: readonly string[] = [
  ...['ticket show', 'ticket list', 'held list', 'held show', 'subscriber list', 'address list'],
  ...['explain', 'fsck', 'status', 'stats', 'robot list', 'robot log', 'ticket search', 'replay'],
  ...['config check', 'rules check', 'template check', 'template list', 'template show'],
];

export interface RunHere {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly input: Buffer | string;
  /** Of the desk; who owns it must be this process's user. */
  readonly store: string;
  readonly program: string;
}

export function isLook({ args, store, input }: RunHere): boolean {
  const words = args.filter((word) => !word.startsWith('-'));
  const isKnown = LOOKS.some((look) => look === words.slice(0, look.split(' ').length).join(' '));
  return input.length === 0 && isKnown && !args.includes('--help') && isOurs(store);
}

export function isOurs(store: string): boolean {
  try {
    return lstatSync(store).uid === process.geteuid?.();
  } catch {
    return false;
  }
}

const turn = { last: Promise.resolve() };

export function runHere(run: RunHere): Promise<Ended> {
  const mine = turn.last.then(() => carryOut(run));
  turn.last = mine.then(
    () => {},
    () => {},
  );
  return mine;
}

async function carryOut({ args, environment, input, program }: RunHere): Promise<Ended> {
  const output = { stdout: '', stderr: '' };
  const put = (stream: Stream) => (text: string) => {
    output[stream] += text;
  };
  const putLine = (stream: Stream) => (line: string | null) => {
    if (line !== null) put(stream)(`${line}\n`);
  };
  const afterwards: (() => Promise<void>)[] = [];
  const releases = [
    ...[takeOver('stdout', put('stdout')), takeOver('stderr', put('stderr'))],
    ...[forgetting(process, 'SIGINT'), forgetting(process, 'SIGTERM')],
  ];
  const umask = process.umask(0o077);
  try {
    const exit = await main({
      args,
      environment,
      version: packageFile.version,
      now: () => new Date(),
      reader: { start: (bytes) => startOfReader(DIST, bytes) },
      stdin: onceOf(input),
      say: putLine('stdout'),
      explain: putLine('stderr'),
      isTerminal: () => false,
      expectOutput: () => {},
      expectDesk: () => {},
      armDeadline: () => {},
      afterwards: (work) => {
        afterwards.push(work);
      },
      launch: (more) => {
        spawn(program, [...more], { detached: true, stdio: 'ignore', cwd: '/', env: environment })
          .on('error', () => {})
          .unref();
      },
      leave: () => {
        throw new Error(`"${args.join(' ')}" would end the process`);
      },
    });
    for (const work of afterwards) await work();
    return { exit, signal: null, ...output };
  } finally {
    process.umask(umask);
    for (const release of releases) release();
  }
}

/** What is read once is gone, as on a pipe. */
function onceOf(input: Buffer | string): () => AsyncGenerator<Buffer> {
  const left = [Buffer.from(input)].filter(({ length }) => length > 0);
  return async function* () {
    for (let next = left.shift(); next !== undefined; next = left.shift()) yield next;
  };
}

type Stream = 'stdout' | 'stderr';

function takeOver(name: Stream, put: (text: string) => void): () => void {
  const stream = process[name];
  const { write } = stream;
  const forget = [forgetting(stream, 'error'), forgetting(stream, 'close')];
  stream.write = (text: string | Uint8Array, ...rest: readonly unknown[]) => {
    put(typeof text === 'string' ? text : Buffer.from(text).toString());
    const done = rest.at(-1);
    if (typeof done === 'function') done();
    return true;
  };
  return () => {
    stream.write = write;
    for (const forgets of forget) forgets();
  };
}

/** Whoever listens from here on, until what is returned is called: a process would end with them. */
function forgetting(emitter: NodeJS.EventEmitter, event: string): () => void {
  const before = emitter.listeners(event);
  return () => {
    for (const listener of emitter.listeners(event)) {
      // What emitters list are functions that they call so.
      if (!before.includes(listener)) emitter.off(event, listener as () => void);
    }
  };
}
