/**
 * Mail that waits for a person of the desk to let it in or throw it away: one
 * small JSON file a mail, `held/<sequence number>.json`.
 *
 * Derived from the journal; the mail itself lies in raw/. Putting in what is
 * there, and taking out what is not, changes nothing. A file that does not read
 * is fsck's to report, and hides no other.
 */
import { join } from 'node:path';
import type { HeldMail } from '../ticket/held.ts';
import { exists, names, readJson, remove, replace } from './disk.ts';

export class Held {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Oldest first. */
  all(): readonly HeldMail[] {
    return names(this.#directory)
      .filter((name) => /^\d+\.json$/.test(name))
      .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
      .flatMap((name) => this.#read(join(this.#directory, name)) ?? []);
  }

  has(id: number): boolean {
    return exists(this.#path(id));
  }

  add(mail: HeldMail): void {
    replace(this.#path(mail.id), `${JSON.stringify(mail)}\n`);
  }

  remove(id: number): void {
    remove(this.#path(id));
  }

  #read(path: string): HeldMail | null {
    // Written by `add` above.
    return readJson(path) as HeldMail | null;
  }

  #path(id: number): string {
    return join(this.#directory, `${id}.json`);
  }
}
