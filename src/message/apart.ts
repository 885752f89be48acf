/**
 * Reads a mail in a process of its own, which has so many seconds and so much
 * memory and is killed then. For mails that are not plain: a plain one is read
 * in half the time that this takes to start.
 *
 * Gives null where the process did not come to its end; attachments that it
 * had begun are the caller's to forget. A failure of the store while an
 * attachment is written stops the process and is thrown.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { AttachmentWriter } from '../store/store.ts';
import { type Frame, FrameReader } from './frames.ts';
import type { ReadLimits } from './limits.ts';
import type { MessageSource, ParsedMessage } from './message.ts';

/** Node and the built reader.ts. */
export interface ReaderProgram {
  readonly node: string;
  readonly script: string;
}

const MEBIBYTE = 1024 * 1024;

export async function readApart(
  source: MessageSource,
  limits: ReadLimits,
  { node, script }: ReaderProgram,
): Promise<ParsedMessage | null> {
  const heap = `--max-old-space-size=${Math.ceil(limits.memory / MEBIBYTE)}`;
  const child = spawn(node, [heap, script, JSON.stringify(limits)], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { NODE_NO_WARNINGS: '1' },
  });
  const ended = once(child, 'close');
  const timer = setTimeout(() => child.kill('SIGKILL'), limits.seconds * 1000);
  const taking = new Taking(source);
  try {
    // A reader that has died reads no further: EPIPE says nothing that its end does not.
    const fed = pipeline(Readable.from(source.chunks()), child.stdin).catch(() => {});
    for await (const chunk of child.stdout) taking.take(chunk);
    await Promise.all([fed, ended]);
    return taking.message;
  } catch (error) {
    if (taking.failure !== null) throw taking.failure;
    if (error instanceof RangeError || error instanceof SyntaxError) return null;
    throw error;
  } finally {
    clearTimeout(timer);
    child.kill('SIGKILL');
  }
}

class Taking {
  message: ParsedMessage | null = null;
  /** What the store could not do. */
  failure: unknown = null;
  readonly #source: MessageSource;
  readonly #frames = new FrameReader();
  #attachments = 0;
  #writer: AttachmentWriter | null = null;

  constructor(source: MessageSource) {
    this.#source = source;
  }

  take(chunk: Buffer): void {
    for (const frame of this.#frames.push(chunk)) this.#takeFrame(frame);
  }

  #takeFrame(frame: Frame): void {
    // Written by reader.ts of this very build.
    if (frame.type === 'message') this.message = JSON.parse(frame.json) as ParsedMessage;
    else {
      try {
        this.#takeAttachment(frame);
      } catch (error) {
        this.failure = error;
        throw error;
      }
    }
  }

  #takeAttachment(frame: Exclude<Frame, { type: 'message' }>): void {
    switch (frame.type) {
      case 'open':
        this.#attachments += 1;
        this.#writer = this.#source.openAttachment(this.#attachments);
        return;
      case 'data':
        this.#writer?.write(frame.octets);
        return;
      case 'close':
        this.#writer?.close();
        this.#writer = null;
    }
  }
}
