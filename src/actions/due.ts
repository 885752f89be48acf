/**
 * What the desk does by itself after a time: tell the staff of a ticket that nobody answers,
 * remind a customer who is silent once, and close his ticket some time after that.
 *
 * Each thing is done once for one waiting (ticket/waiting.ts). Who cannot be written to is not
 * reminded, and the change says why; where only a cap stands against it, it stays due.
 * Pure.
 */
import type { Verdict } from '../ticket/decision.ts';
import { isMuted, nextSerial, type Ticket } from '../ticket/ticket.ts';
import type { ReminderDraft } from './draft.ts';
import type { Result } from './incoming.ts';
import { statusChanges } from './status.ts';
import { knownTo, lastOf } from './thread.ts';

export const DUE = ['overdue', 'remind', 'close'] as const;
export type Due = (typeof DUE)[number];

/** What is left out never becomes due. */
export interface DueRules {
  readonly answerHours?: number | undefined;
  readonly remindDays?: number | undefined;
  readonly closeDays?: number | undefined;
}

/** Who changed a ticket that nobody has touched. */
export const ITSELF = 'mailrobot';

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

/** After how long, in milliseconds; null where it never becomes due. */
export function patience(
  due: Due,
  { answerHours, remindDays, closeDays }: DueRules,
): number | null {
  const ms = (count: number | undefined, unit: number) =>
    count === undefined ? null : count * unit;
  switch (due) {
    case 'overdue':
      return ms(answerHours, HOUR_MS);
    case 'remind':
      return ms(remindDays, DAY_MS);
    case 'close':
      return ms(closeDays, DAY_MS);
  }
}

/** null where nothing is due by now. */
export function dueOf({ waiting }: Ticket, rules: DueRules, now: Date): Due | null {
  if (waiting === null) return null;
  const { told, since } = waiting;
  if (waiting.for === 'desk' && told !== null) return null;
  const due = waiting.for === 'desk' ? 'overdue' : told === null ? 'remind' : 'close';
  const after = patience(due, rules);
  return after !== null && Date.parse(told ?? since) + after <= now.getTime() ? due : null;
}

export interface Silence {
  /** For good. */
  readonly failing: (address: string) => Verdict | null;
  /** For now. */
  readonly capped: (address: string) => Verdict | null;
}

/** null where a cap keeps it back. */
export function doWhatIsDue(
  ticket: Ticket,
  due: Due,
  { closeDays }: DueRules,
  silence: Silence,
): Result | null {
  const { id, assignee, waiting } = ticket;
  switch (due) {
    case 'overdue': {
      const since = waiting?.since ?? ticket.updatedAt;
      return { changes: [{ type: 'ticket.overdue', ticket: id, since, assignee }], drafts: [] };
    }
    case 'close':
      return { changes: statusChanges(ticket, 'resolved', ITSELF), drafts: [] };
    case 'remind':
      return remind(ticket, closeDays ?? null, silence);
  }
}

function remind(
  ticket: Ticket,
  closeDays: number | null,
  { failing, capped }: Silence,
): Result | null {
  const { id, queue, requester, subject, language } = ticket;
  const quiet = (check: string, evidence: string): Result => ({
    changes: [{ type: 'ticket.reminded', ticket: id, silence: { check, evidence } }],
    drafts: [],
  });
  if (requester === null) return quiet('no-requester', `${id} has none`);
  const { address } = requester;
  const verdict = failing(address);
  if (verdict !== null) return quiet(verdict.check, verdict.evidence);
  if (isMuted(ticket, address)) return quiet('muted', `${address} has asked for no more mail`);
  if (capped(address) !== null) return null;
  const draft: ReminderDraft = {
    kind: 'reminder',
    ...{ ticket: id, queue, serial: nextSerial(ticket), to: requester, subject, language },
    inReplyTo: lastOf(ticket, requester),
    references: knownTo(ticket, requester),
    closeDays,
  };
  return { changes: [{ type: 'ticket.reminded', ticket: id }], drafts: [draft] };
}
