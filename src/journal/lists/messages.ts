/**
 * Mail by its Message-ID, or by its hash if it has none: the ticket that it is in, or none. And
 * tickets by what mails repeat that are counted there, and those that a mail about another ticket
 * has opened, by that one and who wrote it.
 */
import type { Change } from '../../ticket/change.ts';
import { indexed, type Named, ticketOfMail } from './index-row.ts';
import { linkedName } from './linked-name.ts';

export const messages = indexed((record) => {
  const added = record.changes.flatMap((change): readonly Named[] => {
    if (change.type === 'ticket.created') {
      return change.repeats === undefined ? [] : [[change.repeats, change.ticket]];
    }
    if (change.type === 'ticket.linked') return openedBy(change, record.changes);
    if (change.type !== 'message.added') return [];
    // A mail without one is found by what is the same in every copy of it.
    const name = change.message.messageId ?? record.delivery?.hash;
    return name === undefined ? [] : [[name, change.ticket]];
  });
  // Mail that is in no ticket is found, too: for `explain`.
  const own = record.delivery?.decision.messageId ?? null;
  return own === null || ticketOfMail(record) !== null ? added : [...added, [own, null]];
});

/** If it was linked by the mail that opened it. */
function openedBy(
  { ticket, other }: Extract<Change, { readonly type: 'ticket.linked' }>,
  changes: readonly Change[],
): readonly Named[] {
  return changes.flatMap((one): readonly Named[] =>
    one.type === 'message.added' &&
    one.ticket === other &&
    one.message.serial === 1 &&
    one.message.direction === 'in' &&
    one.message.from !== null
      ? [[linkedName(ticket, one.message.from.address), other]]
      : [],
  );
}
