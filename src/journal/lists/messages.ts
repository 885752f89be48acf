/** Mail by its Message-ID: the ticket that it is in, or none. */
import { indexed, type Named, ticketOfMail } from './index-row.ts';

export const messages = indexed((record) => {
  const added = record.changes.flatMap((change): readonly Named[] => {
    if (change.type !== 'message.added' || change.message.messageId === null) return [];
    return [[change.message.messageId, change.ticket]];
  });
  // Mail that is in no ticket is found, too: for `explain`.
  const own = record.delivery?.decision.messageId ?? null;
  return own === null || ticketOfMail(record) !== null ? added : [...added, [own, null]];
});
