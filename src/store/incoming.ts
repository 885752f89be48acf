/**
 * A message on its way in: `incoming/`, until its commit moves it to `raw/`.
 *
 * `seal` makes the raw copy durable (file, then directory) under a name that
 * holds the hash of the mail, so that the next delivery of the same mail can
 * tell that an earlier attempt died here. Attachments are written beside it
 * and are derived: they can be read again from the raw copy. A run that does
 * not commit calls `discard`; a run that was killed leaves an orphan.
 */

import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../outcome.ts';
import {
  chunks,
  close,
  makeDirectory,
  move,
  onDisk,
  openNew,
  READ_ONLY_MODE,
  remove,
  sync,
  syncDirectory,
  write,
} from './disk.ts';
import type { AttachmentWriter, Incoming } from './store.ts';

export class IncomingFile implements Incoming {
  readonly #directory: string;
  readonly #unique = `${process.pid}-${randomBytes(6).toString('hex')}`;
  #name = this.#unique;
  #fd: number | null = null;
  #parts = false;
  #committed = false;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** The raw copy's name within `incoming/`; its attachments lie in `<name>.parts/`. */
  get name(): string {
    return this.#name;
  }

  write(chunk: Uint8Array): void {
    this.#fd ??= openNew(this.#path(this.#name));
    write(this.#fd, this.#path(this.#name), chunk);
  }

  seal(hash: string): void {
    if (this.#fd === null) throw new Failure('internal', 'nothing was received');
    const fd = this.#fd;
    const written = this.#path(this.#name);
    const sealed = `${hash}.${this.#unique}`;
    onDisk(written, () => fs.fchmodSync(fd, READ_ONLY_MODE));
    sync(fd, written);
    this.#fd = null;
    close(fd);
    move(written, this.#path(sealed));
    this.#name = sealed;
    syncDirectory(this.#directory);
  }

  chunks(): Iterable<Buffer> {
    return chunks(this.#path(this.#name));
  }

  attachment(n: number): AttachmentWriter {
    const directory = this.#path(partsOf(this.#name));
    if (!this.#parts) makeDirectory(directory);
    this.#parts = true;
    const path = join(directory, String(n));
    const fd = openNew(path);
    return {
      write: (chunk) => write(fd, path, chunk),
      close: () => close(fd),
    };
  }

  /** From here on the raw copy is the journal's, and `discard` leaves it alone. */
  adopt(): void {
    this.#committed = true;
  }

  discard(): void {
    if (this.#committed) return;
    try {
      if (this.#fd !== null) close(this.#fd);
      this.#fd = null;
      if (this.#parts) remove(this.#path(partsOf(this.#name)));
      remove(this.#path(this.#name));
    } catch {
      // An orphan in incoming/ is harmless: nothing refers to it, and it is swept.
    }
  }

  #path(name: string): string {
    return join(this.#directory, name);
  }
}

export function partsOf(name: string): string {
  return `${name}.parts`;
}
