/**
 * What the desk does by itself after a time: tell the staff of a ticket that nobody answers,
 * remind a customer who is silent once, and close their ticket some time after that; and tell the
 * staff of a ticket that was snoozed until now. While it is, nothing else of it becomes due.
 *
 * Each thing is done once for one waiting (ticket/waiting.ts). Who cannot be written to is not
 * reminded, and the change says why; if only a cap stands against it, it stays due.
 * Pure.
 */

import type { ReminderDraft } from '../letters/draft.ts';
import { ageOf, DAY_MS, HOUR_MS } from '../ticket/age.ts';
import type { Change } from '../ticket/change.ts';
import type { Verdict } from '../ticket/decision.ts';
import type { Refusal } from '../ticket/refusal.ts';
import { isSnoozed } from '../ticket/snoozed.ts';
import { statusChanges } from '../ticket/status.ts';
import { isMuted, nameOf, nextSerial, sameAddress, type Ticket } from '../ticket/ticket.ts';
import { type Stage, stageOf } from '../ticket/waiting.ts';
import type { Result } from './incoming.ts';
import { knownTo, lastOf } from './thread.ts';

export type Due = 'overdue' | 'remind' | 'close' | 'wake';

/** What becomes due of a ticket at this stage. */
export const DUE: Readonly<Record<Stage, Due>> = {
  desk: 'overdue',
  customer: 'remind',
  reminded: 'close',
  snoozed: 'wake',
};

/** What is left out never becomes due. */
export interface DueRules {
  readonly answerHours?: number | undefined;
  readonly remindDays?: number | undefined;
  readonly closeDays?: number | undefined;
}

/** In the place of a person's name. */
export const DUE_ACTOR = 'mailrobot';

/** After how long, in milliseconds; null if it never becomes due. */
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
    case 'wake':
      return 0;
  }
}

/** Working time of the queue between two instants, all in milliseconds; null if all time is. */
export type WorkingBetween = ((from: number, to: number) => number) | null;

/** null if nothing is due by now. */
export function dueOf(
  ticket: Ticket,
  rules: DueRules,
  now: Date,
  working: WorkingBetween,
): Due | null {
  if (isSnoozed(ticket, now)) return null;
  const found = stageOf(ticket);
  if (found === null) return null;
  const due = DUE[found.stage];
  const after = patience(due, rules);
  if (after === null) return null;
  const age = ageOf(found.since, now);
  // The staff have hours; a customer has days, and those begin when the answer goes out.
  if (due !== 'overdue' && due !== 'wake') {
    return Math.min(age, sinceGone(ticket, now)) >= after ? due : null;
  }
  const waited = (due === 'overdue' ? workedIn(found.since, now, working) : null) ?? age;
  return waited >= after ? due : null;
}

/**
 * How long the last answer at a time of its own has been out, in milliseconds: none while it waits
 * for that time, however long ago it was written.
 */
function sinceGone({ messages, requester }: Ticket, now: Date): number {
  const gone = messages.flatMap((message) =>
    message.direction === 'out' &&
    message.notBefore !== undefined &&
    message.delivery !== 'undone' &&
    sameAddress(message.to[0].address, requester?.address ?? '')
      ? now.getTime() - Date.parse(message.notBefore)
      : [],
  );
  return gone.reduce((least, one) => Math.min(least, one), Number.POSITIVE_INFINITY);
}

/** null if it is the time itself that counts. */
function workedIn(since: string, now: Date, working: WorkingBetween): number | null {
  if (working === null || !Number.isFinite(ageOf(since, now))) return null;
  return working(new Date(since).getTime(), now.getTime());
}

/** How long nobody has answered. */
export interface Waited {
  readonly seconds: number;
  readonly workingSeconds: number;
}

/** null if all time counts, or nobody knows, since the clock was ahead. */
export function waitedOf(ticket: Ticket, now: Date, working: WorkingBetween): Waited | null {
  const since = stageOf(ticket)?.since ?? ticket.updatedAt;
  const worked = workedIn(since, now, working);
  if (worked === null) return null;
  const seconds = (ms: number) => Math.floor(ms / 1000);
  return { seconds: seconds(ageOf(since, now)), workingSeconds: seconds(worked) };
}

export interface DueActionContext {
  /** Who is told that nobody answers, or that it is back: one of the staff, or null for all of the queue. */
  readonly assignee: string | null;
  /** If it is overdue, and its queue has hours. */
  readonly waited: Waited | null;
  /** For good. */
  readonly failing: (address: string) => Verdict | null;
  /** For now. */
  readonly capped: (address: string) => Verdict | null;
}

export function doWhatIsDue(
  ticket: Ticket,
  due: Due,
  { closeDays }: DueRules,
  context: DueActionContext,
): Result | Refusal<Verdict> {
  const { id, waiting } = ticket;
  switch (due) {
    case 'overdue': {
      const since = waiting?.since ?? ticket.updatedAt;
      const { assignee, waited } = context;
      const overdue: Change = {
        ...{ type: 'ticket.overdue', ticket: id, since, assignee },
        ...(waited !== null && { workingSeconds: waited.workingSeconds }),
      };
      return { changes: [overdue], drafts: [] };
    }
    case 'wake': {
      const { assignee } = context;
      const until = ticket.snoozed?.until ?? ticket.updatedAt;
      return { changes: [{ type: 'ticket.woken', ticket: id, until, assignee }], drafts: [] };
    }
    case 'close':
      return { changes: statusChanges(ticket, 'resolved', DUE_ACTOR), drafts: [] };
    case 'remind':
      return remind(ticket, closeDays ?? null, context);
  }
}

function remind(
  ticket: Ticket,
  closeDays: number | null,
  { failing, capped }: DueActionContext,
): Result | Refusal<Verdict> {
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
  const cap = capped(address);
  if (cap !== null) return { refused: cap };
  const draft: ReminderDraft = {
    kind: 'reminder',
    ...{
      ticket: id,
      name: nameOf(ticket),
      queue,
      serial: nextSerial(ticket),
      to: requester,
      subject,
      language,
    },
    inReplyTo: lastOf(ticket, requester),
    references: knownTo(ticket, requester),
    closeDays,
  };
  return { changes: [{ type: 'ticket.reminded', ticket: id }], drafts: [draft] };
}
