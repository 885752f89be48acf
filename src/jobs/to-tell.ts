/**
 * What the staff are to be told by mail now, to each whom it concerns, and what is written down of
 * that. Loaded if there is something to tell.
 */
import type { Config } from '../config/config.ts';
import { notify } from '../desk/notices.ts';
import type { Absence } from '../desk/works-in.ts';
import { NO_QUESTIONS, ticketIn } from '../journal/facts.ts';
import type { Asked, PendingNotices } from '../journal/ledger.ts';
import type { DigestDraft, NoticeDraft } from '../letters/draft.ts';
import { ticketOfAll } from '../letters/notice-text.ts';
import type { Change } from '../ticket/change.ts';
import type { HeldMail } from '../ticket/held.ts';
import { nameOf, type TicketId } from '../ticket/ticket.ts';

interface Telling {
  readonly config: Config;
  readonly store: Asked;
  readonly held: readonly HeldMail[];
  readonly absence: Absence;
}

/** What is to be told now, to whom it concerns. */
export async function allOf(
  known: PendingNotices,
  { config, store, held, absence }: Telling,
): Promise<readonly (NoticeDraft | DigestDraft)[]> {
  return [
    ...notify(await asTheyAre(known, store), config.staff, held, absence),
    ...(await digests(known, config, store, absence)),
  ];
}

async function digests(
  known: PendingNotices,
  { staff }: Config,
  store: Asked,
  absence: Absence,
): Promise<readonly DigestDraft[]> {
  if (Object.keys({ ...known.opened, ...known.copied }).length === 0) return [];
  const { digestDrafts, listedIn } = await import('../desk/told-together.ts');
  const facts = await store.facts({ ...NO_QUESTIONS, tickets: [...new Set(listedIn(known))] });
  const ticket = (id: TicketId) => ticketIn(facts, id);
  return digestDrafts({ ...known, ticket }, staff, absence);
}

/** That they have been told. */
export function notifiedBy(drafts: readonly (NoticeDraft | DigestDraft)[]): Change {
  const people = [...new Set(drafts.map(({ to }) => to.name))];
  const notices = drafts.flatMap((draft) => (draft.kind === 'notice' ? draft : []));
  const named = notices.flatMap(({ to, held, notices: about, more }) =>
    held.length === 0
      ? []
      : { to: to.name, held: held.map(({ id }) => id), ticket: ticketOfAll(about, more) },
  );
  const isDaily = notices.some(({ daily }) => daily !== undefined);
  return {
    ...{ type: 'staff.notified', people },
    ...(named.length > 0 && { named }),
    ...(isDaily && { isDaily }),
  };
}

/** In the queue where its ticket is now, by the name that the ticket has there. */
async function asTheyAre(known: PendingNotices, store: Asked): Promise<PendingNotices> {
  const pending = await Promise.all(
    known.pending.map(async (notice) => {
      const ticket = notice.ticket === null ? null : await store.ticket(notice.ticket);
      return ticket === null ? notice : { ...notice, queue: ticket.queue, ticket: nameOf(ticket) };
    }),
  );
  return { ...known, pending };
}
