/**
 * What must go out and has not gone: how each mail stands, beside its row in the list.
 *
 * Every hand-over is one of this process, so none is ever lost.
 */
import { claimedOf, MAX_REFUSALS, rejectedFates, unknownFate } from '../../journal/hand-over.ts';
import type { ClaimFilter, HandOver, UnsentMail, Withheld } from '../../journal/outbox.ts';
import { type Change, isFate } from '../../ticket/change.ts';
import { type Sum, sentSum } from '../../ticket/mail.ts';
import type { Rejected } from '../../ticket/submitted.ts';

interface Standing extends Pick<UnsentMail, 'isBegun' | 'refusals' | 'lastTried' | 'lastError'> {
  readonly end: 'sent' | 'failed' | 'unknown' | Rejected | null;
  /** Of what sendmail was given last. */
  readonly sum: Sum | null;
}

const FRESH: Standing = {
  ...{ isBegun: false, refusals: 0, lastTried: null, lastError: null, end: null, sum: null },
};

export class MemoryOutbox {
  readonly #rows: () => Iterable<UnsentMail>;
  readonly #now: () => Date;
  readonly #standing = new Map<string, Standing>();
  readonly #secrets = new Map<string, string>();

  /** `rows`: the list as it is. */
  constructor(rows: () => Iterable<UnsentMail>, now: () => Date) {
    this.#rows = rows;
    this.#now = now;
  }

  unsent(): readonly UnsentMail[] {
    return [...this.#rows()].flatMap((row): readonly UnsentMail[] => {
      const { end, sum: _, ...stands } = this.#of(row);
      return end === null || end === 'unknown' ? [{ ...row, ...stands }] : [];
    });
  }

  claim(wanted: ClaimFilter, limit: number): readonly UnsentMail[] {
    return claimedOf(this.unsent(), wanted, limit, this.#now());
  }

  /** False if somebody else has begun it, or it has gone. */
  begin(mail: UnsentMail, sum: Sum | null): boolean {
    const isFree = this.unsent().some(({ id, isBegun }) => id === mail.id && !isBegun);
    if (isFree) this.#note(mail, { isBegun: true, sum });
    return isFree;
  }

  end(mail: UnsentMail, how: Ended): HandOver {
    const refusals = this.#of(mail).refusals + (how.end === 'refused' ? 1 : 0);
    if (how.end === 'taken') this.#note(mail, { end: 'sent' });
    else if (how.end === 'unknown') this.#note(mail, { end: 'unknown' });
    else if (how.end === 'rejected') this.#note(mail, { end: how });
    else {
      const end = refusals >= MAX_REFUSALS ? 'failed' : null;
      const tried = { lastTried: this.#now().toISOString(), lastError: how.error };
      this.#note(mail, { isBegun: false, refusals, ...tried, end });
    }
    return how;
  }

  /** null if somebody else has begun it, or it has gone. */
  withhold(mail: UnsentMail): Withheld | null {
    if (!this.begin(mail, null)) return null;
    return {
      mail,
      holds: async () => true,
      letGo: async () => {
        const isThere = this.unsent().some(({ id }) => id === mail.id);
        if (isThere) this.#note(mail, { isBegun: false });
      },
    };
  }

  markSent(mail: UnsentMail): void {
    this.#note(mail, { end: 'sent' });
  }

  noteFailure(mail: UnsentMail, isForGood: boolean): void {
    const { lastTried, lastError } = mail;
    this.#note(mail, { lastTried, lastError, ...(isForGood && { end: 'failed' as const }) });
  }

  isUnderWay(mail: UnsentMail): boolean {
    return this.#of(mail).isBegun && this.#of(mail).end === null;
  }

  /** As changes for the next commit; but of those that were rejected. */
  fates(): readonly Change[] {
    return [...this.#rows()].flatMap((row): readonly Change[] => {
      const { end, lastError, sum } = this.#of(row);
      const about = { ticket: row.ticket, serial: row.serial, mail: row.id };
      if (end === 'unknown') return [unknownFate(row)];
      if (end === 'sent') return [{ type: 'reply.sent', ...about, ...(sum && sentSum(sum)) }];
      return end === 'failed' ? [{ type: 'reply.failed', ...about, reason: lastError ?? '' }] : [];
    });
  }

  /** Of mails that the MTA has rejected for good. */
  rejected(): readonly Change[] {
    return [...this.#rows()].flatMap((row) => {
      const { end } = this.#of(row);
      return typeof end === 'object' && end !== null ? rejectedFates(row, end) : [];
    });
  }

  keepSecrets(texts: ReadonlyMap<string, string>): void {
    for (const [id, text] of texts) this.#secrets.set(id, text);
  }

  secretText(id: string): string | null {
    return this.#secrets.get(id) ?? null;
  }

  /** The journal knows. */
  forget(changes: readonly Change[]): void {
    for (const { mail } of changes.filter(isFate)) {
      this.#standing.delete(mail);
      this.#secrets.delete(mail);
    }
  }

  #of({ id }: Pick<UnsentMail, 'id'>): Standing {
    return this.#standing.get(id) ?? FRESH;
  }

  #note(mail: UnsentMail, more: Partial<Standing>): void {
    const after = { ...this.#of(mail), ...more };
    this.#standing.set(mail.id, after);
    if (after.end !== null && after.end !== 'unknown') this.#secrets.delete(mail.id);
  }
}

type Ended = Extract<HandOver, { end: 'taken' | 'refused' | 'rejected' | 'failed' | 'unknown' }>;
