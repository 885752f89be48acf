/**
 * What becomes of one more copy of a mail, if copies of it came before.
 *
 * The fate of one mail only rises: recorded, held, a message of a ticket. What one of the staff
 * orders stands above, carried out or returned, since a message does not do it; what a machine's
 * copy has put into a ticket hides no person's mail that would be held; and a
 * customer's mail is not in its ticket because somebody of the staff has handed in the same words.
 * What was returned binds whoever proved it in the same way: sent once more, it comes
 * back again. A better proof of what is in a ticket already is noted there, and so is that
 * it came without the mark of a machine that each copy before it had. All else changes nothing. Pure.
 */
import { type Change, isFate, ticketOf } from '../ticket/change.ts';
import type { Decision, Fate } from '../ticket/decision.ts';
import type { Trust } from '../ticket/ticket.ts';

export interface Became {
  readonly decision: Pick<Decision, 'intent' | 'trust'>;
  readonly changes: readonly Change[];
  readonly raw: string;
}

/** What a commit has made of the mail whose octets it has. */
export function fateOf({ decision: { intent, trust }, changes, raw }: Became): Fate {
  for (const change of changes) {
    const { type } = change;
    if (type === 'mail.held' && change.mail.raw === raw) return 'held';
    if (type === 'message.proven' && change.raw === raw) return 'ticket';
    if (type === 'message.added') {
      const { message } = change;
      if (message.direction === 'in' && message.raw === raw) return 'ticket';
    }
    if (type !== 'mail.recorded' || change.raw !== raw) continue;
    if (change.reason === 'returned') return 'returned';
    // Whoever proves nothing is told how the desk works, and no command of theirs is read.
    const isProven = trust === 'authenticated' || trust === 'staff';
    const isAnswered = changes.some((other) => other.type === 'mail.answered');
    if (intent !== 'control' || !isProven || !isAnswered) return 'recorded';
    return changes.some(isTicketChange) ? 'done' : 'returned';
  }
  return 'done';
}

/** What has become of other mails may be written down with it. */
function isTicketChange(change: Change): boolean {
  return ticketOf(change) !== null && !isFate(change);
}

export interface CopyFate {
  readonly fate: Fate;
  readonly trust: Trust;
  /** Who its author is known to be, and by what. */
  readonly proof: string;
  /** It carries a mark of a machine, or a machine wrote it. */
  readonly isMarked: boolean;
  /** null if it is not known. */
  readonly queueId: string | null;
}

export type Judgement = 'duplicate' | 'rise' | 'prove' | 'return again';

const TRUST_LEVELS: readonly Trust[] = ['automatic', 'claimed', 'thread', 'authenticated', 'staff'];

/** Whether the one proves as much as the other, or `enough`. */
export function isAtLeast(trust: Trust, other: Trust, enough: Trust = 'staff'): boolean {
  const [has, wanted, most] = [trust, other, enough].map((level) => TRUST_LEVELS.indexOf(level));
  return has !== undefined && has >= Math.min(wanted ?? 0, most ?? 0);
}

/** `isOfStaff`: its From is an address of the staff, proven or not. */
export function judge(
  now: CopyFate & { readonly isOfStaff: boolean },
  earlier: readonly CopyFate[],
): Judgement {
  const all = (...fates: readonly Fate[]) => earlier.filter(({ fate }) => fates.includes(fate));
  const has = (...fates: readonly Fate[]) => all(...fates).length > 0;
  const isOthers = !now.isOfStaff && now.trust !== 'automatic';
  const isDone = has('returned', 'done') && !isOthers;
  switch (now.fate) {
    case 'recorded':
      return earlier.length > 0 ? 'duplicate' : 'rise';
    case 'held': {
      const isHidden = all('ticket').some(({ trust }) => isAtLeast(trust, now.trust, 'claimed'));
      const isHeld = all('held').some(({ trust }) => isAtLeast(trust, now.trust));
      return isHidden || isHeld || isDone ? 'duplicate' : 'rise';
    }
    case 'ticket': {
      if (!has('ticket')) return isDone ? 'duplicate' : 'rise';
      const trusts = all('ticket').map(({ trust }) => TRUST_LEVELS.indexOf(trust));
      const best = trusts.reduce((most, trust) => Math.max(most, trust), -Infinity);
      const isUnmarked = !now.isMarked && all('ticket').every(({ isMarked }) => isMarked);
      return TRUST_LEVELS.indexOf(now.trust) > best || isUnmarked ? 'prove' : 'duplicate';
    }
    case 'returned':
    case 'done':
      if (has('done')) return 'duplicate';
      if (all('returned').some(({ queueId }) => queueId === now.queueId)) return 'duplicate';
      return all('returned').some(({ proof }) => proof === now.proof) ? 'return again' : 'rise';
  }
}

/** The copy whose fate counts: the last of the highest. */
export function highest<T extends { readonly fate: Fate }>(copies: readonly T[]): T | undefined {
  const order: readonly Fate[] = ['recorded', 'held', 'ticket', 'returned', 'done'];
  return copies.toSorted((a, b) => order.indexOf(a.fate) - order.indexOf(b.fate)).at(-1);
}
