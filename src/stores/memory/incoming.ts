/** A message on its way in, held in memory: nothing of it outlives the process. */
import { createHash } from 'node:crypto';
import type { AttachmentWriter, Incoming } from '../../journal/spool.ts';
import { Failure } from '../../outcome.ts';

export class MemoryIncoming implements Incoming {
  readonly #sealed: Set<MemoryIncoming>;
  #hash: string | null = null;
  #wasInterrupted = false;
  #raw: readonly Buffer[] = [];
  #parts = new Map<number, readonly Buffer[]>();

  /** `sealed`: those that have no commit yet. */
  constructor(sealed: Set<MemoryIncoming>) {
    this.#sealed = sealed;
  }

  write(chunk: Uint8Array): void {
    this.#raw = [...this.#raw, Buffer.from(chunk)];
  }

  /** Whoever received a mail that takes long to read lives as long as the store. */
  seal(hash: string, isLong: boolean): void {
    if (this.#raw.length === 0) throw new Failure('internal', 'nothing was received');
    this.#hash = hash;
    this.#wasInterrupted = !isLong && [...this.#sealed].some((other) => other.#hash === hash);
    this.#sealed.add(this);
  }

  get wasInterrupted(): boolean {
    return this.#wasInterrupted;
  }

  get raw(): Buffer {
    return Buffer.concat(this.#raw);
  }

  get sum(): { readonly size: number; readonly sha256: string } {
    const { raw } = this;
    return { size: raw.length, sha256: createHash('sha256').update(raw).digest('hex') };
  }

  chunks(): Iterable<Buffer> {
    return this.#raw;
  }

  attachment(n: number): AttachmentWriter {
    this.#parts.set(n, []);
    return {
      write: (chunk) => this.#parts.set(n, [...(this.#parts.get(n) ?? []), Buffer.from(chunk)]),
      close: () => {},
    };
  }

  attachmentChunks(n: number): Iterable<Buffer> {
    return this.#parts.get(n) ?? [];
  }

  forgetAttachments(): void {
    this.#parts = new Map();
  }

  discard(): void {
    this.#sealed.delete(this);
  }
}
