/**
 * What must go out, until it has gone: one small JSON file a mail.
 *
 * Derived from the journal (a commit's `outgoing` minus `reply.sent` and
 * `reply.failed`). A mail is sent by the process that claimed it; a claim ends
 * with its process. Claims are taken under the store's lock; `release` is
 * called by the claimant alone and needs none.
 */
import { join } from 'node:path';
import { Failure } from '../outcome.ts';
import { names, readText, remove, replace } from './disk.ts';
import { bootId, isAlive, type ProcessIdentity, thisProcess } from './process-identity.ts';
import type { WaitingMail } from './store.ts';

interface OutboxFile extends WaitingMail {
  readonly v: 1;
  readonly claim: ProcessIdentity | null;
}

export class Outbox {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  waiting(): readonly WaitingMail[] {
    return this.#files().map(publicPart);
  }

  /** Puts a mail in, claimed by this process or by nobody. */
  add(mail: WaitingMail, claimed: boolean): void {
    this.#write(mail, claimed ? thisProcess(bootId()) : null);
  }

  claim(wanted: (mail: WaitingMail) => boolean, limit: number): readonly WaitingMail[] {
    const candidates = this.#files().filter(wanted);
    if (candidates.length === 0) return [];
    const boot = bootId();
    const self = thisProcess(boot);
    const free = candidates
      .filter((file) => file.claim === null || !isAlive(file.claim, boot))
      .sort((a, b) => (lastActivity(a) < lastActivity(b) ? -1 : 1))
      .slice(0, limit);
    for (const file of free) this.#write(file, self);
    return free.map(publicPart);
  }

  release(mail: WaitingMail): void {
    this.#write(mail, null);
  }

  done(id: string): void {
    remove(this.#path(id));
  }

  #files(): readonly OutboxFile[] {
    return names(this.#directory)
      .filter((name) => name.endsWith('.json'))
      .sort((a, b) => Number.parseFloat(a) - Number.parseFloat(b))
      .flatMap((name) => this.#read(join(this.#directory, name)) ?? []);
  }

  #read(path: string): OutboxFile | null {
    const text = readText(path);
    if (text === null) return null;
    try {
      // Written by #write below; a torn one does not parse.
      return JSON.parse(text) as OutboxFile;
    } catch (error) {
      throw new Failure('store-damaged', `${path}: not JSON`, { cause: error });
    }
  }

  #write(mail: WaitingMail, claim: ProcessIdentity | null): void {
    const file: OutboxFile = { v: 1, ...publicPart(mail), claim };
    replace(this.#path(mail.id), `${JSON.stringify(file, null, 2)}\n`);
  }

  #path(id: string): string {
    return join(this.#directory, `${id}.json`);
  }
}

function lastActivity(mail: WaitingMail): string {
  return mail.lastTried ?? mail.since;
}

function publicPart(file: WaitingMail): WaitingMail {
  const { id, ticket, sender, recipient, raw, since, refusals, lastTried, lastError } = file;
  return { id, ticket, sender, recipient, raw, since, refusals, lastTried, lastError };
}
