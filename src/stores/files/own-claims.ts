/**
 * Claims of a process that hands mails over itself, one after the other.
 *
 * Each claim file is locked by this process, as every claim is by its holder, and so any mailrobot
 * knows by it that its holder lives. A lock costs a child (lock.ts); so a file is locked once, and
 * used again for another mail when the journal knows the end of the first one and its claim has
 * been removed. It has a name of its own in `incoming/` besides, from which link(2) makes the
 * claim: in one step, with what it says, and never over a claim that is there. An end that cannot
 * be written down is kept and tried again, as long as this process lives: nobody else knows it.
 */
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { endOf } from '../../outcome.ts';
import { close, errorCode, exists, onDisk, openToAppend, readText, write } from '../disk/disk.ts';
import { hold } from '../disk/lock.ts';

/** A file that this process has locked, for as long as it lives. */
interface LockedFile {
  /** Its own name; null if it has none but that of its claim. */
  readonly path: string | null;
  readonly fd: number;
}

type NamedFile = LockedFile & { readonly path: string };

/** How an attempt ended, which its claim does not say yet. */
interface OwedEnd {
  readonly fd: number;
  readonly claim: string;
  readonly text: string;
}

export class OwnClaims {
  readonly #directory: string;
  #files: readonly LockedFile[] = [];
  #owed: readonly OwedEnd[] = [];

  /** Where their own names are: what a dead process has left there is swept. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /**
   * Makes a claim that says this; gives the descriptor that adds to it, or null if it is somebody
   * else's. The descriptor stays ours.
   */
  take(claim: string, text: string): number | null {
    for (;;) {
      const file = this.#free() ?? this.#lockedFile();
      write(file.fd, file.path, Buffer.from(text));
      const made = onDisk(claim, () => linked(file.path, claim));
      if (made === 'made') return file.fd;
      onDisk(file.path, () => fs.ftruncateSync(file.fd));
      if (made === 'taken') return this.#takeEmpty(claim, text);
      this.#drop(file);
    }
  }

  /** Adds to a claim how its attempt ended: now, or when that can be written. Never throws. */
  end(fd: number, claim: string, text: string): void {
    this.#owed = [...this.#owed, { fd, claim, text }];
    this.writeOwed();
  }

  writeOwed(): void {
    this.#owed = this.#owed.filter(({ fd, claim, text }) => {
      try {
        write(fd, claim, Buffer.from(text));
        return false;
      } catch {
        return true;
      }
    });
  }

  /** One that no claim names any more. */
  #free(): NamedFile | null {
    for (const file of this.#files) {
      const { path, fd } = file;
      const { nlink } = onDisk(this.#directory, () => fs.fstatSync(fd));
      if (path !== null && nlink === 1 && exists(path)) {
        this.#owed = this.#owed.filter((one) => one.fd !== fd);
        onDisk(path, () => fs.ftruncateSync(fd));
        return { path, fd };
      }
      if (nlink === 0) this.#drop(file);
    }
    return null;
  }

  #lockedFile(): NamedFile {
    const path = join(this.#directory, `claim.${randomBytes(6).toString('hex')}`);
    const file = { path, fd: openToAppend(path) };
    try {
      hold(file.fd, path);
    } catch (error) {
      close(file.fd);
      throw error;
    }
    this.#files = [...this.#files, file];
    return file;
  }

  #drop({ fd }: LockedFile): void {
    close(fd);
    this.#files = this.#files.filter((one) => one.fd !== fd);
    this.#owed = this.#owed.filter((one) => one.fd !== fd);
  }

  /** One that a run has left without having begun may be taken; whoever locks it first has it. */
  #takeEmpty(claim: string, text: string): number | null {
    const fd = openToAppend(claim);
    try {
      hold(fd, claim);
      if (readText(claim) !== '') {
        close(fd);
        return null;
      }
      write(fd, claim, Buffer.from(text));
      this.#files = [...this.#files, { path: null, fd }];
      return fd;
    } catch (error) {
      close(fd);
      if (endOf(error) === 'store-locked') return null;
      throw error;
    }
  }
}

function linked(from: string, to: string): 'made' | 'taken' | 'swept' {
  try {
    fs.linkSync(from, to);
    return 'made';
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EEXIST') return 'taken';
    if (code === 'ENOENT') return 'swept';
    throw error;
  }
}
