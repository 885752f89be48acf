/** Mail of ours of which the journal does not know what became of it: by its id, as committed. */
import { goesAgain, isFate } from '../../ticket/change.ts';
import { mailsIn } from '../mails.ts';
import type { UnsentMail } from '../outbox.ts';
import type { JournalRecord } from '../record.ts';
import type { Edit, List } from './list.ts';

export const outbox: List<UnsentMail> = (record) => [
  ...unsentMails(record).map((row) => ({ type: 'put', key: row.id, row }) as const),
  ...record.changes
    .filter(isFate)
    .map(
      (fate): Edit<UnsentMail> =>
        goesAgain(fate)
          ? { type: 'change', key: fate.mail, after: repeated }
          : { type: 'delete', key: fate.mail },
    ),
];

function repeated(mail: UnsentMail | null): UnsentMail | null {
  return mail === null || mail.repeated ? mail : { ...mail, repeated: true };
}

/** What a commit says must go out. */
export function unsentMails(record: JournalRecord): readonly UnsentMail[] {
  return mailsIn(record).map(({ id, mail, raw }) => ({
    id,
    seq: record.seq,
    ticket: mail.ticket,
    serial: mail.serial,
    sender: mail.sender,
    recipient: mail.recipient,
    raw,
    since: record.time,
    ...(mail.notBefore !== undefined && { notBefore: mail.notBefore }),
    ...(mail.isPromised && { isPromised: true }),
    isBegun: false,
    refusals: 0,
    lastTried: null,
    lastError: null,
  }));
}
