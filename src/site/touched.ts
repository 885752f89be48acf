/** What of the pages a few commits have changed. Pure. */
import type { LoggedCommit } from '../journal/log.ts';
import { type Change, ticketOf } from '../ticket/change.ts';
import type { TicketId } from '../ticket/ticket.ts';

export interface Touched {
  /** By id, or by another name. */
  readonly tickets: ReadonlySet<TicketId>;
  /** Those among them that have no page yet. */
  readonly created: ReadonlySet<TicketId>;
  readonly isHeldMail: boolean;
  /** Words are gone, wherever they stood; or commits are. */
  readonly isAnything: boolean;
}

export function touchedBy(
  commits: readonly Pick<LoggedCommit, 'changes' | 'isRestored'>[],
): Touched {
  const changes = commits.flatMap((commit) => commit.changes);
  const created = changes.flatMap((change) =>
    change.type === 'ticket.created' ? [change.ticket] : [],
  );
  return {
    tickets: new Set(changes.flatMap(ticketsIn)),
    created: new Set(created),
    isHeldMail: changes.some(({ type }) => type.startsWith('mail.')),
    isAnything:
      commits.some(({ isRestored }) => isRestored) ||
      changes.some(({ type }) => type === 'person.erased' || type === 'mail.blanked'),
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
