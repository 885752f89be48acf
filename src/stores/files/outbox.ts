/**
 * What must go out, until it has gone: one small JSON file a mail (outbox-files.ts).
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
import { claimedOf, MAX_REFUSALS, rejectedFates, unknownFate } from '../../journal/hand-over.ts';
import { type Edit, rowAfter } from '../../journal/lists/list.ts';
import type { ClaimFilter, HandOver, UnsentMail } from '../../journal/outbox.ts';
import { isTakenAtOnce } from '../../runtime/flock.ts';
import type { Change } from '../../ticket/change.ts';
import { type Sum, sentSum } from '../../ticket/mail.ts';
import {
  append,
  changedAt,
  close,
  openToAppend,
  readEnds,
  remove,
  sync,
  syncDirectoryBy,
} from '../disk/disk.ts';
import { isHeld } from '../disk/lock.ts';
import { SharedSync } from '../disk/shared-sync.ts';
import { CLAIM_EXIT, commandOf, lostLine, type Standing, standing, sumIn } from './hand-over.ts';
import {
  CLAIMS,
  type CommittedMail,
  claimOf,
  ENDINGS,
  idOf,
  isClaim,
  OutboxFiles,
} from './outbox-files.ts';
import { OutboxSecrets } from './outbox-secrets.ts';
import type { OwnClaims } from './own-claims.ts';
import type { Applying, Stored } from './stored.ts';

export type Sync = (fd: number, path: string) => Promise<void> | void;

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

export interface ForOwn {
  /** Path of the claim, and what makes it. */
  readonly claim: string;
  readonly own: OwnClaims;
  /** Makes its name durable. */
  readonly sync: () => Promise<void>;
  readonly isWaiting: () => boolean;
  /** Removes the claim if nothing else is left of the mail. */
  readonly removeLeft: () => void;
}

export class Outbox implements Stored<UnsentMail> {
  readonly #files: OutboxFiles;
  readonly #secrets: OutboxSecrets;
  readonly #root: string;
  #own: Promise<OwnClaims> | null = null;
  /** Claims of several mails become durable together. */
  readonly #names: SharedSync;

  constructor(root: string, syncing: Sync = sync) {
    this.#files = new OutboxFiles(root);
    this.#secrets = new OutboxSecrets(this.#files.directory);
    this.#root = root;
    this.#names = new SharedSync(() => syncDirectoryBy(this.#files.directory, syncing));
  }

