/**
 * Once a day: what was held because it goes to many, a line each, and how much was only recorded.
 *
 * For whoever works in the queue and wants mail about all of it. Each line can be answered with
 * `open` and its number (decision/given.ts). Pure.
 */
import type { DailyNotice } from '../journal/ledger.ts';
import type { NoticeDraft } from '../letters/draft.ts';
import { BULK } from '../ticket/decision.ts';
import type { HeldMail } from '../ticket/held.ts';
import type { Notice } from '../ticket/notice.ts';
import { type Notifiable, toldOf } from './notices.ts';
import type { Absence } from './works-in.ts';

const MAX_LINES = 200;

export function dailyDrafts(
  { upTo }: DailyNotice,
  staff: readonly Notifiable[],
  held: readonly HeldMail[],
  absence: Absence,
): readonly NoticeDraft[] {
  const mails = held.filter(({ id, reason }) => id > upTo && reason.check === BULK);
  const told = new Map(mails.map((mail) => [mail, toldOf(noticeOfHeld(mail), staff, absence)]));
  return staff.flatMap((person): readonly NoticeDraft[] => {
    const { name, addresses } = person;
    const [address] = addresses;
    const theirs = mails.filter((mail) => told.get(mail)?.includes(person));
    if (address === undefined || theirs.length === 0) return [];
    const listed = theirs.slice(0, MAX_LINES);
    return [
      {
        kind: 'notice',
        to: { name, address },
        notices: listed.map(noticeOfHeld),
        held: listed,
        more: theirs.length - listed.length,
        daily: { recorded: 0 },
      },
    ];
  });
}

function noticeOfHeld({ id, queue, ticket, reason }: HeldMail): Notice {
  return { queue, ticket, about: { type: 'held', id, check: reason.check } };
}
