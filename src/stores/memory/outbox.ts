/**
 * What must go out and has not gone: how each mail stands, beside its row in the list.
 *
 * Every hand-over is one of this process, so none is ever lost.
 */
import { claimedOf, handoverOf, MAX_REFUSALS } from '../../journal/handover.ts';
import type { Claimed, Handover, WaitingMail } from '../../journal/outbox.ts';
import type { DetachedEnd } from '../../runtime/detached.ts';
import { type Change, isFate } from '../../ticket/change.ts';

interface Standing extends Pick<WaitingMail, 'isBegun' | 'refusals' | 'lastTried' | 'lastError'> {
  readonly end: 'sent' | 'failed' | null;
}

const FRESH: Standing = {
  ...{ isBegun: false, refusals: 0, lastTried: null, lastError: null, end: null },
};

export class MemoryOutbox {
  readonly #rows: () => Iterable<WaitingMail>;
  readonly #now: () => Date;
  readonly #standing = new Map<string, Standing>();

  /** `rows`: the list as it is. */
  constructor(rows: () => Iterable<WaitingMail>, now: () => Date) {
    this.#rows = rows;
    this.#now = now;
  }

  waiting(): readonly WaitingMail[] {
    return [...this.#rows()].flatMap((row): readonly WaitingMail[] => {
      const { end, ...stands } = this.#of(row);
      return end === null ? [{ ...row, ...stands }] : [];
    });
  }

  claim(wanted: Claimed, limit: number): readonly WaitingMail[] {
    return claimedOf(this.waiting(), wanted, limit, this.#now());
  }

  /** False if somebody else has begun it, or it has gone. */
  begin(mail: WaitingMail): boolean {
    const isFree = this.waiting().some(({ id, isBegun }) => id === mail.id && !isBegun);
    if (isFree) this.#note(mail, { isBegun: true });
    return isFree;
  }

  end(mail: WaitingMail, ended: Exclude<DetachedEnd, 'goes on'>): Handover {
    const how = howOf(ended);
    const refusals = this.#of(mail).refusals + (how.end === 'refused' ? 1 : 0);
    if (how.end === 'taken') this.#note(mail, { end: 'sent' });
    else {
      const end = refusals >= MAX_REFUSALS ? 'failed' : null;
      const tried = { lastTried: this.#now().toISOString(), lastError: how.error };
      this.#note(mail, { isBegun: false, refusals, ...tried, end });
    }
    return how;
  }

  markSent(mail: WaitingMail): void {
    this.#note(mail, { end: 'sent' });
  }

  noteFailure(mail: WaitingMail, isForGood: boolean): void {
    const { lastTried, lastError } = mail;
    this.#note(mail, { lastTried, lastError, ...(isForGood && { end: 'failed' as const }) });
  }

  isUnderWay(mail: WaitingMail): boolean {
    return this.#of(mail).isBegun && this.#of(mail).end === null;
  }

  /** As changes for the next commit. */
  fates(): readonly Change[] {
    return [...this.#rows()].flatMap((row): readonly Change[] => {
      const { end, lastError } = this.#of(row);
      const about = { ticket: row.ticket, serial: row.serial, mail: row.id };
      if (end === 'sent') return [{ type: 'reply.sent', ...about }];
      return end === 'failed' ? [{ type: 'reply.failed', ...about, reason: lastError ?? '' }] : [];
    });
  }

  /** The journal knows. */
  forget(changes: readonly Change[]): void {
    for (const change of changes) if (isFate(change)) this.#standing.delete(change.mail);
  }

  #of({ id }: Pick<WaitingMail, 'id'>): Standing {
    return this.#standing.get(id) ?? FRESH;
  }

  #note(mail: WaitingMail, more: Partial<Standing>): void {
    this.#standing.set(mail.id, { ...this.#of(mail), ...more });
  }
}

function howOf(ended: Exclude<DetachedEnd, 'goes on'>): ReturnType<typeof handoverOf> {
  if (ended instanceof Error) return { end: 'failed', error: ended.message };
  if (ended.exit !== null) return handoverOf(ended.exit, '');
  return { end: 'failed', error: 'it could not be handed over: exit by a signal' };
}
