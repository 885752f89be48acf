/**
 * The transform stream of node:stream, as far as mailparser and nodemailer's composer need it: the
 * build puts this in its place in their files (light-streams.ts, build/in-place.ts). Bun compiles
 * node's own anew in each run, which costs a delivery 4 ms of 48, and takes more steps for each
 * chunk with it.
 *
 * The same order of events as node's: a transform waits while what it gave is not read, `drain`
 * follows what was written, `end` what was read, and whoever fails is destroyed with its error.
 * What those packages do not use is not here (cork, setEncoding, read(n), async iteration).
 * test/runtime/light-stream.test.ts holds the two against each other.
 */
import { Emitter, type Listener } from './light-emitter.ts';

export type Done = (error?: Error | null, chunk?: unknown) => void;

/** What is written is octets always. */
interface Options {
  readonly readableObjectMode?: boolean;
}

interface Write {
  readonly chunk: Uint8Array;
  readonly done: Done | undefined;
}

/** What a side holds before it asks to wait: octets, or objects. */
const HIGH_WATER_OCTETS = 16 * 1024;
const HIGH_WATER_OBJECTS = 16;

export class Transform extends Emitter {
  destroyed = false;
  writableFinished = false;

  readonly #writes: Write[] = [];
  /** Octets that were written and not transformed. */
  #written = 0;
  #isWriting = false;
  #isEnding = false;
  #isFlushed = false;
  #owesDrain = false;

  /** What is read is objects. */
  readonly #isOfObjects: boolean;
  readonly #chunks: unknown[] = [];
  /** Octets or objects in `chunks`. */
  #unread = 0;
  #isOver = false;
  #hasEnded = false;
  #isEndSaid = false;
  #isReadBySteps = false;
  #flows: boolean | null = null;
  #isTold = false;
  /** A transform that goes on when there is room. */
  #waiting: (() => void) | null = null;

  constructor({ readableObjectMode = false }: Options = {}) {
    super();
    this.#isOfObjects = readableObjectMode;
  }

  get readable(): boolean {
    return !this.destroyed && !this.#hasEnded;
  }

  get writable(): boolean {
    return !this.destroyed && !this.#isEnding;
  }

  /** Subclasses have their own. */
  _transform(_chunk: unknown, _encoding: string, done: Done): void {
    done(new Error('_transform() is not implemented'));
  }

  _flush(done: Done): void {
    done();
  }

  write(chunk: string | Uint8Array, encoding?: BufferEncoding | Done, done?: Done): boolean {
    const called = typeof encoding === 'function' ? encoding : done;
    if (this.#isEnding) {
      this.destroy(new Error('write after end'));
      return false;
    }
    if (this.destroyed) return false;
    const octets =
      typeof chunk === 'string'
        ? Buffer.from(chunk, typeof encoding === 'string' ? encoding : 'utf8')
        : chunk;
    this.#written += octets.length;
    const hasRoom = this.#written < HIGH_WATER_OCTETS;
    if (!hasRoom) this.#owesDrain = true;
    this.#writes.push({ chunk: octets, done: called });
    this.#writeNext();
    return hasRoom && !this.destroyed;
  }

  end(chunk?: string | Uint8Array | Done): this {
    if (chunk !== undefined && chunk !== null && typeof chunk !== 'function') this.write(chunk);
    if (!this.#isEnding) {
      this.#isEnding = true;
      this.#finish();
    }
    return this;
  }

  /** Of the side that is read. false: enough is there. */
  push(chunk: unknown, encoding?: BufferEncoding): boolean {
    if (chunk === null) {
      this.#isOver = true;
      this.#tell();
      return false;
    }
    const octets =
      typeof chunk === 'string' && !this.#isOfObjects ? Buffer.from(chunk, encoding) : chunk;
    const length = this.#lengthOf(octets);
    if (length > 0) {
      if (this.#flows === true && this.#unread === 0 && this.listenerCount('data') > 0) {
        this.emit('data', octets);
      } else {
        this.#chunks.push(octets);
        this.#unread += length;
        this.#tell();
      }
    }
    return this.#hasRoom();
  }

  /** All octets that are there, or one object; null if there is nothing. */
  read(): unknown {
    this.#giveRoom();
    return this.#take(!this.#isOfObjects);
  }

