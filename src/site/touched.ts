/** What of the pages a few commits have changed. Pure. */
import type { LoggedCommit } from '../journal/log.ts';
import { type Change, ticketOf } from '../ticket/change.ts';
import { type Message, namesOf, type Ticket, type TicketId } from '../ticket/ticket.ts';

export interface Touched {
  /** By id, or by another name. */
  readonly tickets: ReadonlySet<TicketId>;
  /** Those among them that have no page yet. */
  readonly created: ReadonlySet<TicketId>;
  readonly isHeldMail: boolean;
  /** Words are gone, wherever they stood; or commits are. */
  readonly isAnything: boolean;
  /** What was erased; null if nothing says that, since commits are gone. */
  readonly lost: Lost | null;
}

/** Where words, mails or copies of them are gone. */
export interface Lost {
  readonly commits: ReadonlySet<number>;
  readonly tickets: ReadonlySet<TicketId>;
}

/** Whether this message, and its mail, are as they were. */
export function isAsBefore(message: Message, ticket: Ticket, lost: Lost): boolean {
  if (namesOf(ticket).some((name) => lost.tickets.has(name))) return false;
  const mails = [message.raw, ...('provenBy' in message ? [message.provenBy] : [])];
  return mails.every((path) => path === undefined || !isOfOneOf(lost.commits, path));
}

/** A path in which no number is read may be. */
function isOfOneOf(commits: ReadonlySet<number>, raw: string): boolean {
  if (commits.size === 0) return false;
  const [, seq] = /\/(\d{1,15})-(?:in|out-\d{1,9})\.eml$/.exec(raw) ?? [];
  return seq === undefined || commits.has(Number(seq));
}

export function touchedBy(
  commits: readonly Pick<LoggedCommit, 'changes' | 'isRestored'>[],
): Touched {
  const changes = commits.flatMap((commit) => commit.changes);
  const created = changes.flatMap((change) =>
    change.type === 'ticket.created' ? [change.ticket] : [],
  );
  const isRestored = commits.some((commit) => commit.isRestored);
  return {
    tickets: new Set(changes.flatMap(ticketsIn)),
    created: new Set(created),
    isHeldMail: changes.some(({ type }) => type.startsWith('mail.')),
    isAnything:
      isRestored || changes.some(({ type }) => type === 'person.erased' || type === 'mail.blanked'),
    lost: isRestored ? null : lostBy(changes),
  };
}

function lostBy(changes: readonly Change[]): Lost {
  const erasing = changes.filter((change) => 'commits' in change);
  return {
    commits: new Set(erasing.flatMap(({ commits }) => commits.map(({ seq }) => seq))),
    tickets: new Set(
      changes.flatMap((change) => (change.type === 'person.erased' ? change.tickets : [])),
    ),
  };
}

function ticketsIn(change: Change): readonly TicketId[] {
  const ticket = ticketOf(change);
  const own = ticket === null ? [] : [ticket];
  switch (change.type) {
    case 'ticket.merged':
    case 'ticket.moved':
    case 'ticket.named':
      return [...own, change.into];
    case 'ticket.absorbed':
    case 'ticket.linked':
      return [...own, change.other];
    case 'ticket.split':
      return [...own, change.to];
    default:
      return own;
  }
}
