/**
 * The folder that the pages lie in: one run at a time writes it, each file by rename, so that nobody
 * reads half of one, and all of them durable before it is said how far they are. Before a run
 * changes anything it is durable that one has begun, so that the next one knows of one that was
 * killed, or failed: then lists may be of two runs.
 *
 * It is ours if it has the lock file, which is the first thing in it: what has other files and not
 * that one is refused, and other files beside the pages are left alone. No link in it is followed: one
 * in the place of a page is replaced, one in the place of a folder of ours is refused, and so is a
 * folder of somebody else there. Files are for the group to
 * read (0640; folders 0750), but for the lock and what the folder is up to, which are the owner's.
 */
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { flock } from '../runtime/flock.ts';
import { syncFileSystem } from '../runtime/sync-file-system.ts';
import { isPagePath, SHARD } from './names.ts';

const LOCK = '.mailrobot-pages';
const UP_TO = '.mailrobot-pages.json';
/** What is being written, until it is renamed; there as long as a run has not ended well. */
const UNFINISHED = '.mailrobot-pages.new';

const FILE_MODE = 0o640;
const OWN_MODE = 0o600;
const FOLDER_MODE = 0o750;
const PERMISSIONS = 0o777;
/** So many files cost more one by one than all that is to be written on their file system. */
const MANY = 64;
/** So many are made durable before others are written: each is remembered until then. */
const MOST_UNSETTLED = 10_000;
const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } =
  fs.constants;

/** Nothing, a link, or a socket. */
const NO_FILE: readonly string[] = ['ENOENT', 'ELOOP', 'ENXIO'];

/** Why nothing is written there. */
export class FolderRefused extends Error {}

export class PagesFolder {
  /** Waits so long for another run. */
  static open(root: string, patienceSeconds: number): PagesFolder {
    makeFolder(root);
    // Whoever names it may do so by a link.
    root = fs.realpathSync(root);
    const names = fs.readdirSync(root);
    if (names.length > 0 && !names.includes(LOCK)) {
      throw new FolderRefused(`${root} has files that are not ours: give an empty or a new folder`);
    }
    const lock = openLock(join(root, LOCK));
    const end = flock(lock, 'exclusive', patienceSeconds);
    if (end === 'taken') return new PagesFolder(root, lock);
    fs.closeSync(lock);
    throw new FolderRefused(
      end === 'busy' ? `another run writes ${root}` : `${root}: no lock: ${end.message}`,
    );
  }

  readonly #root: string;
  readonly #lock: number;
  /** Paths that are to be made durable: files, and the folders of those that came or went. */
  readonly #unsettled = new Set<string>();
  #begun = 0;
  #hasEnded = false;
  /** The run before this one has not ended well. */
  readonly isBroken: boolean;

