/**
 * Who of the staff is written to about what a commit holds: a mail that came from
 * outside, and a ticket that somebody was given.
 *
 * Nobody is told what they did themselves, and of machines' mail nobody is. Pure.
 */

import type { StaffPerson } from '../config/config.ts';
import type { NotificationDraft } from '../letters/draft.ts';
import type { Change } from '../ticket/change.ts';
import type { IncomingMessage, Message, Note, Ticket, TicketId } from '../ticket/ticket.ts';
import { notifiable } from './notices.ts';

export function notificationsOf(
  changes: readonly Change[],
  after: (id: TicketId) => Ticket | null,
  staff: readonly StaffPerson[],
): readonly NotificationDraft[] {
  if (staff.length === 0) return [];
  const told = (
    people: readonly Pick<StaffPerson, 'name' | 'addresses'>[],
    about: Omit<NotificationDraft, 'kind' | 'to'>,
  ) =>
    people.flatMap(({ name, addresses: [address] }): NotificationDraft | readonly [] =>
      address === undefined ? [] : { kind: 'notification', to: { name, address }, ...about },
    );
  const isSplit = changes.some(({ type }) => type === 'ticket.split');
  return changes.flatMap((change) => {
    const ofPerson = (ticket: Ticket | null, message: Message | Note | undefined) => {
      if (ticket === null || message?.direction !== 'in' || message.trust === 'automatic')
        return [];
      const author = message.from?.address ?? null;
      return told(notifiable(ticket, author, staff), { ticket, message, assignedBy: null });
    };
    if (change.type === 'message.added' && !isSplit) {
      return ofPerson(after(change.ticket), change.message);
    }
    // They were told nothing of what looked like a machine's.
    if (change.type === 'message.proven' && change.from === 'automatic') {
      const ticket = after(change.ticket);
      const isIt = ({ serial }: Message | Note) => serial === change.serial;
      return ofPerson(ticket, ticket?.messages.find(isIt));
    }
    if (change.type === 'ticket.assigned' && change.to !== change.by) {
      const ticket = after(change.ticket);
      const message = ticket === null ? undefined : lastMail(ticket);
      const people = staff.filter(({ name, notify }) => name === change.to && notify !== 'none');
      if (ticket === null || ticket.mergedInto !== null || message === undefined) return [];
      return told(people, { ticket, message, assignedBy: change.by });
    }
    return [];
  });
}

function lastMail({ messages }: Ticket): IncomingMessage | undefined {
  return messages.findLast(
    (message): message is IncomingMessage =>
      message.direction === 'in' && message.trust !== 'automatic' && message.movedTo === undefined,
  );
}
