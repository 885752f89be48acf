/**
 * Who has written what is in a ticket, by mailbox: somebody who has is a person to us. Of a commit
 * of an older program, which does not say who wrote by its marks, nobody is known.
 */
import { mailboxOf } from '../../ticket/address.ts';
import { indexed, ticketOfMail } from './index-row.ts';

export const writers = indexed((record) => {
  const { wrote } = record.delivery?.decision ?? {};
  const ticket = ticketOfMail(record);
  if (ticket === null || (wrote !== 'person' && wrote !== 'maybe')) return [];
  return record.changes.flatMap((change) => {
    if (change.type !== 'message.added' || change.message.direction !== 'in') return [];
    const { from } = change.message;
    return from === null ? [] : [[writerName(from.address), ticket] as const];
  });
});

export function writerName(address: string): string {
  return mailboxOf(address);
}
