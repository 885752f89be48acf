/**
 * The files of the outbox: which name says what, and how one is read and written.
 *
 * A mail has one of three: `<id>.json` waits, `<id>.sent` and `<id>.failed` say what became of it
 * until the journal knows. Beside it may lie the claim of its hand-over: `<id>.claim`, or
 * `<id>.again` once nobody knows how the first time ended. What they mean together is outbox.ts's.
 */
import { join } from 'node:path';
import type { UnsentMail } from '../../journal/outbox.ts';
import { exists, move, names, readText, remove, replace } from '../disk/disk.ts';

export const ENDINGS = ['.json', '.sent', '.failed'] as const;
export type Ending = (typeof ENDINGS)[number];
export const CLAIMS = ['.claim', '.again'] as const;
export type ClaimEnding = (typeof CLAIMS)[number];

/** Of an older program it also has the SHA-256 of its octets. */
export type CommittedMail = Omit<UnsentMail, 'isBegun'>;

interface OutboxFile extends CommittedMail {
  readonly v: 1;
}

export class OutboxFiles {
  readonly directory: string;

  constructor(root: string) {
    this.directory = join(root, 'outbox');
  }

  names(): readonly string[] {
    return names(this.directory);
  }

  /** The mails whose files end so, oldest first; `all`: names of files. */
  mails(end: Ending, all: readonly string[]): readonly CommittedMail[] {
    return all
      .filter((name) => name.endsWith(end))
      .sort((a, b) => Number.parseFloat(a) - Number.parseFloat(b))
      .flatMap((name) => this.readNamed(name) ?? []);
  }

  /**
   * null if the file has gone meanwhile, or does not read: fsck names it, and rebuild makes it
   * anew.
   */
  read(id: string, end: Ending): CommittedMail | null {
    return this.readNamed(`${id}${end}`);
  }

  readNamed(name: string): CommittedMail | null {
    const text = readText(this.path(name));
    return text === null ? null : parse(text);
  }

  write(mail: CommittedMail, end: Ending = '.json'): void {
    const file: OutboxFile = { v: 1, ...committedPart(mail) };
    replace(this.path(`${mail.id}${end}`), `${JSON.stringify(file, null, 2)}\n`);
  }

  has(id: string, end: Ending): boolean {
    return exists(this.path(`${id}${end}`));
  }

  move(id: string, from: Ending, to: Ending): void {
    move(this.path(`${id}${from}`), this.path(`${id}${to}`));
  }

  remove(name: string): void {
    remove(this.path(name));
  }

  path(name: string): string {
    return join(this.directory, name);
  }
}

export function isClaim(name: string): boolean {
  return CLAIMS.some((end) => name.endsWith(end));
}

export function idOf(claim: string): string {
  return claim.slice(0, claim.lastIndexOf('.'));
}

export function claimOf({ id, repeated }: Pick<UnsentMail, 'id' | 'repeated'>): string {
  const end: ClaimEnding = repeated === undefined ? '.claim' : '.again';
  return `${id}${end}`;
}

function parse(text: string): CommittedMail | null {
  try {
    // Written by `write` above; a torn one does not parse.
    const file = JSON.parse(text) as Partial<OutboxFile>;
    return typeof file.id === 'string' && typeof file.raw === 'string'
      ? committedPart(file as OutboxFile)
      : null;
  } catch {
    return null;
  }
}

function committedPart(file: CommittedMail): CommittedMail {
  const { id, seq, ticket, serial, sender, recipient, raw, since } = file;
  const { repeated, notBefore, isPromised, refusals, lastTried, lastError } = file;
  return {
    ...{ id, seq, ticket, serial, sender, recipient, raw, since },
    ...(notBefore !== undefined && { notBefore }),
    ...(isPromised && { isPromised }),
    ...(repeated !== undefined && { repeated }),
    ...{ refusals, lastTried, lastError },
  };
}
