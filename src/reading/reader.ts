/**
 * A process of its own that reads one mail: what reader-process.ts starts, and stops.
 *
 * The raw mail comes on stdin, the limits as JSON in the first argument, and in the second whether
 * its HTML is wanted; what it reads goes to stdout as frames. Writes no file. Ends with 0, with
 * READER_GAVE_UP where the mail was too much for it, with a signal where its time
 * or memory has ended; any other end is a fault of ours and not of the mail.
 */
import { readSync } from 'node:fs';
import type { ReadLimits } from '../config/limits.ts';
import { patiently, writeWhole } from '../runtime/patiently.ts';
import { encodeFrame, type Frame, READER_GAVE_UP, WANTS_HTML } from './frames.ts';
import { isOurFault, parseMessage } from './message.ts';

const CHUNK_BYTES = 65_536;

function* stdin(): Generator<Buffer> {
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const length = patiently(() => readSync(0, chunk));
    if (length === 0) return;
    yield chunk.subarray(0, length);
  }
}

function tell(frame: Frame): void {
  writeWhole(1, encodeFrame(frame));
}

async function read(limits: ReadLimits, wantsHtml: boolean): Promise<void> {
  const message = await parseMessage(
    {
      chunks: stdin,
      wantsHtml,
      openAttachment: () => {
        tell({ type: 'open' });
        return {
          write: (chunk) => tell({ type: 'data', octets: Buffer.from(chunk) }),
          close: () => tell({ type: 'close' }),
        };
      },
    },
    limits,
  );
  tell({ type: 'message', json: JSON.stringify(message) });
}

/** Ends of this process that say nothing about the mail (a file of ours is missing), or that do. */
const OUR_FAULT = 70;

process.exitCode = READER_GAVE_UP;
// A stream of the parser may fail behind the back of whoever waits for it.
process.on('uncaughtException', () => process.exit(READER_GAVE_UP));

// The limits are written by reader-process.ts of this very build.
read(JSON.parse(process.argv[2] ?? '') as ReadLimits, process.argv[3] === WANTS_HTML).then(
  () => {
    process.exitCode = 0;
  },
  (error: unknown) => {
    process.exitCode = isOurFault(error) ? OUR_FAULT : READER_GAVE_UP;
  },
);
