/**
 * What the staff are to be told by mail, until they have been: one row.
 *
 * It knows the last commit that had a part in it, so that applying one again changes nothing. Of a
 * flood in a queue the first MAX_LISTED_PER_QUEUE are listed and the others counted, so that it
 * hides no other queue's.
 */
import { ageOf, DAY_MS } from '../../ticket/age.ts';
import type { Change } from '../../ticket/change.ts';
import { BULK } from '../../ticket/decision.ts';
import { type Notice, noticeOf, repeatedKey } from '../../ticket/notice.ts';
import type { TicketId } from '../../ticket/ticket.ts';
import type { PendingNotices, TicketsToTell } from '../ledger.ts';
import type { JournalRecord } from '../record.ts';
import type { List } from './list.ts';

const MAX_LISTED_PER_QUEUE = 50;
/** Of tickets that are told together, which are a line each. */
const MAX_TOGETHER_PER_QUEUE = 100;
/** Above this nobody minds how many there are. */
const MAX_COUNTED = 1000;

export interface NoticesAt extends PendingNotices {
  /** Sequence number of the last commit that had a part in it. */
  readonly seq: number;
  /** When what is the same again and again was last put on the list. */
  readonly repeated: Readonly<Record<string, string>>;
}

export const NO_NOTICES: NoticesAt = { seq: 0, last: null, pending: [], more: {}, repeated: {} };

const REPEATED_MS = DAY_MS;

export const notices: List<NoticesAt> = (record) => {
  const hasPart = record.changes.some(
    (change) =>
      change.type === 'staff.notified' ||
      isBulk(change) ||
      isToldLater(change) ||
      isCopyToldLater(change) ||
      noticeOf(change) !== null,
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
  let { repeated, bulk, opened, copied, weekly } = before;
  const later = new Set(changes.flatMap((change) => (isToldLater(change) ? change.ticket : [])));
  for (const change of changes) {
    const notice: Notice | null = noticeOf(change);
    if (isToldLater(change)) opened = withTicket(opened, change.ticket, change.queue);
    if (isCopyToldLater(change)) {
      for (const queue of change.toldLaterIn) copied = withTicket(copied, change.ticket, queue);
    }
    if (isBulk(change)) bulk = { ...(bulk ?? NEVER_TOLD), count: (bulk?.count ?? 0) + 1 };
    if (change.type === 'staff.notified') {
      if (change.isWeekly) for (const name of change.people) weekly = { ...weekly, [name]: time };
      else if (change.isDaily) bulk = { last: time, upTo: seq, count: 0 };
      else {
        [last, pending, more] = [time, [], {}];
        [opened, copied] = [opened && {}, copied && {}];
      }
    }
    if (notice === null) continue;
    // The mail about the ticket says it, too.
    if (notice.about.type === 'silenced' && notice.ticket !== null && later.has(notice.ticket)) {
      continue;
    }
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
  const isSame =
    pending === before.pending &&
    more === before.more &&
    last === before.last &&
    bulk === before.bulk &&
    opened === before.opened &&
    copied === before.copied &&
    weekly === before.weekly;
  if (isSame) return before;
  return {
    ...{ seq, last, pending, more, repeated },
    ...(opened && { opened }),
    ...(copied && { copied }),
    ...(bulk && { bulk }),
    ...(weekly && { weekly }),
  };
}

type ToldLater = Extract<Change, { readonly type: 'ticket.created' }>;

function isToldLater(change: Change): change is ToldLater {
  return change.type === 'ticket.created' && change.isToldAlone === false;
}

type CopyToldLater = Extract<Change, { readonly type: 'message.added' }> & {
  readonly toldLaterIn: readonly string[];
};

function isCopyToldLater(change: Change): change is CopyToldLater {
  return change.type === 'message.added' && change.toldLaterIn !== undefined;
}

function withTicket(
  known: Readonly<Record<string, TicketsToTell>> = {},
  ticket: TicketId,
  queue: string,
): Readonly<Record<string, TicketsToTell>> {
  const { tickets, more } = known[queue] ?? { tickets: [], more: 0 };
  const after =
    tickets.length < MAX_TOGETHER_PER_QUEUE
      ? { tickets: [...tickets, ticket], more, last: ticket }
      : { tickets, more: more + 1, last: ticket };
  return { ...known, [queue]: after };
}

const NEVER_TOLD = { last: null, upTo: 0, count: 0 } as const;

function isBulk(change: Change): boolean {
  return change.type === 'mail.held' && change.mail.reason.check === BULK;
}
