/**
 * What must go out, until it has gone: one small JSON file a mail.
 *
 * `<id>.json` waits. Whoever hands it over holds the lock of its claim file
 * (hand-over.ts): `<id>.claim`, or `<id>.again` once nobody knows how the first time
 * ended. What became of it is told by the claim file, and by a rename to `<id>.sent` or
 * `<id>.failed`; the next commit takes it into the journal and removes all of them. A
 * mail without its `.json` is never begun, and a claim file is removed under the store's
 * lock alone, or when nothing else is left of its mail: so nothing is begun twice. Derived
 * from the journal; but that a hand-over may have begun, the durable name of its claim says
 * also after a power cut, until the journal knows how it ended.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { claimedOf, MAX_REFUSALS } from '../../journal/hand-over.ts';
import { type Edit, rowAfter } from '../../journal/lists/list.ts';
import type { ClaimFilter, HandOver, UnsentMail } from '../../journal/outbox.ts';
import type { Change } from '../../ticket/change.ts';
import {
  append,
  changedAt,
  close,
  exists,
  move,
  names,
  openToAppend,
  readEnds,
  readText,
  remove,
  replace,
  sync,
  syncDirectoryBy,
} from './disk.ts';
import { CLAIM_EXIT, commandOf, lostLine, type Standing, standing } from './hand-over.ts';
import { isHeld } from './lock.ts';
import type { Applying, Stored } from './stored.ts';

export type Sync = (fd: number, path: string) => Promise<void> | void;

interface OutboxFile extends CommittedMail {
  readonly v: 1;
}

type CommittedMail = Omit<UnsentMail, 'isBegun'>;

/** One that is about to begin. */
export interface Attempt {
  /**
   * Runs sendmail: claims the mail as long as it runs, and writes down how that ended, whatever
   * becomes of us.
   */
  readonly command: readonly [string, ...string[]];
  /** To be its descriptor 3, and to be closed here when it has been started. */
  readonly descriptor: number;
  /** What came of it, once the command has ended with this status. */
  end(exit: number | null): HandOver;
}

export class Outbox implements Stored<UnsentMail> {
  readonly #directory: string;
  readonly #sync: Sync;

  constructor(root: string, syncing: Sync = sync) {
    this.#directory = join(root, 'outbox');
    this.#sync = syncing;
  }

