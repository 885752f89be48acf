/**
 * Mail that waits for a person of the desk to let it in or throw it away: one
 * small JSON file a mail, `held/<sequence number>.json`.
 *
 * Derived from the journal; the mail itself lies in raw/. Putting in what is
 * there, and taking out what is not, changes nothing. A file that does not read
 * is fsck's to report, and hides no other. What a file says never changes, so each
 * is read once.
 */
import { join } from 'node:path';
import type { HeldMail } from '../../ticket/held.ts';
import { exists, names, readJson, remove, replace } from './disk.ts';

export class Held {
  readonly #directory: string;
  #known: ReadonlyMap<string, HeldMail> = new Map();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Oldest first. */
  all(): readonly HeldMail[] {
    const found = new Map<string, HeldMail>();
    const all = names(this.#directory).filter((name) => /^\d+\.json$/.test(name));
    for (const name of all.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))) {
      const mail = this.#known.get(name) ?? this.#read(join(this.#directory, name));
      if (mail !== null) found.set(name, mail);
    }
    this.#known = found;
    return [...found.values()];
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
