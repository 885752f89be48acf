/**
 * The message as a pipe hands it over: every octet of descriptor 0, to its end.
 *
 * What is there already is read at once, which spares Bun two threads. Else asynchronously, so
 * that the deadline can end a run whose sender never stops; a non-blocking descriptor (ssh, a
 * socket) that has nothing yet is asked again. A closed stdin is refused by the launcher already.
 * A read error is thrown and the run is deferred: half a message is no message.
 */
import * as fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { callC } from './c-library.ts';

const CHUNK_BYTES = 65536;
const AGAIN_MS = 10;
/** Of so many reads one lets the deadline have its turn. */
const TURN = 16;

export async function* stdin(fd = 0): AsyncGenerator<Buffer> {
  for (let count = 1; ; count += 1) {
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    const isAtOnce = count % TURN !== 0 && isThere(fd);
    const length = isAtOnce ? readAtOnce(fd, buffer) : await read(fd, buffer);
    if (length === 0) return;
    if (length === 'again') await sleep(AGAIN_MS);
    else yield buffer.subarray(0, length);
  }
}

/** poll(2). */
const POLLIN = 1;

/** A read waits for nobody. */
function isThere(fd: number): boolean {
  if (fs.fstatSync(fd).isFile()) return true;
  const asked = new Int32Array([fd, POLLIN]);
  return callC('poll', asked, 1, 0) === 1;
}

function readAtOnce(fd: number, buffer: Buffer): number | 'again' {
  try {
    return fs.readSync(fd, buffer);
  } catch (error) {
    return lengthFor(error);
  }
}

function read(fd: number, buffer: Buffer): Promise<number | 'again'> {
  const reading = new Promise<number>((resolve, reject) => {
    fs.read(fd, buffer, 0, buffer.length, null, (error, length) => {
      if (error === null) resolve(length);
      else reject(error);
    });
  });
  return reading.catch(lengthFor);
}

/** Throws what is an error. */
function lengthFor(error: unknown): number | 'again' {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'EAGAIN') return 'again';
  if (code === 'EOF') return 0;
  throw error;
}
