/**
 * What must go out and has not gone: how each mail stands, beside its row in the list.
 *
 * Every hand-over is one of this process, so none is ever lost.
 */
import { openSync } from 'node:fs';
import { handoverOf, MAX_REFUSALS } from '../../journal/handover.ts';
import type { Attempt, Handover, WaitingMail } from '../../journal/store.ts';
import { ageOf } from '../../ticket/age.ts';
import { type Change, isFate } from '../../ticket/change.ts';

interface Standing extends Pick<WaitingMail, 'isBegun' | 'refusals' | 'lastTried' | 'lastError'> {
  readonly end: 'sent' | 'failed' | null;
}

const FRESH: Standing = {
  ...{ isBegun: false, refusals: 0, lastTried: null, lastError: null, end: null },
};
/** Of a command that begins nothing. */
const BUSY = 99;

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

  claim(wanted: (mail: WaitingMail) => boolean, limit: number): readonly WaitingMail[] {
    const restedMs = ({ lastTried, since }: WaitingMail) => ageOf(lastTried ?? since, this.#now());
    return this.waiting()
      .filter((mail) => !mail.isBegun && wanted(mail))
      .sort((a, b) => restedMs(b) - restedMs(a))
      .slice(0, limit);
  }

  attempt(mail: WaitingMail, sendmail: readonly string[]): Attempt {
    const descriptor = openSync('/dev/null', 'r');
    const isFree = this.waiting().some(({ id, isBegun }) => id === mail.id && !isBegun);
    const [program, ...args] = sendmail;
    if (!isFree || program === undefined) {
      const command = ['/bin/sh', '-c', `exit ${BUSY}`] as const;
      return { command, descriptor, end: () => ({ end: 'under way' }) };
    }
    this.#note(mail, { isBegun: true });
    return { command: [program, ...args], descriptor, end: (exit) => this.#end(mail, exit) };
  }

  #end(mail: WaitingMail, exit: number | null): Handover {
    const how: Handover =
      exit === null
        ? { end: 'failed', error: 'it could not be handed over: exit by a signal' }
        : handoverOf(exit, '');
    const refusals = this.#of(mail).refusals + (how.end === 'refused' ? 1 : 0);
    if (how.end === 'taken') this.#note(mail, { end: 'sent' });
    else if (how.end === 'refused' || how.end === 'failed') {
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
