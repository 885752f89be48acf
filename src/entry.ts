/**
 * Where a run begins: arms the net, then loads the program.
 *
 * The exit code is 75 (EX_TEMPFAIL) from the first line on, and only the end of
 * `main` makes it 0. What nobody caught ends here as 75 with one line (1 for a
 * command of the desk), and shows itself on a terminal only. This is the one file that ends
 * the process: at the deadline with SIGKILL, because a read of stdin that
 * never returns keeps node from exiting in any other way.
 */
import { spawn } from 'node:child_process';
import { fstatSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import packageFile from '../package.json' with { type: 'json' };
import { DESK_EXIT, endOf, OUTCOMES } from './outcome.ts';
import { writeWhole } from './runtime/patiently.ts';
import { withoutRights } from './runtime/rights.ts';
import { startOfReader, startOfSelf, toldExit } from './runtime/self.ts';
import { stdin } from './runtime/stdin.ts';

/** Far below the 1000 s of Postfix's command_time_limit, which would bounce. */
const DEADLINE_MS = 240_000;
const OLDEST_NODE = 20;

process.exitCode = OUTCOMES.internal.exit;
process.umask(0o077);
process.on('uncaughtException', (error) => {
  if (process.exitCode === DESK_EXIT.failed) writeLine(2, `mailrobot: ${error.message}`);
  else say(OUTCOMES[endOf(error)].status);
  if (isTerminal(2)) writeLine(2, error.stack ?? error.message);
  process.exit(process.exitCode);
});

const args = process.argv.slice(2);
if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  say(OUTCOMES.node.status);
} else if (args.length === 1 && args[0] === '--version') {
  say(packageFile.version);
  process.exitCode = toldExit(0);
} else {
  void run();
}

async function run(): Promise<void> {
  const { main } = await import('./main.ts');
  const afterwards: (() => Promise<void>)[] = [];
  let isShort = true;
  const expectOutput = (): void => {
    isShort = false;
  };
  const exit = await main({
    args,
    version: packageFile.version,
    environment: process.env,
    now: () => new Date(),
    reader: { start: (memoryBytes) => startOfReader(import.meta.dirname, memoryBytes) },
    stdin,
    say: (line) => {
      if (isShort) say(line);
      else if (line !== null) process.stdout.write(`${line}\n`);
    },
    explain: (text) => {
      if (!isShort && isOnePipe()) process.stdout.write(`${text}\n`);
      else writeLine(2, text, !isShort);
    },
    isTerminal,
    expectOutput,
    expectDesk: () => {
      expectOutput();
      process.exitCode = DESK_EXIT.failed;
    },
    armDeadline,
    afterwards: (work) => {
      afterwards.push(work);
    },
    launch,
    leave: () => process.exit(toldExit(DESK_EXIT.done)),
  });
  process.exitCode = toldExit(exit);
  for (const work of afterwards) await work();
  // All is written and closed: nobody waits for node to tidy up, unless a page may still be on its
  // way.
  if (isShort) process.exit(process.exitCode);
}

/** Nobody waits for it: local(8) would, for whoever has its stdout. */
function launch(args: readonly string[]): void {
  const { program: self, args: all, environment } = startOfSelf(args);
  const [program, ...rest] = withoutRights([self, ...all]);
  spawn(program, rest, { detached: true, stdio: 'ignore', cwd: '/', env: environment })
    .on('error', () => {})
    .unref();
}

/** node:tty brings the network along, and no mail comes from a terminal. */
function isTerminal(fd: number): boolean {
  try {
    if (!fstatSync(fd).isCharacterDevice()) return false;
  } catch {
    return false;
  }
  return isatty(fd);
}

/** What is said there waits for the page that is on its way, and gets into no line of it. */
function isOnePipe(): boolean {
  try {
    const [stdout, stderr] = [fstatSync(1), fstatSync(2)];
    const isPipe = stdout.isFIFO() || stdout.isSocket();
    return isPipe && stdout.ino === stderr.ino && stdout.dev === stderr.dev;
  } catch {
    return false;
  }
}

function armDeadline(): void {
  setTimeout(() => {
    say(OUTCOMES.deadline.status);
    process.kill(process.pid, 'SIGKILL');
  }, DEADLINE_MS).unref();
}

function say(line: string | null): void {
  if (line !== null) writeLine(1, line);
}

/**
 * Written before this returns; a closed descriptor is no error. A pipe that is full is waited for
 * only if there is time.
 */
function writeLine(fd: number, line: string, isPatient = false): void {
  try {
    if (isPatient) writeWhole(fd, Buffer.from(`${line}\n`));
    else writeSync(fd, `${line}\n`);
  } catch {
    // Nobody is listening.
  }
}
