/** Mail of ours of which a copy stays in raw/, once it is handed over. Pure. */
import { type CommittedMail, mailsIn } from './mails.ts';
import type { JournalRecord } from './record.ts';

export function keptMails(record: JournalRecord): readonly CommittedMail[] {
  return mailsIn(record).filter(({ mail }) => mail.isPassing !== true);
}
