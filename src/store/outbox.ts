/**
 * What must go out, until it has gone: one small JSON file a mail.
 *
 * `<id>.json` waits. A mail is sent by the process that claimed it, and a claim
 * ends with its process; claims are taken under the store's lock. What became
 * of a mail is a rename to `<id>.sent` or `<id>.failed`, made by the claimant
 * without lock or fsync; the next commit takes it into the journal and removes
 * it. Derived from the journal, so a power cut at worst sends a mail again.
 */
import { join } from 'node:path';
import { ageOf } from '../ticket/age.ts';
import type { Change } from '../ticket/change.ts';
import { exists, move, names, readText, remove, replace } from './disk.ts';
import { isAlive, type ProcessIdentity, thisProcess } from './process-identity.ts';
import type { WaitingMail } from './store.ts';

interface OutboxFile extends WaitingMail {
  readonly v: 1;
  readonly claim: ProcessIdentity | null;
}

export class Outbox {
  readonly #directory: string;
  readonly #boot: string;

  constructor(directory: string, boot: string) {
    this.#directory = directory;
    this.#boot = boot;
  }

  waiting(): readonly WaitingMail[] {
    return this.#files('.json').map(publicPart);
  }

  /** Everything that the journal does not know to have gone, by id. */
  all(): ReadonlyMap<string, WaitingMail> {
    const files = ENDINGS.flatMap((end) => this.#files(end));
    return new Map(files.map((file) => [file.id, publicPart(file)]));
  }

  /** Puts a mail in, claimed by this process or by nobody, unless its fate is known. */
  add(mail: WaitingMail, isOurs: boolean): void {
    if (!isOurs && ENDINGS.some((end) => exists(this.#path(mail.id, end)))) return;
    this.#write(mail, isOurs ? thisProcess(this.#boot) : null);
  }

  claim(wanted: (mail: WaitingMail) => boolean, limit: number, now: Date): readonly WaitingMail[] {
    const candidates = this.#files('.json').filter(wanted);
    if (candidates.length === 0) return [];
    const self = thisProcess(this.#boot);
    const lastActivity = ({ lastTried, since }: WaitingMail) => ageOf(lastTried ?? since, now);
    const free = candidates
      .filter((file) => file.claim === null || !isAlive(file.claim, this.#boot))
      .sort((a, b) => compare(lastActivity(b), lastActivity(a)))
      .slice(0, limit);
    for (const file of free) this.#write(file, self);
    return free.map(publicPart);
  }

  release(mail: WaitingMail): void {
    this.#write(mail, null);
  }

  markSent(id: string): void {
    move(this.#path(id, '.json'), this.#path(id, '.sent'));
  }

  markFailed(mail: WaitingMail): void {
    this.#write(mail, null);
    move(this.#path(mail.id, '.json'), this.#path(mail.id, '.failed'));
  }

  /** What has become of mails since the last commit, as changes for the next one. */
  fates(): readonly Change[] {
    return [
      ...this.#files('.sent').map(
        ({ id, ticket, serial }): Change => ({ type: 'reply.sent', ticket, serial, mail: id }),
      ),
      ...this.#files('.failed').map(
        ({ id, ticket, serial, lastError }): Change => ({
          type: 'reply.failed',
          ticket,
          serial,
          mail: id,
          reason: lastError ?? '',
        }),
      ),
    ];
  }

  /** Forgets a mail whose fate the journal knows. */
  done(id: string): void {
    for (const end of ENDINGS) remove(this.#path(id, end));
  }

  /** Removes what does not read; gives true where there was such a file. */
  dropDamaged(): boolean {
    let found = false;
    for (const name of names(this.#directory)) {
      if (name.endsWith('.new')) remove(join(this.#directory, name));
      // The name of another alone says that the mail has gone: it must not come back.
      else if (
        name.endsWith('.json') &&
        parse(readText(join(this.#directory, name)) ?? '') === null
      ) {
        remove(join(this.#directory, name));
        found = true;
      }
    }
    return found;
  }

  #files(end: Ending): readonly OutboxFile[] {
    return names(this.#directory)
      .filter((name) => name.endsWith(end))
      .sort((a, b) => Number.parseFloat(a) - Number.parseFloat(b))
      .flatMap((name) => this.#read(join(this.#directory, name)) ?? []);
  }

  /** null where the file has gone meanwhile, or does not read: fsck names it, and rebuild makes it again. */
  #read(path: string): OutboxFile | null {
    const text = readText(path);
    return text === null ? null : parse(text);
  }

  #write(mail: WaitingMail, claim: ProcessIdentity | null): void {
    const file: OutboxFile = { v: 1, ...publicPart(mail), claim };
    replace(this.#path(mail.id, '.json'), `${JSON.stringify(file, null, 2)}\n`);
  }

  #path(id: string, end: Ending): string {
    return join(this.#directory, `${id}${end}`);
  }
}

const ENDINGS = ['.json', '.sent', '.failed'] as const;
type Ending = (typeof ENDINGS)[number];

function parse(text: string): OutboxFile | null {
  try {
    // Written by #write above; a torn one does not parse.
    const file = JSON.parse(text) as Partial<OutboxFile>;
    return typeof file.id === 'string' && typeof file.raw === 'string'
      ? (file as OutboxFile)
      : null;
  } catch {
    return null;
  }
}

/** Also of two that are infinite. */
function compare(a: number, b: number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function publicPart(file: WaitingMail): WaitingMail {
  const { id, seq, ticket, serial, sender, recipient, raw, sha256, since } = file;
  const { refusals, lastTried, lastError } = file;
  return {
    id,
    seq,
    ticket,
    serial,
    sender,
    recipient,
    raw,
    sha256,
    since,
    refusals,
    lastTried,
    lastError,
  };
}
