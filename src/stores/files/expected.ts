/**
 * What the derived files must hold, folded from the whole journal.
 *
 * For fsck: nothing here looks at a derived file. Memory grows with the number of rows and
 * messages, and not with what they say (brief.ts). Pure but for reading the journal.
 */
import { NO_LINE } from '../../journal/chain.ts';
import { borrowedIn } from '../../journal/erasing/borrowed.ts';
import { keptMails } from '../../journal/kept-mails.ts';
import { Fold } from '../../journal/lists/fold.ts';
import { type Edit, editRows, type List } from '../../journal/lists/list.ts';
import { type CommittedMail, receivedFiles } from '../../journal/mails.ts';
import { pathsFor } from '../../journal/paths.ts';
import { Failure } from '../../outcome.ts';
import type { ErasedCommit } from '../../ticket/change.ts';
import type { Sum, sentSum } from '../../ticket/mail.ts';
import type { Attachment } from '../../ticket/ticket.ts';
import { briefRecord } from './brief.ts';
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
  /** Those of messages that were split off: each lies with the ticket that it came in to. */
  readonly borrowed: readonly Attachment[];
}

export function expectedOf(journal: Journal): Expected {
  const lists = new Fold();
  const raw = new Map<string, Sum>();
  const copies = new Map<string, ExpectedCopy>();
  const attachments: Attachment[] = [];
  const borrowed: Attachment[] = [];
  let seq = 0;
  let last = NO_LINE;
  for (const { record, hash } of journal.read(journal.start())) {
    if (record.seq !== seq + 1) {
      throw new Failure('store-damaged', `journal: ${seq} is followed by ${record.seq}`);
    }
    seq = record.seq;
    last = hash;
    lists.add(briefRecord(record));
    editRows(raw, receivedMails(record));
    editRows(copies, sentCopies(record));
    attachments.push(...receivedFiles(record));
    borrowed.push(...borrowedIn(record).flatMap(({ files }) => files));
  }
  return { seq, hash: last, lists, raw, copies, attachments, borrowed };
}

const receivedMails: List<Sum> = ({ seq, changes, delivery }) => {
  const gone = changes.flatMap((change) => {
    if (change.type === 'mail.expired') return change.mails;
    if (change.type !== 'person.erased') return [];
    return change.commits.flatMap((commit) => (commit.isMailGone ? commit.seq : []));
  });
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
  const blanked = changes.flatMap((change): Edit<Sum> | readonly Edit<Sum>[] => {
    if (change.type !== 'mail.blanked') return [];
    const { mail, sha256 } = change;
    const after = (sum: Sum | null) => sum && { ...sum, sha256 };
    return { type: 'change', key: pathsFor(mail).rawIn, after };
  });
  return [
    ...received,
    ...blanked,
    ...gone.map((mail) => ({ type: 'delete' as const, key: pathsFor(mail).rawIn })),
  ];
};

const sentCopies: List<ExpectedCopy> = (record) => [
  ...keptMails(record).map((mail) => ({
    type: 'put' as const,
    key: mail.id,
    row: { raw: mail.raw, isSent: false, is: mail },
  })),
  ...record.changes.flatMap((change): Edit<ExpectedCopy> | readonly Edit<ExpectedCopy>[] => {
    if (change.type === 'person.erased') return erasedCopies(change.commits);
    if (change.type !== 'reply.sent') return [];
    const sum = sumOfSent(change);
    return {
      type: 'change',
      key: change.mail,
      after: (copy) => copy && { ...copy, isSent: true, is: sum ?? copy.is },
    };
  }),
];

/** Of what is left of such a mail a copy may be made again, and one that waits has none yet. */
function erasedCopies(commits: readonly ErasedCommit[]): readonly Edit<ExpectedCopy>[] {
  return commits.flatMap(({ seq, copies }) =>
    copies.map(({ n }) => ({
      type: 'change',
      key: `${seq}.${n}`,
      after: (copy) => copy && { ...copy, isSent: false },
    })),
  );
}

/** What sendmail was given; null if nobody wrote it down. */
export function sumOfSent({ size, digest }: Partial<ReturnType<typeof sentSum>>): Sum | null {
  return size === undefined || digest === undefined ? null : { size, sha256: digest };
}
