/**
 * Reads a mail in a process of its own, which has so many seconds of processor
 * time and so much heap, and is killed then. For mails that are not plain: a plain
 * one is read in half the time that this takes to start.
 *
 * Gives null if the mail was too much for it; attachments that it had begun are
 * the caller's to forget. Throws what the store throws while it is read or
 * written, and `internal` where the reader could not do its part at all.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadLimits } from '../config/limits.ts';
import type { AttachmentWriter } from '../journal/spool.ts';
import { Failure } from '../outcome.ts';
import { withoutRights } from '../runtime/rights.ts';
import type { ReaderStart } from '../runtime/self.ts';
import type { AtOnce } from './at-once.ts';
import { type Frame, FrameReader, WANTS_HTML } from './frames.ts';
import type { MessageSource, ParsedMessage } from './message.ts';

/** This program as a reader (reader.ts). */
export interface ReaderProgram {
  readonly start: (memoryBytes: number) => ReaderStart;
  /** Of a process that reads many mails: how many such processes it has at a time. */
  readonly atOnce?: AtOnce;
}

export function readApart(
  source: MessageSource,
  limits: ReadLimits,
  reader: ReaderProgram,
): Promise<ParsedMessage | null> {
  const read = () => readIn(source, limits, reader);
  return reader.atOnce === undefined ? read() : reader.atOnce.run(read);
}

async function readIn(
  source: MessageSource,
  limits: ReadLimits,
  { start }: ReaderProgram,
): Promise<ParsedMessage | null> {
  const started = performance.now();
  const { environment, maxOwnBytes, ...reader } = start(limits.memory);
  const [program, ...args] = withoutRights([
    ...([reader.program, ...reader.args, JSON.stringify(limits)] as const),
    ...(source.wantsHtml ? [WANTS_HTML] : []),
  ]);
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: environment,
  });
  const ended = once(child, 'close');
  const pid = child.pid ?? 0;
  const isOver = () =>
    isOverdue(pid, started, limits.seconds) ||
    (maxOwnBytes !== null && ownBytes(pid) > maxOwnBytes);
  const watch = setInterval(
    () => isOver() && child.kill('SIGKILL'),
    maxOwnBytes === null ? TIME_WATCH_MS : MEMORY_WATCH_MS,
  );
  const taking = new Taking(source);
  try {
    // A reader that has died reads no further: EPIPE says nothing that its end does not.
    const fed = pipeline(Readable.from(taking.chunks()), child.stdin).catch(() => {});
    for await (const chunk of child.stdout) taking.take(chunk);
    await fed;
    const [code, signal]: unknown[] = await ended;
    if (taking.failure !== null) throw taking.failure;
    if (code === 0 && taking.message !== null) return taking.message;
    if (signal === null && DID_NOT_START.includes(Number(code))) {
      throw new Failure('internal', `the reader ended with ${String(code)}`);
    }
    return null;
  } catch (error) {
    if (taking.failure !== null) throw taking.failure;
    if (error instanceof Failure) throw error;
    // Frames that are none, a pipe that broke: the reader was stopped in the middle.
    return null;
  } finally {
    clearInterval(watch);
    child.kill('SIGKILL');
  }
}

/** It could not be loaded (1), node refused its options (9), or it missed a part of itself (70). */
const DID_NOT_START = [1, 9, 70];
const TIME_WATCH_MS = 100;
const MEMORY_WATCH_MS = 10;
/** Of the wall clock, as a multiple of the processor time: on a host that has much to do. */
const WALL_TIME_FACTOR = 12;
/** proc(5): clock ticks a second, for every Linux that node runs on. */
const TICKS_PER_SECOND = 100;

function isOverdue(pid: number, started: number, seconds: number): boolean {
  return (
    processorSeconds(pid) > seconds ||
    performance.now() - started > seconds * WALL_TIME_FACTOR * 1000
  );
}

/** utime and stime of proc(5), stat fields 14 and 15. */
function processorSeconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return 0;
  }
}

/** proc(5), RssAnon: what is in memory and in no file. 0 where nobody can look. */
function ownBytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    return Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
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

  /**
   * The raw mail. If it cannot be read any further, that is the store's failure, and not the end of
   * the mail.
   */
  *chunks(): Generator<Buffer> {
    try {
      yield* this.#source.chunks();
    } catch (error) {
      this.failure ??= error;
      throw error;
    }
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
        this.failure ??= error;
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
