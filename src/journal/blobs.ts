/** Files and raw mail: octets that never change, by the path that a ticket names them with. */
import { Failure } from '../outcome.ts';
import { ERASED } from '../ticket/erased.ts';
import type { StoredFile } from '../ticket/ticket.ts';

/**
 * The file of an attachment is not there, or not what came with the mail. It is made again by
 * whoever runs the work (`havingFiles`); `isForGood`: that was tried, and the raw mail gave no such
 * file.
 */
export class FileLost extends Failure {
  readonly file: StoredFile;
  readonly isForGood: boolean;

  constructor(file: StoredFile, isForGood: boolean) {
    const { filename, path } = file;
    const what = path === ERASED ? 'was erased' : `"${filename}" (${path}) is lost`;
    super('store-damaged', `the attachment ${what}`);
    this.file = file;
    this.isForGood = isForGood;
  }
}

export interface Blobs {
  /** The octets of an attachment; rejects with a FileLost if its file is lost. */
  attachment(file: StoredFile): Promise<AsyncIterable<Buffer>>;
  /** Whether it lies there, whole, at its path. */
  holds(file: StoredFile): Promise<boolean>;
  /** The octets of a raw mail, by its path in a ticket; rejects if it is lost. */
  rawMail(raw: string): Promise<AsyncIterable<Buffer>>;
  /**
   * Runs a work, and once more when a file that it missed has been made again: without the lock.
   */
  havingFiles<T>(work: () => Promise<T>): Promise<T>;
  /** Whether attachments may be lost that nobody is looking after right now. */
  mayMissFiles(): Promise<boolean>;
}

export async function allOf(octets: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of octets) chunks.push(chunk);
  return Buffer.concat(chunks);
}