  /** As each of them stands right now. */
  unsent(): readonly UnsentMail[] {
    const all = this.#files.names();
    const claims = new Set(all.filter(isClaim));
    return this.#files.mails('.json', all).flatMap((file): readonly UnsentMail[] => {
      const stands = claims.has(claimOf(file)) ? this.#standing(claimOf(file)) : null;
      if (stands?.end === 'taken' || stands?.end === 'rejected') return [];
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
    const all = this.#files.names();
    const untried = { isBegun: false, refusals: 0, lastTried: null, lastError: null };
    const files = ENDINGS.flatMap((end) => this.#files.mails(end, all));
    return new Map(files.map((file) => [this.nameOf(file.id), { ...file, ...untried }]));
  }

  write(edits: readonly Edit<UnsentMail>[], { how }: Applying): void {
    const forgets = how === 'own' && edits.some(({ type }) => type === 'delete');
    const known = forgets ? new Set(this.#files.names()) : null;
    for (const edit of edits) {
      if (edit.type === 'put') this.#add(edit.row, how === 'own');
      else if (edit.type === 'delete') this.#forgetMail(edit.key, known);
      else this.#change(edit);
    }
  }

  /** It stays: its claims may be alive. */
  forget(): void {}

  /** Puts a mail in; one that is not new, unless its fate is known. */
  #add(mail: UnsentMail, isNew: boolean): void {
    const known = isNew ? undefined : ENDINGS.find((end) => this.#files.has(mail.id, end));
    if (known === undefined) this.#files.write(mail);
    // A power cut may leave the name alone.
    else if (this.#files.read(mail.id, known) === null) this.#files.write(mail, known);
  }

  /** Before they are committed. Under the lock. */
  keepSecrets(texts: ReadonlyMap<string, string>): void {
    for (const [id, text] of texts) this.#secrets.keep(id, text);
  }

  /** They were not committed, and that is certain. */
  removeSecrets(texts: ReadonlyMap<string, string>): void {
    for (const id of texts.keys()) this.#secrets.remove(id);
  }

  /** Of a mail that is kept without its secret; null if it has gone, or came from a backup. */
  secretText({ id }: Pick<UnsentMail, 'id'>): string | null {
    return this.#secrets.read(id);
  }

  /** Whether a run that died has left a secret. */
  hasLeftSecrets(): boolean {
    return this.#secrets.left(this.#files.names()).length > 0;
  }

  /** Under the lock: what is being committed has no other file yet. */
  removeLeftSecrets(all = this.#files.names()): void {
    for (const id of this.#secrets.left(all)) this.#secrets.remove(id);
  }

  /**
   * Gets an attempt ready to begin; its claim is its own to take. `sum`: of what sendmail will
   * read, if it may be written down.
   */
  async attempt(mail: UnsentMail, sum: Sum | null, sendmail: readonly string[]): Promise<Attempt> {
    const file = this.#files.path(`${mail.id}.json`);
    const claim = this.#files.path(claimOf(mail));
    const descriptor = openToAppend(claim);
    try {
      // From here on a power cut leaves the question whether it has begun.
      await this.#names.durable();
    } catch (error) {
      close(descriptor);
      throw error;
    }
    const mark = randomBytes(8).toString('hex');
    // The shell inherits the description, and with it the lock.
    const isLocked = isTakenAtOnce(descriptor, 'exclusive');
    return {
      command: commandOf(file, mark, sum, sendmail, isLocked),
      descriptor,
      end: (exit) => this.#endOf(mail, exit),
    };
  }

  /** For an attempt that this process makes itself (submitting.ts). */
  async forOwn(mail: UnsentMail): Promise<ForOwn> {
    const claim = claimOf(mail);
    this.#own ??= import('./own-claims.ts').then(
      ({ OwnClaims }) => new OwnClaims(join(this.#root, 'incoming')),
    );
    return {
      claim: this.#files.path(claim),
      own: await this.#own,
      sync: () => this.#names.durable(),
      isWaiting: () => this.#files.has(mail.id, '.json'),
      removeLeft: () => this.#removeLeft(claim),
    };
  }

  /** What has become of an attempt whose shell has ended. */
  #endOf(mail: UnsentMail, exit: number | null): HandOver {
    const claim = claimOf(mail);
    const stands = this.#standing(claim);
    if (stands !== null && stands.end !== 'begun') return stands;
    if (exit === 0) return { end: 'taken' };
    if (!this.#files.has(mail.id, '.json')) {
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
  async findLost(limit: number): Promise<boolean> {
    (await this.#own)?.writeOwed();
    const all = new Set(this.#files.names());
    // What has gone is told by the next commit, whatever its claim says.
    const begun = [...all].filter((name) => isClaim(name) && !all.has(`${idOf(name)}.sent`));
    const from = Math.floor(Math.random() * begun.length);
    let found = false;
    let looked = 0;
    for (const claim of [...begun.slice(from), ...begun.slice(0, from)]) {
      const stands = this.#standing(claim);
      if (stands?.end === 'unknown') found = found || this.#isCurrent(claim);
      if (stands?.end === 'rejected') found = true;
      if (stands?.end !== 'begun' || looked >= limit) continue;
      looked += 1;
      if (!isHeld(this.#files.path(claim))) found = this.#lose(claim, stands.mark) || found;
    }
    return found;
  }

  isUnderWay(mail: UnsentMail): boolean {
    const claim = claimOf(mail);
    return this.#standing(claim)?.end === 'begun' && isHeld(this.#files.path(claim));
  }

  /**
   * The lock of the attempt with this mark was free. If it has not written how it ended by now,
   * nobody will.
   */
  #lose(claim: string, mark: string | null): boolean {
    const stands = this.#standing(claim);
    if (stands?.end !== 'begun' || stands.mark !== mark) return false;
    append(this.#files.path(claim), lostLine(mark));
    return true;
  }

  /** Not that of a first time after which the mail goes once more. */
  #isCurrent(claim: string): boolean {
    const file = this.#files.read(idOf(claim), '.json');
    return file !== null && claimOf(file) === claim;
  }

  /**
   * Notes the attempts that have ended, and gives the mails that may be tried. Under the store's
   * lock.
   */
  claim(wanted: ClaimFilter, limit: number, now: Date): readonly UnsentMail[] {
    this.#settle(this.#files.names());
    return claimedOf(this.unsent(), wanted, limit, now);
  }

  /**
   * Puts into the mails' own files what the claim files say; gives the names of the files as they are
   * then. `all`: as they were. One that waits no more by them never will again.
   */
  #settle(all: readonly string[]): readonly string[] {
    const known = new Set(all);
    const isTold = (id: string) =>
      !known.has(`${id}.json`) && (known.has(`${id}.sent`) || known.has(`${id}.failed`));
    const open = all.filter((name) => isClaim(name) && !isTold(idOf(name)));
    for (const claim of open) {
      const id = idOf(claim);
      const file = this.#files.read(id, '.json');
      const stands = file === null ? null : this.#standing(claim);
      if (file === null) this.#removeLeft(claim);
      // Of a first time: as long as it lies there, nobody who is late begins that again.
      else if (claimOf(file) !== claim) continue;
      else if (stands?.end === 'taken') this.markSent(file);
      else if (stands?.end === 'rejected') {
        this.#files.write(this.#tried(file, stands));
        this.#fail(id);
      } else if (stands?.end === 'refused' || stands?.end === 'failed') {
        const tried = this.#tried(file, stands);
        this.#files.write(tried);
        if (tried.refusals >= MAX_REFUSALS) this.#fail(id);
        this.#files.remove(claim);
      }
    }
    return open.length === 0 ? all : this.#files.names();
  }

  /** Also of one that could not be begun, of which no claim file tells. Under the store's lock. */
  noteFailure(mail: UnsentMail, isForGood: boolean): void {
    this.#settle(this.#files.names());
    const known = this.#files.read(mail.id, '.json');
    const { lastTried, lastError } = mail;
    if (known === null) return;
    this.#files.write({ ...known, lastTried, lastError });
    if (isForGood) this.#fail(mail.id);
  }

  #fail(id: string): void {
    this.#files.move(id, '.json', '.failed');
    this.#secrets.remove(id);
  }

  /**
   * Nobody tries the mail again once its name has changed. The claim stays: after a power cut it
   * may be all that is left.
   */
  markSent({ id }: Pick<UnsentMail, 'id'>): void {
    this.#files.move(id, '.json', '.sent');
    this.#secrets.remove(id);
  }

  /** The claim of somebody who was late: nothing else is left of the mail. */
  #removeLeft(claim: string): void {
    const isGone = ENDINGS.every((end) => !this.#files.has(idOf(claim), end));
    if (isGone) this.#files.remove(claim);
  }

  /** Ids of mails that sendmail may have been given. */
  begun(): readonly string[] {
    const all = this.#files.names();
    return all.filter((name) => isClaim(name) || name.endsWith('.sent')).map(idOf);
  }

  /** Whether the next commit has something to say of mails. */
  hasFates(): boolean {
    return this.#files.names().some((name) => {
      if (name.endsWith('.sent') || name.endsWith('.failed')) {
        return this.#files.readNamed(name) !== null;
      }
      const stands = isClaim(name) ? this.#standing(name) : null;
      const isEnd = stands !== null && ['taken', 'unknown', 'rejected'].includes(stands.end);
      return isEnd && this.#isCurrent(name);
    });
  }

  /**
   * What has become of mails since the last commit, as changes for the next one; but of those that
   * were rejected (`rejected`). Under the lock.
   */
  fates(): readonly Change[] {
    const listed = this.#files.names();
    this.removeLeftSecrets(listed);
    const all = this.#settle(listed);
    const claims = new Set(all.filter(isClaim));
    const begun = new Set([...claims].map(idOf));
    const isLost = (claim: string) => claims.has(claim) && this.#standing(claim)?.end === 'unknown';
    const about = ({ ticket, serial, id: mail }: CommittedMail) => ({ ticket, serial, mail });
    return [
      ...this.#files.mails('.sent', all).map((file): Change => {
        const sum = sumIn(this.#claimed(claimOf(file)));
        return { type: 'reply.sent', ...about(file), ...(sum && sentSum(sum)) };
      }),
      ...this.#files.mails('.failed', all).flatMap((file): readonly Change[] => {
        if (this.#standing(claimOf(file))?.end === 'rejected') return [];
        return [{ type: 'reply.failed', ...about(file), reason: file.lastError ?? '' }];
      }),
      ...this.#files
        .mails(
          '.json',
          all.filter((name) => begun.has(idOf(name))),
        )
        .filter((file) => isLost(claimOf(file)))
        .map(unknownFate),
    ];
  }

  /** Of mails that the MTA has rejected for good. Under the lock. */
  rejected(): readonly Change[] {
    const all = this.#settle(this.#files.names());
    return this.#files.mails('.failed', all).flatMap((file) => {
      const stands = this.#standing(claimOf(file));
      return stands?.end === 'rejected' ? rejectedFates(file, stands) : [];
    });
  }

  /** Of a mail that waits. */
  #change(edit: Edit<UnsentMail>): void {
    const file = this.#files.read(edit.key, '.json');
    if (file === null) return;
    const before = { ...file, isBegun: false };
    const after = rowAfter(edit, () => before);
    if (after !== null && after !== before) this.#files.write(after);
  }

