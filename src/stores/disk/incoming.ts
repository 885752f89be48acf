/**
 * A message on its way in, on the disk of this host with every store: a file in the folder
 * `incoming/` until its commit has it, which moves it to `raw/` or copies it to a database.
 *
 * `seal` makes the raw mail durable, and gives it a name that holds the hash of the mail. In a slot
 * (stores/files/slots.ts) that is one fsync; else one for the file and one for its folder. A copy
 * that may take long to read is locked first (flock(2)), so that whoever receives the same mail
 * meanwhile knows that its run lives. Attachments are written beside it and are derived: recovery
 * reads them from the raw mail again. A run that does not commit calls `discard`; a run that was
 * killed leaves an orphan, which a later run removes after an hour. A small mail that is made
 * durable with its commit is a file from `seal` on, and is read from memory.
 */

import { createHash, randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import type { AttachmentWriter, Incoming } from '../../journal/spool.ts';
import { Failure } from '../../outcome.ts';
import { ageOf, HOUR_MS } from '../../ticket/age.ts';
import {
  close,
  makeDirectory,
  move,
  names,
  onDisk,
  openNew,
  READ_ONLY_MODE,
  remove,
  removeDirectory,
  sizeOf,
  sync,
  syncDirectory,
  syncDirectoryBy,
  syncLater,
  touch,
  write,
} from './disk.ts';
import { hold, isLeft } from './lock.ts';
import { chunks } from './read-pieces.ts';

/** Octets of a mail that is small. */
const SMALL_BYTES = 65_536;

/** An empty file whose name is durable. */
export interface Slot {
  readonly name: string;
  /** Open for writing. */
  readonly fd: number;
}

interface Receiving {
  /** When the raw mail is made durable: as soon as it is there, or by `makeDurable`. */
  readonly isDurable?: 'at once' | 'with its commit';
  /** Where slots come from, if it is written into one. */
  readonly slot?: (() => Slot) | null;
  /**
   * Raw mails in the folder that a server has received: a commit may not have brought one to its
   * place yet, and nobody has died over it.
   */
  readonly ours?: Set<string>;
}

export class IncomingFile implements Incoming {
  readonly #directory: string;
  readonly #slot: (() => Slot) | null;
  readonly #ours: Set<string>;
  #unique = randomBytes(6).toString('hex');
  #name = this.#unique;
  #fd: number | null = null;
  /** The whole mail while it is small, if it need not be durable at once. */
  #small: Buffer[] | null;
  #parts = false;
  #committed = false;
  #size = 0;
  readonly #digest = createHash('sha256');
  #sha256 = '';
  #wasInterrupted = false;
  readonly #isDurable: boolean;

  constructor(
    directory: string,
    { isDurable = 'at once', slot = null, ours = new Set() }: Receiving = {},
  ) {
    this.#directory = directory;
    this.#isDurable = isDurable === 'at once';
    this.#small = this.#isDurable ? null : [];
    this.#slot = slot;
    this.#ours = ours;
  }

  get directory(): string {
    return this.#directory;
  }

  get isDurable(): boolean {
    return this.#isDurable;
  }

  /** The raw mail's name within `incoming/`; its attachments lie in `<name>.parts/`. */
  get name(): string {
    return this.#name;
  }

  write(chunk: Uint8Array): void {
    this.#size += chunk.length;
    this.#digest.update(chunk);
    if (this.#small !== null && this.#size <= SMALL_BYTES) {
      // Whoever gives it may use its memory again.
      this.#small.push(Buffer.from(chunk));
      return;
    }
    this.#writeSmall();
    this.#small = null;
    write(this.#open(), this.#path(this.#name), chunk);
  }

  #writeSmall(): void {
    if (this.#small === null || this.#size === 0) return;
    // In one piece, as it would be read from the file.
    const whole = Buffer.concat(this.#small);
    this.#small = [whole];
    write(this.#open(), this.#path(this.#name), whole);
  }

  #open(): number {
    this.#fd ??= this.#create();
    return this.#fd;
  }

  #create(): number {
    if (this.#slot === null) return openNew(this.#path(this.#name), READ_ONLY_MODE);
    const { name, fd } = this.#slot();
    this.#unique = name;
    this.#name = name;
    return fd;
  }

  seal(hash: string, isLong: boolean): void {
    if (this.#size === 0) throw new Failure('internal', 'nothing was received');
    const sealed = `${hash}.${this.#unique}`;
    // What cannot be removed any more, if this fails, is no sign that somebody has died either.
    this.#ours.add(sealed);
    // A lock comes before the name that others look for.
    if (this.#small !== null && !isLong) this.#name = sealed;
    this.#writeSmall();
    const fd = this.#open();
    const written = this.#path(this.#name);
    if (this.#isDurable) sync(fd, written);
    if (isLong) hold(fd, written);
    if (this.#isDurable && !isLong) this.#close();
    this.#sha256 = this.#digest.digest('hex');
    if (this.#name !== sealed) move(written, this.#path(sealed));
    this.#name = sealed;
    if (this.#isDurable && this.#slot === null) syncDirectory(this.#directory);
    const others = this.#strangers().filter((name) => isCopyOf(hash, name));
    this.#wasInterrupted = isLong
      ? others.some((name) => isLeft(this.#path(name)))
      : others.length > 0;
  }

  /** What others have in the folder. */
  #strangers(): readonly string[] {
    const there = names(this.#directory);
    for (const name of this.#ours) if (!there.includes(name)) this.#ours.delete(name);
    return there.filter((name) => name !== this.#name && !this.#ours.has(name));
  }

  get wasInterrupted(): boolean {
    return this.#wasInterrupted;
  }

  chunks(): Iterable<Buffer> {
    return this.#small ?? chunks(this.#path(this.#name), this.#size);
  }

  /** Unless it is durable already: its octets, and not its name. */
  async makeDurable(): Promise<void> {
    if (this.#isDurable) return;
    if (this.#fd === null) throw new Failure('internal', 'a mail was discarded before its commit');
    await syncLater(this.#fd, this.#path(this.#name));
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

  attachmentChunks(n: number): Iterable<Buffer> {
    return chunks(join(this.#path(partsOf(this.#name)), String(n)));
  }

  forgetAttachments(): void {
    if (this.#parts) removeDirectory(this.#path(partsOf(this.#name)));
    this.#parts = false;
  }

  /** False if somebody has removed it meanwhile. */
  isThere(): boolean {
    return sizeOf(this.#path(this.#name)) === this.#size;
  }

  get sum(): { readonly size: number; readonly sha256: string } {
    return { size: this.#size, sha256: this.#sha256 };
  }

  /** While a commit may hold the raw mail, `discard` leaves it alone, and its lock with it. */
  belongsToCommit(isCommitted: boolean): void {
    this.#committed = isCommitted;
  }

  /** What follows from the commit has been done: the mail is in its place, if it can be there. */
  letGo(): void {
    this.#close();
  }

  discard(): void {
    if (this.#committed) return;
    this.#close();
    if (this.#size === 0) return;
    try {
      this.forgetAttachments();
      remove(this.#path(this.#name));
    } catch {
      // An orphan in incoming/ is harmless: nothing refers to it, and it is swept.
    }
  }

  #close(): void {
    if (this.#fd !== null) close(this.#fd);
    this.#fd = null;
  }

  #path(name: string): string {
    return join(this.#directory, name);
  }
}

export function ownFile(incoming: Incoming): IncomingFile {
  if (incoming instanceof IncomingFile) return incoming;
  throw new Failure('internal', 'a delivery was received by another store');
}

/**
 * Raw mails that a server is about to commit, and their names: all at once. When one fails, the
 * others have ended, too: a descriptor that is closed meanwhile is soon another file's.
 */
export async function makeDurable(mails: readonly IncomingFile[]): Promise<void> {
  const first = mails.find(({ isDurable }) => !isDurable);
  if (first === undefined) return;
  const folder = syncDirectoryBy(first.directory, syncLater);
  const ends = await Promise.allSettled([...mails.map((mail) => mail.makeDurable()), folder]);
  for (const one of ends) if (one.status === 'rejected') throw one.reason;
}

/**
 * Whether this is a raw mail, and not a file beside it. Older programs wrote a number
 * before the dash.
 */
function isCopyOf(hash: string, name: string): boolean {
  return name.startsWith(`${hash}.`) && /^\.(\d+-)?[0-9a-f]+$/.test(name.slice(hash.length));
}

const ORPHAN_MS = HOUR_MS;

/**
 * Removes what runs that were killed have left an hour ago. Under the lock, after recovery: no
 * commit holds it. What is of a time later than now may still be received: its hour begins now.
 */
export function sweepOrphans(directory: string, now: Date): void {
  for (const name of names(directory)) {
    const path = join(directory, name);
    const changed = onDisk(path, () => fs.lstatSync(path, { throwIfNoEntry: false })?.mtimeMs);
    if (changed === undefined) continue;
    const age = ageOf(new Date(changed), now);
    if (age < ORPHAN_MS) continue;
    if (age === Number.POSITIVE_INFINITY) {
      touch(path, now);
      continue;
    }
    if (name.endsWith('.parts')) removeDirectory(path);
    else remove(path);
  }
}

export function partsOf(name: string): string {
  return `${name}.parts`;
}
