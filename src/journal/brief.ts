/**
 * Records and tickets with the hash of each long text in its place: whoever compares all tickets
 * with the journal has them in memory at once, and not what a million people wrote. Pure.
 */
import { createHash } from 'node:crypto';
import type { JournalRecord } from './record.ts';
import type { TicketRow } from './ticket-row.ts';

/** What a hash takes. */
const SHORT_CHARACTERS = 44;

/** The texts of its messages and notes. */
export function briefRecord(record: JournalRecord): JournalRecord {
  const changes = record.changes.map((change) => {
    if (change.type === 'note.added') return { ...change, text: brief(change.text) };
    if (change.type !== 'message.added') return change;
    return { ...change, message: { ...change.message, text: brief(change.message.text) } };
  });
  return { ...record, changes };
}

export function briefRow({ seq, ticket }: TicketRow): TicketRow {
  const messages = ticket.messages.map((one) => ({ ...one, text: brief(one.text) }));
  return { seq, ticket: { ...ticket, messages } };
}

function brief(text: string): string {
  if (text.length <= SHORT_CHARACTERS) return text;
  return createHash('sha256').update(text).digest('base64');
}