  /** As each of them stands right now. */
  unsent(): readonly UnsentMail[] {
    const all = names(this.#directory);
    const claims = new Set(all.filter(isClaim));
    return this.#files('.json', all).flatMap((file): readonly UnsentMail[] => {
      const stands = claims.has(claimOf(file)) ? this.#standing(claimOf(file)) : null;
      if (stands?.end === 'taken') return [];
      if (stands?.end === 'refused' || stands?.end === 'failed') {
        return [{ ...this.#tried(file, stands), isBegun: false }];
      }
      return [{ ...file, isBegun: stands !== null }];
    });
  }

  nameOf(key: string): string {
    return `outbox/${key}`;
  }

  /** Everything that the journal does not know to have gone, as it was committed. */
  found(): ReadonlyMap<string, UnsentMail> {
    const all = names(this.#directory);
    const untried = { isBegun: false, refusals: 0, lastTried: null, lastError: null };
    const files = ENDINGS.flatMap((end) => this.#files(end, all));
    return new Map(files.map((file) => [this.nameOf(file.id), { ...file, ...untried }]));
  }

  write(edits: readonly Edit<UnsentMail>[], { how }: Applying): void {
    for (const edit of edits) {
      if (edit.type === 'put') this.#add(edit.row, how === 'own');
      else if (edit.type === 'delete') this.#forgetMail(edit.key);
      else this.#change(edit);
    }
  }

  /** It stays: its claims may be alive. */
  forget(): void {}

  /** Puts a mail in; one that is not new, unless its fate is known. */
  #add(mail: UnsentMail, isNew: boolean): void {
    const known = isNew ? undefined : ENDINGS.find((end) => exists(this.#path(mail.id, end)));
    if (known === undefined) this.#write(mail);
    // A power cut may leave the name alone.
    else if (this.#read(this.#path(mail.id, known)) === null) this.#write(mail, known);
  }

  /** Gets an attempt ready to begin; its claim is its own to take. */
  async attempt(mail: UnsentMail, sendmail: readonly string[]): Promise<Attempt> {
    const file = this.#path(mail.id, '.json');
    const claim = join(this.#directory, claimOf(mail));
    const descriptor = openToAppend(claim);
    try {
      // From here on a power cut leaves the question whether it has begun.
      await syncDirectoryBy(this.#directory, this.#sync);
    } catch (error) {
      close(descriptor);
      throw error;
    }
    return {
      command: commandOf(file, randomBytes(8).toString('hex'), sendmail),
      descriptor,
      end: (exit) => this.#endOf(mail, exit),
    };
  }

  /** What has become of an attempt whose shell has ended. */
  #endOf(mail: UnsentMail, exit: number | null): HandOver {
    const claim = claimOf(mail);
    const stands = this.#standing(claim);
    if (stands !== null && stands.end !== 'begun') return stands;
    if (exit === 0) return { end: 'taken' };
    if (!exists(this.#path(mail.id, '.json'))) {
      this.#removeLeft(claim);
      return { end: 'taken' };
    }
    // Somebody else sees to it, or has; if nobody does any more, `findLost` tells.
    const isElsewhere = exit === CLAIM_EXIT.busy || exit === CLAIM_EXIT.notOurs;
    if (stands !== null || isElsewhere) return { end: 'under way' };
    return { end: 'failed', error: `it could not be handed over: exit ${exit ?? 'by a signal'}` };
  }

  /**
   * Looks which hand-overs have ended without a word: at most so many of those that have no
   * end yet, others each time. True if the journal does not know of one of them yet.
   */
  findLost(limit: number): boolean {
    const begun = names(this.#directory).filter(isClaim);
    const from = Math.floor(Math.random() * begun.length);
    let found = false;
    let looked = 0;
    for (const claim of [...begun.slice(from), ...begun.slice(0, from)]) {
      const stands = this.#standing(claim);
      if (stands?.end === 'unknown') found = found || this.#isCurrent(claim);
      if (stands?.end !== 'begun' || looked >= limit) continue;
      looked += 1;
      if (!isHeld(join(this.#directory, claim))) found = this.#lose(claim, stands.mark) || found;
    }
    return found;
  }

  isUnderWay(mail: UnsentMail): boolean {
    return mail.isBegun && isHeld(join(this.#directory, claimOf(mail)));
  }

  /**
   * The lock of the attempt with this mark was free. If it has not written how it ended by now,
   * nobody will.
   */
  #lose(claim: string, mark: string | null): boolean {
    const stands = this.#standing(claim);
    if (stands?.end !== 'begun' || stands.mark !== mark) return false;
    append(join(this.#directory, claim), lostLine(mark));
    return true;
  }

  /** Not that of a first time after which the mail goes once more. */
  #isCurrent(claim: string): boolean {
    const file = this.#read(this.#path(idOf(claim), '.json'));
    return file !== null && claimOf(file) === claim;
  }

  /**
   * Notes the attempts that have ended, and gives the mails that may be tried. Under the store's
   * lock.
   */
  claim(wanted: ClaimFilter, limit: number, now: Date): readonly UnsentMail[] {
    this.#settle();
    return claimedOf(this.unsent(), wanted, limit, now);
  }

  /** Puts into the mails' own files what the claim files say. */
  #settle(): void {
    for (const claim of names(this.#directory).filter(isClaim)) {
      const id = idOf(claim);
      const file = this.#read(this.#path(id, '.json'));
      const stands = this.#standing(claim);
      if (file === null) this.#removeLeft(claim);
      // Of a first time: as long as it lies there, nobody who is late begins that again.
      else if (claimOf(file) !== claim) continue;
      else if (stands?.end === 'taken') this.markSent(file);
      else if (stands?.end === 'refused' || stands?.end === 'failed') {
        const tried = this.#tried(file, stands);
        this.#write(tried);
        if (tried.refusals >= MAX_REFUSALS)
          move(this.#path(id, '.json'), this.#path(id, '.failed'));
        remove(join(this.#directory, claim));
      }
    }
  }

  /** Also of one that could not be begun, of which no claim file tells. Under the store's lock. */
  noteFailure(mail: UnsentMail, isForGood: boolean): void {
    this.#settle();
    const known = this.#read(this.#path(mail.id, '.json'));
    const { lastTried, lastError } = mail;
    if (known === null) return;
    this.#write({ ...known, lastTried, lastError });
    if (isForGood) move(this.#path(mail.id, '.json'), this.#path(mail.id, '.failed'));
  }

  /**
   * Nobody tries the mail again once its name has changed. The claim stays: after a power cut it
   * may be all that is left.
   */
  markSent({ id }: Pick<UnsentMail, 'id'>): void {
    move(this.#path(id, '.json'), this.#path(id, '.sent'));
  }

  /** The claim of somebody who was late: nothing else is left of the mail. */
  #removeLeft(claim: string): void {
    const isGone = ENDINGS.every((end) => !exists(this.#path(idOf(claim), end)));
    if (isGone) remove(join(this.#directory, claim));
  }

  /** Whether the next commit has something to say of mails. */
  hasFates(): boolean {
    return names(this.#directory).some((name) => {
      if (name.endsWith('.sent') || name.endsWith('.failed')) {
        return this.#read(join(this.#directory, name)) !== null;
      }
      const stands = isClaim(name) ? this.#standing(name) : null;
      return (stands?.end === 'taken' || stands?.end === 'unknown') && this.#isCurrent(name);
    });
  }

  /**
   * What has become of mails since the last commit, as changes for the next one. Under the lock.
   */
  fates(): readonly Change[] {
    if (names(this.#directory).some(isClaim)) this.#settle();
    const all = names(this.#directory);
    const lost = all.filter((name) => isClaim(name) && this.#standing(name)?.end === 'unknown');
    return [
      ...this.#files('.sent', all).map(
        ({ id, ticket, serial }): Change => ({ type: 'reply.sent', ticket, serial, mail: id }),
      ),
      ...this.#files('.failed', all).map(
        ({ id, ticket, serial, lastError }): Change => ({
          type: 'reply.failed',
          ticket,
          serial,
          mail: id,
          reason: lastError ?? '',
        }),
      ),
      ...this.#files('.json', all)
        .filter((file) => lost.includes(claimOf(file)))
        .map((file): Change => {
          const { id, ticket, serial } = file;
          const again = isOfPerson(file) && file.repeated === undefined;
          return { type: 'reply.unknown', ticket, serial, mail: id, again };
        }),
    ];
  }

  /** Of a mail that waits. */
  #change(edit: Edit<UnsentMail>): void {
    const file = this.#read(this.#path(edit.key, '.json'));
    if (file === null) return;
    const before = { ...file, isBegun: false };
    const after = rowAfter(edit, () => before);
    if (after !== null && after !== before) this.#write(after);
  }

  /** One whose fate the journal knows. */
  #forgetMail(id: string): void {
    for (const end of [...ENDINGS, ...CLAIMS]) remove(this.#path(id, end));
  }

  /** After another boot: removes what does not read; gives true if there was such a file. */
  dropDamaged(isSameBoot = false): boolean {
    let found = false;
    for (const name of names(this.#directory)) {
      const path = join(this.#directory, name);
      if (name.endsWith('.new')) remove(path);
      // Its name was durable before it began; what it said of its end was not.
      else if (isClaim(name)) this.#loseAfterBoot(name, isSameBoot);
      // The name of another alone says that the mail has gone: it must not come back.
      else if (name.endsWith('.json') && parse(readText(path) ?? '') === null) {
        remove(path);
        found = true;
      }
    }
    return found;
  }

  /**
   * Unless its process lives: a rebuild, too, looks as if the machine had come up. An empty
   * claim has surely not begun if it has not.
   */
  #loseAfterBoot(claim: string, isSameBoot: boolean): void {
    const path = join(this.#directory, claim);
    const stands = this.#standing(claim);
    if (stands === null && isSameBoot) return;
    if ((stands !== null && stands.end !== 'begun') || isHeld(path)) return;
    append(path, lostLine(stands?.mark ?? null));
  }

  #standing(claim: string): Standing | null {
    return standing(readEnds(join(this.#directory, claim)) ?? '');
  }

  /** After an attempt that the MTA did not take. */
  #tried(
    file: CommittedMail,
    stands: Extract<Standing, { end: 'refused' | 'failed' }>,
  ): CommittedMail {
    const at = changedAt(join(this.#directory, claimOf(file)))?.toISOString() ?? null;
    // Written down already, by a run that died before it removed the claim file.
    if (at === null || at === file.lastTried) return file;
    const refusals = file.refusals + (stands.end === 'refused' ? 1 : 0);
    return { ...file, refusals, lastTried: at, lastError: stands.error };
  }

  #files(end: Ending, all: readonly string[]): readonly CommittedMail[] {
    return all
      .filter((name) => name.endsWith(end))
      .sort((a, b) => Number.parseFloat(a) - Number.parseFloat(b))
      .flatMap((name) => this.#read(join(this.#directory, name)) ?? []);
  }

  /**
   * null if the file has gone meanwhile, or does not read: fsck names it, and rebuild makes it
   * anew.
   */
  #read(path: string): CommittedMail | null {
    const text = readText(path);
    return text === null ? null : parse(text);
  }

  #write(mail: CommittedMail, end: Ending = '.json'): void {
    const file: OutboxFile = { v: 1, ...committedPart(mail) };
    replace(this.#path(mail.id, end), `${JSON.stringify(file, null, 2)}\n`);
  }

  #path(id: string, end: Ending | ClaimEnding): string {
    return join(this.#directory, `${id}${end}`);
  }
}

const ENDINGS = ['.json', '.sent', '.failed'] as const;
type Ending = (typeof ENDINGS)[number];
const CLAIMS = ['.claim', '.again'] as const;
type ClaimEnding = (typeof CLAIMS)[number];

function isClaim(name: string): boolean {
  return CLAIMS.some((end) => name.endsWith(end));
}

function idOf(claim: string): string {
  return claim.slice(0, claim.lastIndexOf('.'));
}

function claimOf({ id, repeated }: Pick<UnsentMail, 'id' | 'repeated'>): string {
  const end: ClaimEnding = repeated === undefined ? '.claim' : '.again';
  return `${id}${end}`;
}

/** What a machine says has the null sender (RFC 3834 3.3), and what a person says never. */
function isOfPerson({ sender }: Pick<UnsentMail, 'sender'>): boolean {
  return sender !== '';
}

function parse(text: string): CommittedMail | null {
  try {
    // Written by #write above; a torn one does not parse.
    const file = JSON.parse(text) as Partial<OutboxFile>;
    return typeof file.id === 'string' && typeof file.raw === 'string'
      ? committedPart(file as OutboxFile)
      : null;
  } catch {
    return null;
  }
}

function committedPart(file: CommittedMail): CommittedMail {
  const { id, seq, ticket, serial, sender, recipient, raw, sha256, since } = file;
  const { repeated, refusals, lastTried, lastError } = file;
  return {
    ...{ id, seq, ticket, serial, sender, recipient, raw, sha256, since },
    ...(repeated !== undefined && { repeated }),
    ...{ refusals, lastTried, lastError },
  };
}
