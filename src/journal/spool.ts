/**
 * What is being received. It lies on the local disk with every store: what a run of its own
 * receives is durable before anything else is asked, and what a server does, before its commit is.
 */
import type { ReadLimits } from '../config/limits.ts';

/** A message being received: written as it comes, read when it is sealed. */
export interface Incoming {
  write(chunk: Uint8Array): void;
  /** Gives the raw mail a name that holds `hash`; `isLong`: reading it may take long. */
  seal(hash: string, isLong: boolean): void;
  /** Of the sealed raw mail; SHA-256 in hex. */
  readonly sum: { readonly size: number; readonly sha256: string };
  /**
   * An earlier run sealed the same mail and died over it, within the last hour. Where reading
   * it does not take long, that run may also live.
   */
  readonly wasInterrupted: boolean;
  /** The raw mail, as often as wanted. */
  chunks(): Iterable<Buffer>;
  /** Opens the n-th attachment (from 1) for writing. */
  attachment(n: number): AttachmentWriter;
  /** The octets of the n-th attachment, as often as wanted. */
  attachmentChunks(n: number): Iterable<Buffer>;
  /** Makes as if no attachment had been opened. */
  forgetAttachments(): void;
  /** Forgets everything, unless it has been committed. Never throws. */
  discard(): void;
}

export interface AttachmentWriter {
  write(chunk: Uint8Array): void;
  close(): void;
}

/**
 * Reads a raw mail and writes its attachments, for files that a power cut has taken. `within`: the
 * limits that it was read within at first, if they are known.
 */
export type ExtractAttachments = (
  chunks: () => Iterable<Buffer>,
  within: ReadLimits | null,
  open: (n: number) => AttachmentWriter,
) => Promise<void>;

export interface Spool {
  /** `scratch`: a directory outside of the store, for a mail that is not to be kept. */
  receive(scratch?: string): Incoming;
}
