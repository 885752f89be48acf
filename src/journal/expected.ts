/**
 * What a store must hold that has these commits, folded from the whole journal: lists, and files.
 *
 * To check it: nothing here looks at what it does hold. Memory grows with the number of rows and
 * messages, and not with what they say (brief.ts). Pure.
 */

import { Failure } from '../outcome.ts';
import type { ErasedCommit } from '../ticket/change.ts';
import type { Sum, sentSum } from '../ticket/mail.ts';
import type { Attachment } from '../ticket/ticket.ts';
import { briefRecord } from './brief.ts';
import { NO_LINE } from './chain.ts';
import { borrowedIn } from './erasing/borrowed.ts';
import { keptMails } from './kept-mails.ts';
import { Fold } from './lists/fold.ts';
import { type Edit, editRows, type List } from './lists/list.ts';
import { type CommittedMail, receivedFiles } from './mails.ts';
import { pathsFor } from './paths.ts';
import type { JournalRecord } from './record.ts';

/** Mail of ours, of which a copy is kept once it has gone. */
export interface ExpectedCopy {
  readonly raw: string;
  readonly isSent: boolean;
  /** What went out: its sum, if that was written down; else it is composed again. */
  readonly is: Sum | CommittedMail;
}

/** What follows from the commits that were added. */
export class Expected {
  readonly lists = new Fold();
  /** Mail that came in, by its path. */
  readonly raw = new Map<string, Sum>();
  /** By the id of the mail. */
  readonly copies = new Map<string, ExpectedCopy>();
  readonly attachments: Attachment[] = [];
  /** Those of messages that were split off: each lies with the ticket that it came in to. */
  readonly borrowed: Attachment[] = [];
  #seq = 0;
  #hash = NO_LINE;

  get seq(): number {
    return this.#seq;
  }

  /** Of the last line. */
  get hash(): string {
    return this.#hash;
  }

  add(record: JournalRecord, hash: string): void {
    if (record.seq !== this.#seq + 1) {
      throw new Failure('store-damaged', `journal: ${this.#seq} is followed by ${record.seq}`);
    }
    [this.#seq, this.#hash] = [record.seq, hash];
    this.lists.add(briefRecord(record));
    editRows(this.raw, receivedMails(record));
    editRows(this.copies, sentCopies(record));
    for (const file of receivedFiles(record)) this.attachments.push(file);
    for (const { files } of borrowedIn(record)) {
      for (const file of files) this.borrowed.push(file);
    }
  }
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
