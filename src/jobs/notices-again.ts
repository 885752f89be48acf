/**
 * Notices and digests that an erasure has taken back before they went out, written again: of what
 * the journal said before them, without what is erased, together with what has come since, which
 * would have been told behind them.
 */
import { absenceIn } from '../desk/away.ts';
import type { Untold } from '../journal/erasing/erasure.ts';
import { NO_QUESTIONS } from '../journal/facts.ts';
import type { PendingNotices, TicketsToTell } from '../journal/ledger.ts';
import { NO_NOTICES, noticesAfter } from '../journal/lists/notices.ts';
import { write } from '../letters/write.ts';
import { filesIn } from '../letters/written-draft.ts';
import type { HeldMail } from '../ticket/held.ts';
import { sameAddress, type TicketId } from '../ticket/ticket.ts';
import type { Chores } from './chores.ts';
import { sendBriefly } from './outbox.ts';
import { allOf, notifiedBy } from './to-tell.ts';

export function isAmong(untold: readonly Untold[], address: string): boolean {
  return untold.some(({ mails }) => mails.some(({ recipient }) => sameAddress(recipient, address)));
}

export async function sendNoticesAgain(
  untold: readonly Untold[],
  ended: readonly TicketId[],
  { config, store, mta, now }: Chores,
): Promise<void> {
  if (untold.length === 0) return;
  const before = await noticesBefore(new Set(untold.map(({ seq }) => seq)), store);
  const written = await store.exclusive(async (transaction) => {
    const facts = await transaction.facts({ ...NO_QUESTIONS, away: true });
    const { nonce, keys } = facts;
    const asked = transaction.store;
    const held = await asked.held();
    const absence = absenceIn(facts, now());
    const known = await asked.notices();
    const telling = { config, store: asked, held, absence };
    const both = withoutEnded([...before, known].reduce(together), held, ended);
    const drafts = [
      ...(await allOf(both, telling)).filter(({ to }) => isAmong(untold, to.address)),
      ...(await allOf(known, telling)).filter(({ to }) => !isAmong(untold, to.address)),
    ];
    const { mails } = await write(drafts, {
      ...{ config, keys, nonce, now: now() },
      files: filesIn(asked),
    });
    return mails.length === 0
      ? []
      : transaction.commit({ changes: [notifiedBy(drafts)], outgoing: mails });
  });
  await sendBriefly(written, { config, store, mta, now });
}

/** What the commits of these numbers have told, in their order. */
async function noticesBefore(
  seqs: ReadonlySet<number>,
  store: Chores['store'],
): Promise<readonly PendingNotices[]> {
  const before: PendingNotices[] = [];
  let known = NO_NOTICES;
  let seq = 0;
  for await (const { time, changes } of store.commits()) {
    seq += 1;
    if (seqs.has(seq)) before.push(known);
    if (before.length === seqs.size) break;
    known = noticesAfter(known, { seq, time, changes });
  }
  return before;
}

function together(one: PendingNotices, other: PendingNotices): PendingNotices {
  const queues = new Set([...Object.keys(one.more), ...Object.keys(other.more)]);
  return {
    last: other.last,
    pending: [...one.pending, ...other.pending],
    more: Object.fromEntries(
      [...queues].map((queue) => [queue, (one.more[queue] ?? 0) + (other.more[queue] ?? 0)]),
    ),
    opened: ticketsOfBoth(one.opened, other.opened),
    copied: ticketsOfBoth(one.copied, other.copied),
  };
}

type ToTell = Readonly<Record<string, TicketsToTell>>;

function ticketsOfBoth(one: ToTell = {}, other: ToTell = {}): ToTell {
  const queues = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries(
    [...queues].flatMap((queue) => {
      const [a, b] = [one[queue], other[queue]];
      const last = b ?? a;
      if (last === undefined) return [];
      const tickets = [...new Set([...(a?.tickets ?? []), ...(b?.tickets ?? [])])];
      return [
        [queue, { tickets, more: (a?.more ?? 0) + (b?.more ?? 0), last: last.last }] as const,
      ];
    }),
  );
}

function withoutEnded(
  { opened = {}, copied = {}, ...known }: PendingNotices,
  held: readonly HeldMail[],
  ended: readonly TicketId[],
): PendingNotices {
  const isLeft = (id: TicketId | null) => id === null || !ended.includes(id);
  const left = (all: ToTell): ToTell =>
    Object.fromEntries(
      Object.entries(all).map(([queue, one]) => [
        queue,
        { ...one, tickets: one.tickets.filter(isLeft) },
      ]),
    );
  const pending = known.pending.filter(
    ({ ticket, about }) =>
      isLeft(ticket) && (about.type !== 'held' || held.some(({ id }) => id === about.id)),
  );
  return { ...known, pending, opened: left(opened), copied: left(copied) };
}
