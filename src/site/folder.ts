/**
 * The folder that the pages lie in: one run at a time writes it, each file by rename, so that nobody
 * reads half of one, and all of them durable before it is said how far they are.
 *
 * It is ours if it has the lock file, which is the first thing in it: what has other files and not
 * that one is refused, and other files beside the pages are left alone. Files are for the group to
 * read (0640; folders 0750), but for the lock and what the folder is up to, which are the owner's.
 */
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { flock } from '../runtime/flock.ts';
import { isPagePath, SHARD } from './names.ts';

const LOCK = '.mailrobot-pages';
const UP_TO = '.mailrobot-pages.json';
/** What is being written, until it is renamed. */
const UNFINISHED = '.mailrobot-pages.new';

const FILE_MODE = 0o640;
const OWN_MODE = 0o600;
const FOLDER_MODE = 0o750;
const PERMISSIONS = 0o777;
const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_RDONLY, O_RDWR, O_WRONLY } = fs.constants;

/** Why nothing is written there. */
export class FolderRefused extends Error {}

export class PagesFolder {
  /** Waits so long for another run. */
  static open(root: string, patienceSeconds: number): PagesFolder {
    makeFolder(root);
    const names = fs.readdirSync(root);
    if (names.length > 0 && !names.includes(LOCK)) {
      throw new FolderRefused(`${root} has files that are not ours: give an empty or a new folder`);
    }
    const lock = fs.openSync(join(root, LOCK), O_RDWR | O_CREAT | O_NOFOLLOW, OWN_MODE);
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

  private constructor(root: string, lock: number) {
    this.#root = root;
    this.#lock = lock;
    // Of a run that was killed.
    fs.rmSync(this.#path(UNFINISHED), { recursive: true, force: true });
    fs.mkdirSync(this.#path(UNFINISHED), { mode: 0o700 });
  }

  close(): void {
    try {
      fs.rmSync(this.#path(UNFINISHED), { recursive: true, force: true });
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
    for (const path of this.#unsettled) sync(this.#path(path));
    this.#unsettled.clear();
    this.#replace(UP_TO, text, OWN_MODE);
    sync(this.#root);
  }

  read(path: string): string | null {
    try {
      return fs.readFileSync(this.#path(path), 'utf8');
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  /** What is as it was stays. */
  write(path: string, content: string): void {
    const shard = dirname(path);
    if (shard !== '.') this.#makeShard(shard);
    if (this.read(path) !== content) {
      this.#replace(path, content, FILE_MODE);
      this.#unsettled.add(shard);
    }
    this.#unsettled.add(path);
  }

  /** Pages of ours that are not among these. */
  removeOthers(wanted: ReadonlySet<string>): void {
    this.#removeIn('.', wanted);
    for (const shard of fs.readdirSync(this.#root).filter((name) => SHARD.test(name))) {
      this.#removeIn(shard, wanted);
    }
  }

  /** The same, of those that list others alone. */
  removeOtherLists(wanted: ReadonlySet<string>): void {
    this.#removeIn('.', wanted);
  }

  #removeIn(folder: string, wanted: ReadonlySet<string>): void {
    for (const name of fs.readdirSync(this.#path(folder))) {
      const path = join(folder, name);
      if (!isPagePath(path) || wanted.has(path)) continue;
      fs.unlinkSync(this.#path(path));
      this.#unsettled.delete(path);
      this.#unsettled.add(folder);
    }
  }

  #makeShard(shard: string): void {
    if (makeFolder(this.#path(shard))) this.#unsettled.add('.');
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
  const isFolder = fs.statSync(path).isDirectory();
  const fd = fs.openSync(path, isFolder ? O_RDONLY | O_DIRECTORY : O_RDONLY);
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
