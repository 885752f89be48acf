/** Mail of ours of which the journal does not know what became of it: by its id, as committed. */
import { createHash } from 'node:crypto';
import { goesAgain, isFate } from '../../ticket/change.ts';
import { placeOf } from '../../ticket/mail.ts';
import type { UnsentMail } from '../outbox.ts';
import { type JournalRecord, pathsFor } from '../record.ts';
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
export function unsentMails({ seq, time, outgoing }: JournalRecord): readonly UnsentMail[] {
  const paths = pathsFor(seq);
  return outgoing.map((mail, position) => ({
    id: `${seq}.${position}`,
    seq,
    ticket: mail.ticket,
    serial: mail.serial,
    sender: mail.sender,
    recipient: mail.recipient,
    raw: paths.rawOut(placeOf(mail)),
    sha256: createHash('sha256').update(mail.content).digest('hex'),
    since: time,
    isBegun: false,
    refusals: 0,
    lastTried: null,
    lastError: null,
  }));
}
