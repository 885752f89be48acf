/**
 * What the staff are to be told by mail, until they have been: one row.
 *
 * It knows the last commit that had a part in it, so that applying one again changes nothing. Of a
 * flood in a queue the first MAX_LISTED_PER_QUEUE are listed and the others counted, so that it hides no other
 * queue's.
 */
import { ageOf } from '../../ticket/age.ts';
import { type Notice, noticeOf, repeatedKey } from '../../ticket/notice.ts';
import type { PendingNotices } from '../ledger.ts';
import type { JournalRecord } from '../record.ts';
import type { List } from './list.ts';

const MAX_LISTED_PER_QUEUE = 50;
/** Above this nobody minds how many there are. */
const MAX_COUNTED = 1000;

export interface NoticesAt extends PendingNotices {
  /** Sequence number of the last commit that had a part in it. */
  readonly seq: number;
  /** When what is the same again and again was last put on the list. */
  readonly repeated: Readonly<Record<string, string>>;
}

export const NO_NOTICES: NoticesAt = { seq: 0, last: null, pending: [], more: {}, repeated: {} };

const REPEATED_MS = 24 * 60 * 60 * 1000;

export const notices: List<NoticesAt> = (record) => {
  const hasPart = record.changes.some(
    (change) => change.type === 'staff.notified' || noticeOf(change) !== null,
  );
  if (!hasPart) return [];
  return [
    {
      type: 'change',
      key: 'notices',
      after: (before) => {
        const known = before ?? NO_NOTICES;
        const after = noticesAfter(known, record);
        return after === known ? before : after;
      },
    },
  ];
};

export function noticesAfter(
  before: NoticesAt,
  { seq, time, changes }: Pick<JournalRecord, 'seq' | 'time' | 'changes'>,
): NoticesAt {
  if (seq <= before.seq) return before;
  let { last, pending, more }: PendingNotices = before;
  let { repeated } = before;
  for (const change of changes) {
    const notice: Notice | null = noticeOf(change);
    if (change.type === 'staff.notified') [last, pending, more] = [time, [], {}];
    if (notice === null) continue;
    const key = repeatedKey(notice);
    if (key !== null) {
      const since = repeated[key];
      if (since !== undefined && ageOf(since, new Date(time)) < REPEATED_MS) continue;
      repeated = { ...repeated, [key]: time };
    }
    const { queue } = notice;
    const isFull = pending.filter((known) => known.queue === queue).length >= MAX_LISTED_PER_QUEUE;
    const unlisted = more[queue] ?? 0;
    if (isFull && unlisted < MAX_COUNTED) more = { ...more, [queue]: unlisted + 1 };
    else if (!isFull) pending = [...pending, notice];
  }
  const isSame = pending === before.pending && more === before.more && last === before.last;
  return isSame ? before : { seq, last, pending, more, repeated };
}