  override on(event: string, listener: Listener): this {
    super.on(event, listener);
    if (event === 'readable') {
      this.#isReadBySteps = true;
      this.#flows = false;
      this.#tell();
    } else if (event === 'data' && this.#flows !== false) this.resume();
    return this;
  }

  resume(): this {
    this.#flows = !this.#isReadBySteps;
    this.#tell();
    return this;
  }

  pause(): this {
    this.#flows = false;
    return this;
  }

  pipe<T extends Transform>(to: T, { end = true }: { readonly end?: boolean } = {}): T {
    this.on('data', (chunk) => {
      // What is read of a stream of octets is octets.
      if (to.write(chunk as Buffer)) return;
      this.pause();
      to.once('drain', () => this.resume());
    });
    if (end) this.once('end', () => to.end());
    return to;
  }

  destroy(error?: Error | null): this {
    if (this.destroyed) return this;
    this.destroyed = true;
    queueMicrotask(() => {
      try {
        if (error != null) this.emit('error', error);
      } finally {
        this.emit('close');
      }
    });
    return this;
  }

  #writeNext(): void {
    while (!this.#isWriting && !this.destroyed) {
      const write = this.#writes.shift();
      if (write === undefined) {
        this.#finish();
        return;
      }
      this.#isWriting = true;
      this.#transform(write);
    }
  }

  #transform({ chunk, done }: Write): void {
    const before = this.#unread;
    let isDone = false;
    let isAtOnce = true;
    this._transform(chunk, 'buffer', (error, made) => {
      if (isDone) return;
      isDone = true;
      if (error != null) {
        this.destroy(error);
        done?.(error);
        return;
      }
      if (made !== undefined && made !== null) this.push(made);
      const goOn = (): void => {
        this.#written -= chunk.length;
        this.#isWriting = false;
        if (done !== undefined || (this.#owesDrain && this.#written === 0)) this.#tellWritten(done);
        if (!isAtOnce) this.#writeNext();
      };
      if (this.#isEnding || this.#unread === before || this.#hasRoom()) goOn();
      else this.#waiting = goOn;
    });
    isAtOnce = false;
  }

  #tellWritten(done: Done | undefined): void {
    queueMicrotask(() => {
      done?.();
      if (!this.#owesDrain || this.#written > 0 || this.#isEnding || this.destroyed) return;
      this.#owesDrain = false;
      this.emit('drain');
    });
  }

  #finish(): void {
    const isIdle = !this.#isWriting && this.#writes.length === 0;
    if (!this.#isEnding || !isIdle || this.#isFlushed || this.destroyed) return;
    this.#isFlushed = true;
    this._flush((error, made) => {
      if (error != null) {
        this.destroy(error);
        return;
      }
      if (made !== undefined && made !== null) this.push(made);
      this.push(null);
      queueMicrotask(() => {
        if (this.destroyed) return;
        this.writableFinished = true;
        this.emit('finish');
        this.#closeIfDone();
      });
    });
  }

  /** Once for all that comes until then. */
  #tell(): void {
    if (this.#isTold) return;
    this.#isTold = true;
    queueMicrotask(() => {
      this.#isTold = false;
      if (this.destroyed || this.#hasEnded) return;
      if (this.#flows === true) this.#flow();
      else if (this.#isReadBySteps && (this.#unread > 0 || this.#isOver)) this.emit('readable');
    });
  }

  #flow(): void {
    for (;;) {
      this.#giveRoom();
      if (this.#flows !== true || this.#take(false) === null) return;
    }
  }

  #take(all: boolean): unknown {
    if (this.#unread === 0) {
      this.#endIfOver();
      return null;
    }
    const isWhole = all && this.#chunks.length > 1;
    // Chunks of octets are Buffers: `push` has seen to it.
    const chunk = isWhole ? Buffer.concat(this.#chunks as Buffer[]) : this.#chunks.shift();
    if (isWhole) this.#chunks.length = 0;
    this.#unread -= this.#lengthOf(chunk);
    if (this.#unread === 0) this.#endIfOver();
    this.emit('data', chunk);
    return chunk;
  }

  #hasRoom(): boolean {
    return this.#unread < (this.#isOfObjects ? HIGH_WATER_OBJECTS : HIGH_WATER_OCTETS);
  }

  #giveRoom(): void {
    const goOn = this.#waiting;
    if (goOn === null || !this.#hasRoom()) return;
    this.#waiting = null;
    goOn();
  }

  #endIfOver(): void {
    if (!this.#isOver || this.#hasEnded) return;
    this.#hasEnded = true;
    queueMicrotask(() => {
      if (this.destroyed) return;
      this.#isEndSaid = true;
      this.emit('end');
      this.#closeIfDone();
    });
  }

  #closeIfDone(): void {
    if (this.#isEndSaid && this.writableFinished) this.destroy();
  }

  #lengthOf(chunk: unknown): number {
    // Octets, if they are no objects.
    return this.#isOfObjects ? 1 : (chunk as Buffer).length;
  }
}

export class PassThrough extends Transform {
  override _transform(chunk: unknown, _encoding: string, done: Done): void {
    done(null, chunk);
  }
}
