/**
 * What the staff are told by mail, because nobody would see it
 * otherwise: mail that is held, an acknowledgement that stayed away, an answer
 * that came back, a ticket that nobody answers, a template that cannot be used. Facts
 * alone; who wrote a held mail, and what, is looked up when it is told. Pure.
 */
import type { Change } from './change.ts';
import { BULK, MARKED, NO_REPLY, REPLY_TO } from './decision.ts';
import { queueIn } from './id.ts';
import type { TicketId } from './ticket.ts';

export interface Notice {
  readonly queue: string;
  readonly ticket: TicketId | null;
  readonly about:
    | { readonly type: 'held'; readonly id: number; readonly check: string }
    | { readonly type: 'silenced'; readonly check: string }
    | { readonly type: 'bounced'; readonly serial: number; readonly status: string }
    | { readonly type: 'overdue'; readonly since: string; readonly workingSeconds?: number }
    | { readonly type: 'woken' }
    | { readonly type: 'template'; readonly file: string; readonly problem: string };
  /** The one whom it concerns; all of the queue if left out. */
  readonly person?: string;
}

/** The key of a notice that would come with every mail: it is told once in a while only. */
export function repeatedKey({ queue, about }: Notice): string | null {
  return about.type === 'template' ? `${queue} ${about.file}` : null;
}

const WOKEN = { type: 'woken' } as const;

function overdue({
  since,
  workingSeconds,
}: Extract<Change, { readonly type: 'ticket.overdue' }>): Notice['about'] {
  return { type: 'overdue', since, ...(workingSeconds !== undefined && { workingSeconds }) };
}

/**
 * null for what needs no mail: spam makes none, and what goes to many is told once a day
 * (daily.ts).
 */
export function noticeOf(change: Change): Notice | null {
  switch (change.type) {
    case 'mail.held': {
      const { id, queue, ticket, reason } = change.mail;
      if (reason.check === 'spam' || reason.check === BULK) return null;
      return { queue, ticket, about: { type: 'held', id, check: reason.check } };
    }
    case 'reply.silenced': {
      const { ticket, reason } = change;
      // The notification of the mail says it, or its sender does.
      if (TOLD_OTHERWISE.includes(reason.check)) return null;
      return { queue: queueIn(ticket), ticket, about: { type: 'silenced', check: reason.check } };
    }
    case 'mail.bounced': {
      const { ticket, serial, status } = change;
      return { queue: queueIn(ticket), ticket, about: { type: 'bounced', serial, status } };
    }
    case 'ticket.woken':
    case 'ticket.overdue': {
      const { ticket, assignee } = change;
      const about = change.type === 'ticket.woken' ? WOKEN : overdue(change);
      return {
        ...{ queue: queueIn(ticket), ticket, about },
        ...(assignee !== null && { person: assignee }),
      };
    }
    case 'template.failed': {
      const { queue, file, problem } = change;
      return { queue, ticket: null, about: { type: 'template', file, problem } };
    }
    default:
      return null;
  }
}

const TOLD_OTHERWISE: readonly string[] = [MARKED, NO_REPLY, REPLY_TO];
