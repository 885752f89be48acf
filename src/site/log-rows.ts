/**
 * Who did what to a ticket, and when, as `ticket show --log` says it: a row for each change. That a
 * note was written is for those alone who may read it. Pure.
 */
import type { LoggedCommit } from '../journal/log.ts';
import { actorOf, changeInWords } from '../pages/change-in-words.ts';
import { ticketOf } from '../ticket/change.ts';
import type { TicketId } from '../ticket/ticket.ts';

export interface LogRow {
  readonly ticket: TicketId;
  /** Number of the commit, and place in it. */
  readonly at: string;
  readonly time: string;
  readonly who: string;
  readonly what: string;
}

export function logRowsOf({ seq, time, changes }: LoggedCommit, hasNotes: boolean): LogRow[] {
  const actor = actorOf(changes);
  return changes.flatMap((change, n) => {
    const ticket = ticketOf(change);
    if (ticket === null || (change.type === 'note.added' && !hasNotes)) return [];
    const deed = changeInWords(change, actor, 'UTC');
    if (deed === null) return [];
    return [{ ticket, at: `${seq}.${n}`, time, who: deed.by, what: deed.what }];
  });
}
