/**
 * Mails by their queue id, which is in no index: the whole journal is read, some seconds for
 * 100,000 commits. Only a person asks.
 */
import type { RecordedMail } from '../../journal/ledger.ts';
import { mailOf } from '../../journal/mails.ts';
import type { Journal } from './journal.ts';

export function mailsQueuedAs(queueId: string, journal: Journal): readonly RecordedMail[] {
  const found: RecordedMail[] = [];
  for (const { record } of journal.read(journal.start())) {
    const mail = mailOf(record);
    if (mail?.queueId === queueId) found.push(mail);
  }
  return found;
}
