/**
 * A ticket that nobody looks at until a date, or until its customer writes; and one that is looked
 * at again.
 *
 * The date is read in the time zone of whoever says it. Another one takes its place. Pure.
 */
import { readDate } from '../dates/phrase.ts';
import { zoneFor } from '../dates/zone-name.ts';
import type { Change } from '../ticket/change.ts';
import type { Refusal } from '../ticket/refusal.ts';
import { statusChanges } from '../ticket/status.ts';
import type { Ticket } from '../ticket/ticket.ts';
import type { Action, ActionContext, DeskResult, Saying } from './action.ts';
import { memberCalled } from './member.ts';

export function snooze(
  ticket: Ticket,
  { until: phrase, isPending }: Extract<Action, { readonly type: 'snooze' }>,
  context: Pick<ActionContext, 'by' | 'staff'> & Saying,
): DeskResult | Refusal {
  const { by, now, staff } = context;
  const { id, snoozed } = ticket;
  const timeZone = zoneFor(context, memberCalled(by, staff)?.name ?? null);
  const only = (changes: readonly Change[]) => ({ changes, drafts: [] });
  if (phrase === null) {
    if (snoozed === undefined) return only([]);
    return only([{ type: 'ticket.snoozed', ticket: id, until: null, timeZone, by }]);
  }
  if (ticket.status === 'resolved' && !isPending) {
    return { refused: `${id} is resolved: reopen it first` };
  }
  const read = readDate(phrase, { now, zone: timeZone });
  if ('refused' in read) return read;
  const until = read.at.toISOString();
  const isSo = snoozed?.until === until && (!isPending || ticket.status === 'pending');
  if (isSo) return only([]);
  return only([
    ...(isPending ? statusChanges(ticket, 'pending', by) : []),
    { type: 'ticket.snoozed', ticket: id, until, timeZone, by },
  ]);
}
