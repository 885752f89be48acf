/**
 * The message as a pipe hands it over: every octet of descriptor 0, to its end.
 *
 * Asynchronous, so that the deadline can end a run whose sender never stops;
 * a non-blocking descriptor (ssh, a socket) that has nothing yet is asked
 * again. A closed stdin reads as an empty one. A read error is thrown and the
 * run is deferred: half a message is no message.
 */
import * as fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const CHUNK_BYTES = 65536;
const AGAIN_MS = 10;

export async function* stdin(fd = 0): AsyncGenerator<Buffer> {
  for (;;) {
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    const length = await read(fd, buffer);
    if (length === 0) return;
    if (length === 'again') await sleep(AGAIN_MS);
    else yield buffer.subarray(0, length);
  }
}

function read(fd: number, buffer: Buffer): Promise<number | 'again'> {
  return new Promise((resolve, reject) => {
    fs.read(fd, buffer, 0, buffer.length, null, (error, length) => {
      if (error === null) resolve(length);
      else if (error.code === 'EAGAIN') resolve('again');
      else if (error.code === 'EOF') resolve(0);
      else reject(error);
    });
  });
}
