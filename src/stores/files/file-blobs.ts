/**
 * Attachments and raw mail as files of the store. What a power cut has taken of them is made
 * again from the raw mail, without the lock (lost-files.ts), and once only if that gave nothing.
 */
import { join } from 'node:path';
import { type Blobs, FileLost } from '../../journal/blobs.ts';
import { ticketOfPath } from '../../journal/paths.ts';
import type { StoredFile, TicketId } from '../../ticket/ticket.ts';
import { exists } from '../disk/disk.ts';
import { isLocked } from '../disk/lock.ts';
import { octetsAt } from './raw-mails.ts';
import { type StoreParts, UNCERTAIN } from './store-parts.ts';
import { isWhole, pathOfFile } from './whole-files.ts';

export const ATTACHMENTS_LOCK = 'attachments.lock';

export class FileBlobs implements Blobs {
  readonly #parts: StoreParts;
  readonly #repairTicket: (id: TicketId) => unknown;
  /** SHA-256 of attachments that could not be made again. */
  readonly #lost = new Set<string>();

  /** `repairTicket`: makes a ticket's document again if it does not read. */
  constructor(parts: StoreParts, repairTicket: (id: TicketId) => unknown) {
    this.#parts = parts;
    this.#repairTicket = repairTicket;
  }

  async attachment(file: StoredFile): Promise<AsyncIterable<Buffer>> {
    return later(this.octetsOf(file));
  }

  /** Throws a FileLost. */
  octetsOf(file: StoredFile): Iterable<Buffer> {
    const place = pathOfFile(this.#parts.root, file);
    if (place === null) throw new FileLost(file, this.#lost.has(file.sha256));
    return octetsAt(place);
  }

  async holds(file: StoredFile): Promise<boolean> {
    return isWhole(this.#parts.root, file);
  }

  async havingFiles<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof FileLost) || error.isForGood) throw error;
        await this.#makeAgain(error.file);
      }
    }
  }

  async #makeAgain(file: StoredFile): Promise<void> {
    // A document that is garbled, or gone, is made again first: it says which mail to look into.
    const id = ticketOfPath(file.path);
    if (id !== null) this.#repairTicket(id);
    // Few mails miss a file.
    const { commitOf, takeOut } = await import('./lost-files.ts');
    const record = commitOf(file, this.#parts);
    if (record !== null) await takeOut(file, record, this.#parts);
    if (pathOfFile(this.#parts.root, file) === null) this.#lost.add(file.sha256);
  }

  async mayMissFiles(): Promise<boolean> {
    const { root } = this.#parts;
    return exists(join(root, UNCERTAIN)) && !isLocked(join(root, ATTACHMENTS_LOCK));
  }

  async rawMail(raw: string): Promise<AsyncIterable<Buffer>> {
    return later(octetsAt(join(this.#parts.root, raw)));
  }
}

async function* later<T>(values: Iterable<T>): AsyncGenerator<T> {
  yield* values;
}
