/** The mails of a commit, in and out, and the files that came with them. Pure. */
import { ticketOf } from '../ticket/change.ts';
import { ERASED, isErased } from '../ticket/erased.ts';
import { type ComposedMail, type OutgoingMail, placeOf } from '../ticket/mail.ts';
import { type Attachment, filesOf, receivedAs, type TicketId } from '../ticket/ticket.ts';
import type { RecordedMail } from './ledger.ts';
import type { Compose } from './outbox.ts';
import { pathsFor } from './paths.ts';
import type { JournalRecord } from './record.ts';

/** null for a commit that no mail has made. */
export function mailOf({ seq, time, delivery, changes }: JournalRecord): RecordedMail | null {
  if (delivery === undefined) return null;
  const { decision, attempt } = delivery;
  const raw = pathsFor(seq).rawIn;
  return { seq, time, decision, changes, raw, queueId: attempt?.queueId ?? null };
}

/** A mail of ours, as its commit has it. */
export interface CommittedMail {
  /** In the outbox. */
  readonly id: string;
  readonly mail: OutgoingMail;
  /** Where its copy lies once it is handed over, if one is kept. */
  readonly raw: string;
}

export function mailsIn({ seq, outgoing }: JournalRecord): readonly CommittedMail[] {
  const { rawOut } = pathsFor(seq);
  return outgoing.map((mail, n) => ({ id: `${seq}.${n}`, mail, raw: rawOut(placeOf(mail)) }));
}

/**
 * Its octets without its files: a journal of version 1 has them. Whoever was erased is in copy no
 * more. `secretText`: that of a mail whose letter is kept without its secret.
 */
export async function composedOf(
  mail: OutgoingMail,
  compose: Compose,
  secretText: string | null = null,
): Promise<ComposedMail> {
  if (!('letter' in mail)) return mail;
  const { letter } = mail;
  const text = secretText ?? letter.text;
  return compose({ ...letter, text, cc: letter.cc.filter((person) => !isErased(person)) });
}

/** Files that came with the mail of a commit, in the order of its parts: one message has them. */
export function receivedFiles(
  { seq, changes }: JournalRecord,
  id: TicketId | null = null,
): readonly Attachment[] {
  const { rawIn } = pathsFor(seq);
  for (const change of changes) {
    if (id !== null && ticketOf(change) !== id) continue;
    if (change.type === 'note.added' && change.written === rawIn)
      return notErased(change.attachments ?? []);
    if (change.type !== 'message.added') continue;
    const { message } = change;
    if (receivedAs(message) === rawIn) return notErased(filesOf(message));
  }
  return [];
}

function notErased(files: readonly Attachment[]): readonly Attachment[] {
  return files.filter(({ path }) => path !== ERASED);
}
