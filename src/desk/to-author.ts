/** The head of a mail that answers one of the staff in the thread of theirs. Pure. */
import type { StaffPerson } from '../config/config.ts';
import type { TranscriptDraft } from '../letters/draft.ts';
import type { ReceivedMail } from './incoming.ts';

/** The nearest ones say what the mail was an answer to. */
const MAX_REFERENCES = 10;

export function toAuthor(
  { subject, messageId, references }: Pick<ReceivedMail, 'subject' | 'messageId' | 'references'>,
  { name, addresses: [address = ''] }: StaffPerson,
): Pick<TranscriptDraft, 'kind' | 'to' | 'subject' | 'inReplyTo' | 'references'> {
  return {
    kind: 'transcript',
    to: { name, address },
    subject,
    inReplyTo: messageId,
    references: [
      ...[...new Set(references)].slice(0, MAX_REFERENCES).toReversed(),
      ...(messageId === null ? [] : [messageId]),
    ],
  };
}
