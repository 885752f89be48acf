/**
 * Every write to the disk goes through here: private modes, atomic
 * replacement, fsync, and one translation of errno into a Failure.
 *
 * `replace` is atomic and not durable (for derived files); what is called
 * durable returns after fsync(2) of file and directory. A failed fsync is never
 * retried: the kernel may have dropped the dirty pages (fsyncgate), so it is a
 * Failure and the caller undoes. Links are not followed on any open. All calls but
 * `syncLater` are synchronous. POSIX.1-2017 fsync, rename; Linux open(2).
 */
import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { type Deferral, Failure } from '../../outcome.ts';

const { O_APPEND, O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = fs.constants;
export const FILE_MODE = 0o600;
export const DIRECTORY_MODE = 0o700;
export const READ_ONLY_MODE = 0o400;

const ENDS: Readonly<Record<string, Deferral>> = {
  ENOSPC: 'store-full',
  EDQUOT: 'store-full',
  EFBIG: 'store-full',
  EROFS: 'store-read-only',
  EACCES: 'store-read-only',
  EPERM: 'store-read-only',
};

/** Runs a disk operation and turns its errno into the Failure that it means. */
export function onDisk<T>(path: string, operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw failureOf(path, error);
  }
}

export function failureOf(path: string, error: unknown): Failure {
  const code = errorCode(error);
  const end = ENDS[code ?? ''] ?? 'store-failed';
  return new Failure(end, `${path}: ${code ?? String(error)}`, { cause: error });
}

export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/** The file's text, or null if there is none. */
export function readText(path: string): string | null {
  return onDisk(path, () => {
    try {
      return fs.readFileSync(path, 'utf8');
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null;
      throw error;
    }
  });
}

/**
 * The JSON of a small derived file; null if there is none, or if it is torn: that is fsck's to report.
 * What the disk refuses to give is neither, and fails.
 */
export function readJson(path: string): unknown {
  const text = readText(path);
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export function names(directory: string): readonly string[] {
  return onDisk(directory, () => {
    try {
      return fs.readdirSync(directory);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return [];
      throw error;
    }
  });
}

export function openNew(path: string, mode = FILE_MODE): number {
  return onDisk(path, () => fs.openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode));
}

/** Open as these flags say, or null if there is no such file. */
export function openIfThere(path: string, flags: number): number | null {
  return onDisk(path, () => {
    try {
      return fs.openSync(path, flags | O_NOFOLLOW);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null;
      throw error;
    }
  });
}

export function openRead(path: string): number {
  return onDisk(path, () => fs.openSync(path, O_RDONLY | O_NOFOLLOW));
}

/** For reading from its beginning, and writing at its end; made if it is not there. */
export function openToAppend(path: string): number {
  const { O_RDWR } = fs.constants;
  return onDisk(path, () => fs.openSync(path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW, FILE_MODE));
}

const END_BYTES = 65_536;

/** As `readText`; of a file that is long only what it begins and what it ends with. */
export function readEnds(path: string): string | null {
  const size = sizeOf(path);
  if (size === null || size <= 2 * END_BYTES) return size === null ? null : readText(path);
  const fd = openRead(path);
  try {
    const pieces = [0, size - END_BYTES].map((position) => {
      const piece = Buffer.alloc(END_BYTES);
      return piece.subarray(
        0,
        onDisk(path, () => fs.readSync(fd, piece, 0, END_BYTES, position)),
      );
    });
    return Buffer.concat(pieces).toString('utf8');
  } finally {
    close(fd);
  }
}

export function write(fd: number, path: string, data: Uint8Array): void {
  onDisk(path, () => {
    for (let done = 0; done < data.length; ) done += fs.writeSync(fd, data, done);
  });
}

export function writeAt(fd: number, path: string, data: Buffer, offset: number): void {
  onDisk(path, () => {
    for (let done = 0; done < data.length; ) {
      done += fs.writeSync(fd, data, done, data.length - done, offset + done);
    }
  });
}

/** A file that is there. */
export function openForWriting(path: string): number {
  return onDisk(path, () => fs.openSync(path, O_WRONLY | O_NOFOLLOW));
}

export function sync(fd: number, path: string): void {
  onDisk(path, () => fs.fsyncSync(fd));
}

/** As `sync`, while the process goes on with other work. */
export function syncLater(fd: number, path: string): Promise<void> {
  return new Promise((resolve, refuse) => {
    fs.fsync(fd, (error) => (error === null ? resolve() : refuse(failureOf(path, error))));
  });
}

