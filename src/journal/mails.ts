/** The mails of a commit, in and out, and the files that came with them. Pure. */
import { ticketOf } from '../ticket/change.ts';
import type { OutgoingMail } from '../ticket/mail.ts';
import { type Attachment, filesOf, receivedAs, type TicketId } from '../ticket/ticket.ts';
import type { RecordedMail } from './ledger.ts';
import { type JournalRecord, pathsFor } from './record.ts';

/** null for a commit that no mail has made. */
export function mailOf({ seq, time, delivery, changes }: JournalRecord): RecordedMail | null {
  if (delivery === undefined) return null;
  const { decision, attempt } = delivery;
  const raw = pathsFor(seq).rawIn;
  return { seq, time, decision, changes, raw, queueId: attempt?.queueId ?? null };
}

/** Those whose copy stays in raw/. */
export function keptMails(outgoing: readonly OutgoingMail[]): readonly OutgoingMail[] {
  return outgoing.filter(({ isPassing }) => isPassing !== true);
}

/** Files that came with the mail of a commit, in the order of its parts: one message has them. */
export function receivedFiles(
  { seq, changes }: JournalRecord,
  id: TicketId | null = null,
): readonly Attachment[] {
  const { rawIn } = pathsFor(seq);
  for (const change of changes) {
    if (id !== null && ticketOf(change) !== id) continue;
    if (change.type === 'note.added' && change.written === rawIn) return change.attachments ?? [];
    if (change.type !== 'message.added') continue;
    const { message } = change;
    if (receivedAs(message) === rawIn) return filesOf(message);
  }
  return [];
}
