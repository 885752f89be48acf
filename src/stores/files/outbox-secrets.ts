/**
 * The texts of mails that hold a secret, which their commits have without it: each in a file of its
 * own, `outbox/<id>.secret`, as long as its mail waits.
 *
 * It is durable before the commit is, since the mail must be the same octets on every try, and
 * durably removed when the mail has gone or never will. What a run leaves that dies in between
 * belongs to no mail that waits: the next one removes it, under the lock. No backup has it.
 */
import { join } from 'node:path';
import { createDurably, exists, readText, remove, syncDirectory } from '../disk/disk.ts';

const ENDING = '.secret';

export class OutboxSecrets {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  keep(id: string, text: string): void {
    // Of a run that died before its commit.
    remove(this.#path(id));
    createDurably(this.#path(id), text);
  }

  read(id: string): string | null {
    return readText(this.#path(id));
  }

  remove(id: string): void {
    if (!exists(this.#path(id))) return;
    remove(this.#path(id));
    syncDirectory(this.#directory);
  }

  /** Ids of mails that wait no more; `all`: names of files in the outbox. */
  left(all: readonly string[]): readonly string[] {
    return all
      .filter((name) => name.endsWith(ENDING))
      .map((name) => name.slice(0, -ENDING.length))
      .filter((id) => !all.includes(`${id}.json`));
  }

  #path(id: string): string {
    return join(this.#directory, `${id}${ENDING}`);
  }
}