  /**
   * One whose fate the journal knows. `known`: names of files, if they were listed. Of a mail that
   * does not wait by them there is nothing else; one that does may be given another name meanwhile.
   */
  #forgetMail(id: string, known: ReadonlySet<string> | null): void {
    this.#secrets.remove(id);
    const all = [...ENDINGS, ...CLAIMS].map((end) => `${id}${end}`);
    const isAny = known === null || known.has(`${id}.json`);
    for (const name of all) if (isAny || known.has(name)) this.#files.remove(name);
  }

  /** After another boot: removes what does not read; gives true if there was such a file. */
  dropDamaged(isSameBoot = false): boolean {
    let found = false;
    for (const name of this.#files.names()) {
      const path = this.#files.path(name);
      if (name.endsWith('.new')) remove(path);
      // Its name was durable before it began; what it said of its end was not.
      else if (isClaim(name)) this.#loseAfterBoot(name, isSameBoot);
      // The name of another alone says that the mail has gone: it must not come back.
      else if (name.endsWith('.json') && this.#files.readNamed(name) === null) {
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
    const path = this.#files.path(claim);
    const stands = this.#standing(claim);
    if (stands === null && isSameBoot) return;
    if ((stands !== null && stands.end !== 'begun') || isHeld(path)) return;
    append(path, lostLine(stands?.mark ?? null));
  }

  #standing(claim: string): Standing | null {
    return standing(this.#claimed(claim));
  }

  #claimed(claim: string): string {
    return readEnds(this.#files.path(claim)) ?? '';
  }

  /** After an attempt that the MTA did not take. */
  #tried(
    file: CommittedMail,
    stands: Extract<Standing, { end: 'refused' | 'rejected' | 'failed' }>,
  ): CommittedMail {
    const at = changedAt(this.#files.path(claimOf(file)))?.toISOString() ?? null;
    // Written down already, by a run that died before it removed the claim file.
    if (at === null || at === file.lastTried) return file;
    const refusals = file.refusals + (stands.end === 'refused' ? 1 : 0);
    const lastError = stands.end === 'rejected' ? `SMTP: ${stands.status}` : stands.error;
    return { ...file, refusals, lastTried: at, lastError };
  }
}
