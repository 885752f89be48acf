/** Mail of ours of which a copy stays in raw/, once it is handed over. Pure. */
import { ERASED, isErased } from '../ticket/erased.ts';
import type { OutgoingMail } from '../ticket/mail.ts';
import { type CommittedMail, mailsIn } from './mails.ts';
import type { JournalRecord } from './record.ts';

export function keptMails(record: JournalRecord): readonly CommittedMail[] {
  return mailsIn(record).filter(({ mail }) => mail.isPassing !== true && !isGone(mail));
}

/** Nothing of it is left; one that has lost somebody in copy is composed without them. */
function isGone(mail: OutgoingMail): boolean {
  if (mail.recipient === ERASED) return true;
  if (!('letter' in mail)) return mail.content === ERASED;
  return isErased(mail.letter.to) || mail.letter.text === ERASED;
}
