/** A mail as it is received, in memory, with its attachments. */
import { createHash } from 'node:crypto';
import type { Incoming } from '../../src/journal/store.ts';

export class MemoryIncoming implements Incoming {
  readonly wasInterrupted = false;
  readonly #octets: Uint8Array[] = [];
  readonly #parts = new Map<number, Uint8Array[]>();

  write(chunk: Uint8Array): void {
    this.#octets.push(chunk);
  }

  seal(): void {}

  get sum() {
    const octets = Buffer.concat(this.#octets);
    return { size: octets.length, sha256: sumOf(octets) };
  }

  chunks(): Iterable<Buffer> {
    return [Buffer.concat(this.#octets)];
  }

  attachment(n: number) {
    const part: Uint8Array[] = [];
    this.#parts.set(n, part);
    return { write: (chunk: Uint8Array) => void part.push(chunk), close: () => {} };
  }

  attachmentChunks(n: number): Iterable<Buffer> {
    return [Buffer.concat(this.#parts.get(n) ?? [])];
  }

  forgetAttachments(): void {
    this.#parts.clear();
  }

  discard(): void {}
}

export function sumOf(octets: Buffer): string {
  return createHash('sha256').update(octets).digest('hex');
}

export function octetsOf(chunks: Iterable<Buffer>): Buffer {
  return Buffer.concat([...chunks]);
}
