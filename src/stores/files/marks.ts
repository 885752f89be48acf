/**
 * Files that say something by their names alone: `open/71/SUPPORT-7102`.
 *
 * Each is one more name (link(2)) of a single empty file, `mark`: an inode of its own
 * costs more than all the rest, since ext4 passes over every one that was freed within
 * the last minutes. Where a file cannot have more names (65,000 on ext4), a new empty one
 * takes its place. A mark that is there already is left as it is. Nothing is durable.
 */
import { dirname, join } from 'node:path';
import { addName, remove, replace } from '../disk/disk.ts';
import { Folders } from './folders.ts';
import { Hold } from './hold.ts';

export class Marks {
  readonly #root: string;
  readonly #empty: string;
  readonly #folders: Folders;

  constructor(root: string, folders = new Folders(new Hold())) {
    this.#root = root;
    this.#folders = folders;
    this.#empty = join(root, 'mark');
  }

  add(mark: string): void {
    const path = join(this.#root, mark);
    this.#makeDirectory(dirname(path));
    if (addName(this.#empty, path)) return;
    replace(this.#empty, '');
    addName(this.#empty, path);
  }

  /** Its folder goes with the last of them. */
  remove(mark: string): void {
    const path = join(this.#root, mark);
    remove(path);
    this.#folders.removeEmpty(dirname(path));
  }

  #makeDirectory(path: string): void {
    if (path === this.#root) return;
    this.#makeDirectory(dirname(path));
    this.#folders.make(path);
  }
}
