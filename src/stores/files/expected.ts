/**
 * What the derived files must hold, folded from the whole journal.
 *
 * For fsck: nothing here looks at a derived file. Memory grows with the number
 * of rows. Pure but for reading the journal.
 */
import { NO_LINE } from '../../journal/chain.ts';
import { Fold } from '../../journal/lists/fold.ts';
import { type Edit, editRows, type List } from '../../journal/lists/list.ts';
import { keptMails, receivedFiles } from '../../journal/mails.ts';
import { pathsFor } from '../../journal/record.ts';
import { Failure } from '../../outcome.ts';
import { type OutgoingMail, placeOf, sizeOfMail } from '../../ticket/mail.ts';
import type { Attachment } from '../../ticket/ticket.ts';
import type { Journal } from './journal.ts';

export interface ExpectedRaw {
  readonly size: number;
  /** SHA-256 in hex of mail that came in, or the mail that went out. */
  readonly is: { readonly sha256: string } | { readonly mail: OutgoingMail };
}

export interface Expected {
  readonly seq: number;
  /** Hash of the last line. */
  readonly hash: string;
  readonly lists: Fold;
  /** By path. */
  readonly raw: ReadonlyMap<string, ExpectedRaw>;
  readonly attachments: readonly Attachment[];
}

export function expectedOf(journal: Journal): Expected {
  const lists = new Fold();
  const raw = new Map<string, ExpectedRaw>();
  const attachments: Attachment[] = [];
  let seq = 0;
  let last = NO_LINE;
  for (const { record, hash } of journal.read(journal.start())) {
    if (record.seq !== seq + 1) {
      throw new Failure('store-damaged', `journal: ${seq} is followed by ${record.seq}`);
    }
    seq = record.seq;
    last = hash;
    lists.add(record);
    editRows(raw, rawMails(record));
    attachments.push(...receivedFiles(record));
  }
  return { seq, hash: last, lists, raw, attachments };
}

const rawMails: List<ExpectedRaw> = ({ seq, changes, delivery, outgoing }) => {
  const paths = pathsFor(seq);
  const gone = changes.flatMap((change) => (change.type === 'mail.expired' ? change.mails : []));
  const received: readonly Edit<ExpectedRaw>[] =
    delivery === undefined
      ? []
      : [
          {
            type: 'put',
            key: paths.rawIn,
            row: { size: delivery.size, is: { sha256: delivery.sha256 } },
          },
        ];
  return [
    ...received,
    ...keptMails(outgoing).map((mail) => ({
      type: 'put' as const,
      key: paths.rawOut(placeOf(mail)),
      row: { size: sizeOfMail(mail), is: { mail } },
    })),
    ...gone.map((mail) => ({ type: 'delete' as const, key: pathsFor(mail).rawIn })),
  ];
};
