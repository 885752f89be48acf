/**
 * What the derived files must hold, folded from the whole journal.
 *
 * For fsck: nothing here looks at a derived file. Memory grows with the number
 * of rows. Pure but for reading the journal.
 */
import { NO_LINE } from '../../journal/chain.ts';
import { keptMails } from '../../journal/kept-mails.ts';
import { Fold } from '../../journal/lists/fold.ts';
import { type Edit, editRows, type List } from '../../journal/lists/list.ts';
import { type CommittedMail, receivedFiles } from '../../journal/mails.ts';
import { pathsFor } from '../../journal/record.ts';
import { Failure } from '../../outcome.ts';
import type { Sum, sentSum } from '../../ticket/mail.ts';
import type { Attachment } from '../../ticket/ticket.ts';
import type { Journal } from './journal.ts';

/** Mail of ours, of which a copy is kept once it has gone. */
export interface ExpectedCopy {
  readonly raw: string;
  readonly isSent: boolean;
  /** What went out: its sum, if that was written down; else it is composed again. */
  readonly is: Sum | CommittedMail;
}

export interface Expected {
  readonly seq: number;
  /** Hash of the last line. */
  readonly hash: string;
  readonly lists: Fold;
  /** Mail that came in, by its path. */
  readonly raw: ReadonlyMap<string, Sum>;
  /** By the id of the mail. */
  readonly copies: ReadonlyMap<string, ExpectedCopy>;
  readonly attachments: readonly Attachment[];
}

export function expectedOf(journal: Journal): Expected {
  const lists = new Fold();
  const raw = new Map<string, Sum>();
  const copies = new Map<string, ExpectedCopy>();
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
    editRows(raw, receivedMails(record));
    editRows(copies, sentCopies(record));
    attachments.push(...receivedFiles(record));
  }
  return { seq, hash: last, lists, raw, copies, attachments };
}

const receivedMails: List<Sum> = ({ seq, changes, delivery }) => {
  const gone = changes.flatMap((change) => (change.type === 'mail.expired' ? change.mails : []));
  const received: readonly Edit<Sum>[] =
    delivery === undefined
      ? []
      : [
          {
            type: 'put',
            key: pathsFor(seq).rawIn,
            row: { size: delivery.size, sha256: delivery.sha256 },
          },
        ];
  return [
    ...received,
    ...gone.map((mail) => ({ type: 'delete' as const, key: pathsFor(mail).rawIn })),
  ];
};

const sentCopies: List<ExpectedCopy> = (record) => [
  ...keptMails(record).map((mail) => ({
    type: 'put' as const,
    key: mail.id,
    row: { raw: mail.raw, isSent: false, is: mail },
  })),
  ...record.changes.flatMap((change): Edit<ExpectedCopy> | readonly [] => {
    if (change.type !== 'reply.sent') return [];
    const sum = sumOfSent(change);
    return {
      type: 'change',
      key: change.mail,
      after: (copy) => copy && { ...copy, isSent: true, is: sum ?? copy.is },
    };
  }),
];

/** What sendmail was given; null if nobody wrote it down. */
export function sumOfSent({ size, digest }: Partial<ReturnType<typeof sentSum>>): Sum | null {
  return size === undefined || digest === undefined ? null : { size, sha256: digest };
}