/** Never throws: the descriptor is closed either way (close(2)), and what must last was synced. */
export function close(fd: number): void {
  try {
    fs.closeSync(fd);
  } catch {
    // An error of a write that nobody relies on.
  }
}

/** As `syncDirectory`, by `sync` or by `syncLater`. */
export async function syncDirectoryBy(
  path: string,
  syncing: (fd: number, path: string) => Promise<void> | void,
): Promise<void> {
  const fd = onDisk(path, () => fs.openSync(path, O_RDONLY | O_DIRECTORY));
  try {
    await syncing(fd, path);
  } finally {
    close(fd);
  }
}

export function syncDirectory(path: string): void {
  const fd = onDisk(path, () => fs.openSync(path, O_RDONLY | O_DIRECTORY));
  try {
    sync(fd, path);
  } finally {
    close(fd);
  }
}

/**
 * True if the directory is new. A link in its place is an error: no link leads out of the store.
 */
export function makeDirectory(path: string): boolean {
  if (isDirectory(path)) return false;
  const isNew = makeNewDirectory(path);
  if (!isNew) mustBeDirectory(path);
  return isNew;
}

/** False, and nothing is done, if something has that name. */
export function makeNewDirectory(path: string): boolean {
  return onDisk(path, () => ignoring('EEXIST', () => fs.mkdirSync(path, DIRECTORY_MODE)));
}

export function mustBeDirectory(path: string): void {
  const isDirectory = onDisk(path, () => fs.lstatSync(path).isDirectory());
  if (!isDirectory) throw new Failure('store-damaged', `${path}: not a directory`);
}

/**
 * Replaces a file in one step. After a power cut it may be the old one, the new one or torn.
 * Whoever may do so beside others (`writer`), without the lock, has a temporary file of their own.
 */
export function replace(
  path: string,
  content: string | Iterable<Uint8Array>,
  mode = FILE_MODE,
  writer: string | null = null,
): void {
  const temporary = temporaryOf(path, writer);
  onDisk(path, () => {
    try {
      const fd = openAnew(temporary);
      try {
        const pieces = typeof content === 'string' ? [Buffer.from(content)] : content;
        for (const piece of pieces) write(fd, temporary, piece);
        if (mode !== FILE_MODE) fs.fchmodSync(fd, mode);
      } finally {
        close(fd);
      }
      fs.renameSync(temporary, path);
    } catch (error) {
      remove(temporary);
      throw error;
    }
  });
}

function temporaryOf(path: string, writer: string | null): string {
  return writer === null ? `${path}.new` : `${path}.${writer}.new`;
}

/**
 * Writes over a file in one write(2), so that no inode is freed and another one taken; where
 * there is none, makes it. Who reads meanwhile, and a power cut, may see part of it: the text
 * must tell. What was longer keeps its end.
 */
export function overwrite(path: string, text: string): void {
  const fd = openIfThere(path, O_WRONLY);
  if (fd === null) {
    replace(path, text);
    return;
  }
  try {
    write(fd, path, Buffer.from(text));
  } finally {
    close(fd);
  }
}

/**
 * Writes a new file, and makes it and its name durable. A file that is there already is an error.
 */
export function createDurably(path: string, text: string): void {
  writeDurably(openNew(path), path, text);
  syncDirectory(dirname(path));
}

/**
 * Replaces a file in one step; after a power cut it is the old one or the new one. Two who
 * may do so at once (`writer`) have a temporary file each.
 */
export function replaceDurably(
  path: string,
  content: string | Uint8Array,
  writer: string | null = null,
): void {
  const temporary = temporaryOf(path, writer);
  writeDurably(openAnew(temporary), temporary, content);
  onDisk(path, () => fs.renameSync(temporary, path));
  syncDirectory(dirname(path));
}

/** In place of what a run that was killed has left, which may be read-only by then. */
function openAnew(path: string): number {
  try {
    return openNew(path);
  } catch {
    remove(path);
    return openNew(path);
  }
}

function writeDurably(fd: number, path: string, content: string | Uint8Array): void {
  try {
    write(fd, path, typeof content === 'string' ? Buffer.from(content) : content);
    sync(fd, path);
  } finally {
    close(fd);
  }
}

/** Gives a file, and no file behind a link, this time; one that is gone stays so. */
export function touch(path: string, time: Date): void {
  onDisk(path, () => ignoring('ENOENT', () => fs.lutimesSync(path, time, time)));
}

