/**
 * FIFOs (fifo(7)), each read for us by a cat(1), since not every runtime reads one without a thread
 * that waits.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import type { Readable } from 'node:stream';
import { withoutRights } from './rights.ts';

/** `mode`: as chmod(1) has it, whatever the umask. */
export function makeFifos(paths: readonly string[], mode: string): void {
  const [program, ...args] = withoutRights(['mkfifo', '-m', mode, '--', ...paths]);
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw error ?? new Error(`mkfifo: ${stderr.trim()}`);
}

export interface FifoReader {
  readonly reader: ChildProcess;
  readonly output: Readable;
  readonly closed: Promise<void>;
}

/** `fd`: an end that is read. */
export function readerOf(fd: number): FifoReader {
  const [program, ...args] = withoutRights(['cat']);
  const reader = spawn(program, args, { stdio: [fd, 'pipe', 'ignore'] });
  const { stdout: output } = reader;
  if (output === null) throw new Error('it has a pipe for its stdout');
  const closed = new Promise<void>((resolve) => {
    reader.on('close', () => resolve());
    reader.on('error', () => resolve());
  });
  return { reader, output, closed };
}