  private constructor(root: string, lock: number) {
    this.#root = root;
    this.#lock = lock;
    this.isBroken = !makeUnfinished(this.#path(UNFINISHED));
    sync(root);
  }

  close(): void {
    try {
      if (this.#hasEnded) fs.rmSync(this.#path(UNFINISHED), { recursive: true, force: true });
    } finally {
      fs.closeSync(this.#lock);
    }
  }

  /** What the last run that has ended has left (state.ts), or null. */
  upTo(): string | null {
    return this.read(UP_TO);
  }

  /** All that was written is durable, and then this. */
  setUpTo(text: string): void {
    this.#settle();
    if (this.read(UP_TO) !== text) this.#replace(UP_TO, text, OWN_MODE);
    sync(this.#root);
    this.#hasEnded = true;
  }

  /** A folder for what a run needs for a while; it goes when the run ends. */
  get scratch(): string {
    return this.#path(UNFINISHED);
  }

  #settle(): void {
    const isAtOnce = this.#unsettled.size > MANY && syncFileSystem(this.#root);
    if (!isAtOnce) for (const path of this.#unsettled) sync(this.#path(path));
    this.#unsettled.clear();
  }

  /** null if no file is there. */
  read(path: string): string | null {
    let fd: number;
    try {
      // Nobody waits for who writes into a pipe that lies there.
      fd = fs.openSync(this.#path(path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    } catch (error) {
      if (NO_FILE.includes(codeOf(error))) return null;
      throw error;
    }
    try {
      return fs.fstatSync(fd).isFile() ? fs.readFileSync(fd, 'utf8') : null;
    } finally {
      fs.closeSync(fd);
    }
  }

  /** What is as it was stays. */
  write(path: string, content: string): void {
    const shard = dirname(path);
    if (shard !== '.') this.#makeShard(shard);
    const isOther = this.read(path) !== content;
    if (isOther) {
      this.#replace(path, content, FILE_MODE);
      this.#unsettled.add(shard);
    }
    // Of a run that has not ended well it may not be durable.
    if (isOther || this.isBroken) this.#unsettled.add(path);
    if (this.#unsettled.size > MOST_UNSETTLED) this.#settle();
  }

  /** Pages of ours that are not among these. */
  removeOthers(wanted: ReadonlySet<string>): void {
    this.#removeIn('.', wanted);
    for (const { name } of this.#entries('.').filter((entry) => entry.isDirectory())) {
      if (SHARD.test(name) && isOwn(this.#path(name))) this.#removeIn(name, wanted);
    }
  }

  remove(path: string): void {
    fs.rmSync(this.#path(path), { force: true });
    this.#unsettled.delete(path);
    this.#unsettled.add(dirname(path));
  }

  /** Those that list others alone, and are not among these. */
  removeOtherLists(wanted: ReadonlySet<string>): void {
    this.#removeIn('.', wanted);
  }

  #removeIn(folder: string, wanted: ReadonlySet<string>): void {
    for (const entry of this.#entries(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() || !isPagePath(path) || wanted.has(path)) continue;
      fs.unlinkSync(this.#path(path));
      this.#unsettled.delete(path);
      this.#unsettled.add(folder);
    }
  }

  #entries(folder: string): readonly fs.Dirent[] {
    return fs.readdirSync(this.#path(folder), { withFileTypes: true });
  }

  #makeShard(shard: string): void {
    const path = this.#path(shard);
    if (makeFolder(path)) this.#unsettled.add('.');
    else if (!isOwn(path)) {
      throw new FolderRefused(
        `${path} is not a folder of ours: remove it, and pages go there again`,
      );
    }
  }

  #replace(path: string, content: string, mode: number): void {
    this.#begun += 1;
    const unfinished = join(this.#path(UNFINISHED), String(this.#begun));
    const fd = fs.openSync(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
    try {
      // Whatever the umask leaves of it.
      fs.fchmodSync(fd, mode);
      fs.writeFileSync(fd, content);
      if (path === UP_TO) fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
    fs.renameSync(unfinished, this.#path(path));
  }

  #path(path: string): string {
    return join(this.#root, path);
  }
}

/** False if it was there. It is never away for a moment. */
function makeUnfinished(path: string): boolean {
  const isThere = fs.lstatSync(path, { throwIfNoEntry: false });
  if (isThere?.isDirectory() === true && isOwn(path)) {
    for (const name of fs.readdirSync(path)) {
      fs.rmSync(join(path, name), { recursive: true, force: true });
    }
    return false;
  }
  fs.rmSync(path, { recursive: true, force: true });
  fs.mkdirSync(path, { mode: 0o700 });
  return isThere === undefined;
}

function openLock(path: string): number {
  try {
    return fs.openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW, OWN_MODE);
  } catch (error) {
    if (codeOf(error) === 'ELOOP') throw new FolderRefused(`${path} is a link, and not ours`);
    throw error;
  }
}

/** Whether a folder, and no link to one, is there that belongs to whoever runs this. */
function isOwn(path: string): boolean {
  const found = fs.lstatSync(path);
  return found.isDirectory() && found.uid === process.geteuid?.();
}

/** Whether it was not there. One of somebody else's keeps its rights, and its group goes on to what is in it. */
function makeFolder(path: string): boolean {
  try {
    fs.mkdirSync(path, FOLDER_MODE);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    return false;
  }
  const { mode } = fs.statSync(path);
  if ((mode & PERMISSIONS) !== FOLDER_MODE) fs.chmodSync(path, (mode & ~PERMISSIONS) | FOLDER_MODE);
  return true;
}

function sync(path: string): void {
  const isFolder = fs.lstatSync(path).isDirectory();
  const fd = fs.openSync(path, O_RDONLY | O_NOFOLLOW | (isFolder ? O_DIRECTORY : 0));
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
