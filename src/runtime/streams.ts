/**
 * stdin, stdout and stderr for a program of another user, so that it can open them by name
 * (/dev/stdin, /dev/stdout), which it cannot with the sockets that node makes of a `pipe`.
 *
 * stdin is a file that may only be read. stdout and stderr are FIFOs that anybody may write to. All
 * of them have lost their names before the program starts: nobody else can open them. Throws if
 * they cannot be made.
 */
import { chmodSync, closeSync, constants, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { makeFifos, readerOf } from './fifo.ts';
import { scratchFolder } from './scratch.ts';

export interface Streams {
  /** Of the program. */
  readonly stdio: readonly [stdin: number, stdout: number, stderr: number];
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** When all that can write to them have ended, and what they wrote has been read. */
  readonly closed: Promise<void>;
  /** The program has them: they are its alone. */
  readonly handOver: () => void;
  /** Whatever still writes to them does so to nobody. */
  readonly end: () => void;
}

export function openStreams(input: Buffer): Streams {
  const folder = scratchFolder('streams');
  const [stdin, ...fifos] = ['stdin', 'stdout', 'stderr'].map((name) => join(folder, name));
  const open: number[] = [];
  const opened = (path: string, flags: number): number => {
    const fd = openSync(path, flags);
    open.push(fd);
    return fd;
  };
  const closeAll = () => {
    for (const fd of open.splice(0)) closeSync(fd);
  };
  try {
    writeFileSync(stdin ?? '', input);
    // Whatever the umask.
    chmodSync(stdin ?? '', 0o444);
    makeFifos(fifos, '622');
    const ends = fifos.map((path) => {
      // The first end of a FIFO waits for the other one, unless it is opened not to.
      opened(path, constants.O_RDONLY | constants.O_NONBLOCK);
      const write = opened(path, constants.O_WRONLY);
      return { write, read: opened(path, constants.O_RDONLY) };
    });
    const [out, err] = ends.map(({ read, write }) => ({ write, ...readerOf(read) }));
    if (out === undefined || err === undefined) throw new Error('there are two FIFOs');
    return {
      stdio: [opened(stdin ?? '', constants.O_RDONLY), out.write, err.write],
      ...{ stdout: out.output, stderr: err.output },
      closed: Promise.all([out.closed, err.closed]).then(() => {}),
      handOver: closeAll,
      end: () => {
        for (const { reader } of [out, err]) reader.kill('SIGKILL');
      },
    };
  } catch (error) {
    closeAll();
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