/** Moves a file; true if it moved, false if it is not there (any more). */
export function move(from: string, to: string): boolean {
  return onDisk(to, () => ignoring('ENOENT', () => fs.renameSync(from, to)));
}

/**
 * Makes `to` a second name for a file, in place of what has that name. Without the file, nothing.
 */
export function link(from: string, to: string): void {
  onDisk(to, () => {
    try {
      fs.linkSync(from, to);
      return;
    } catch (error) {
      if (!['EEXIST', 'ENOENT'].includes(errorCode(error) ?? '')) throw error;
    }
    const file = fs.lstatSync(from, { throwIfNoEntry: false });
    if (file === undefined) return;
    const known = fs.lstatSync(to, { throwIfNoEntry: false });
    if (known?.ino === file.ino) return;
    if (known !== undefined) remove(to);
    // Somebody else may make the same name at the same time.
    ignoring('EEXIST', () => fs.linkSync(from, to));
  });
}

/**
 * Gives a file one more name; a name that is there already stays as it is. False if the
 * file is not there, or can have no more of them.
 */
export function addName(file: string, name: string): boolean {
  return onDisk(name, () => {
    try {
      ignoring('EEXIST', () => fs.linkSync(file, name));
      return true;
    } catch (error) {
      const code = errorCode(error);
      if (code === 'ENOENT' || code === 'EMLINK') return false;
      throw error;
    }
  });
}

export function append(path: string, text: string): void {
  onDisk(path, () => {
    const fd = fs.openSync(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, FILE_MODE);
    try {
      write(fd, path, Buffer.from(text));
    } finally {
      close(fd);
    }
  });
}

/**
 * Adds whole lines. `isTorn`: what lies there does not end with one, since a power cut tore it. It
 * gets an end by which no reader takes it for a line: no format has a tab.
 */
export function appendLines(path: string, lines: readonly string[], isTorn: boolean): void {
  append(path, `${isTorn ? '\t\n' : ''}${lines.join('\n')}\n`);
}

/** Removes a file; what is not there is no error. */
export function remove(path: string): void {
  onDisk(path, () => ignoring('ENOENT', () => fs.unlinkSync(path)));
}

/** Removes a directory that is empty; one that is not, or is not there, is left as it is. */
export function removeEmpty(path: string): void {
  onDisk(path, () => ignoring('ENOENT', () => ignoring('ENOTEMPTY', () => fs.rmdirSync(path))));
}

/** Removes the files in a directory, and the directory unless it shall stay. */
export function removeDirectory(path: string, withItself = true): void {
  if (!exists(path)) return;
  for (const name of names(path)) remove(`${path}/${name}`);
  if (withItself) removeEmpty(path);
}

export function exists(path: string): boolean {
  return onDisk(path, () => fs.lstatSync(path, { throwIfNoEntry: false }) !== undefined);
}

export function isDirectory(path: string): boolean {
  return onDisk(path, () => fs.lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true);
}

/** Removes whatever lies there, with all that is in it. */
export function removeTree(path: string): void {
  onDisk(path, () => fs.rmSync(path, { recursive: true, force: true }));
}

/** Octets of a file, or null if there is none. */
export function sizeOf(path: string): number | null {
  return onDisk(path, () => fs.lstatSync(path, { throwIfNoEntry: false })?.size ?? null);
}

/** Another one for each content that a file has had, or null if there is no such file. */
export function stampOf(path: string): string | null {
  const stat = onDisk(path, () => fs.lstatSync(path, { throwIfNoEntry: false }));
  return stat === undefined ? null : `${stat.ino} ${stat.size} ${stat.mtimeMs}`;
}

/** Another one for each file that has had this name, whatever is written to it; null for none. */
export function identityOf(path: string): string | null {
  const stat = onDisk(path, () => fs.lstatSync(path, { throwIfNoEntry: false }));
  return stat === undefined ? null : `${stat.ino} ${stat.birthtimeMs}`;
}

/** When its octets were last written, or null if there is no such file. */
export function changedAt(path: string): Date | null {
  return onDisk(path, () => fs.lstatSync(path, { throwIfNoEntry: false })?.mtime ?? null);
}

/** Whether it was done. */
function ignoring(code: string, operation: () => void): boolean {
  try {
    operation();
    return true;
  } catch (error) {
    if (errorCode(error) === code) return false;
    throw error;
  }
}
