/** Tickets and held mail as a mail of commands lists them. Pure. */
import type { Config, StaffPerson } from '../config/config.ts';
import { zoneFor } from '../dates/zone-name.ts';
import { type Facts, listIn } from '../journal/facts.ts';
import { foundTable } from '../pages/found-list.ts';
import { heldTable } from '../pages/held-page.ts';
import type { Screen } from '../pages/style.ts';
import { ticketTable } from '../pages/ticket-list.ts';
import type { HeldMail } from '../ticket/held.ts';
import { isSnoozed } from '../ticket/snoozed.ts';
import { summary } from '../ticket/summary.ts';
import type { Ticket } from '../ticket/ticket.ts';
import type { Batch } from './batch.ts';
import { MAX_LISTED } from './control-lines.ts';
import type { StoreAnswer as Answer } from './delivery.ts';
import { memberMeant } from './member.ts';

interface Listing {
  readonly facts: Facts;
  readonly batch: Batch;
  readonly now: Date;
  readonly config: Config;
}

export const PLAIN_SCREEN = { style: (_: unknown, text: string) => text, columns: 76 } as const;

/** `zone`: of whoever gets the mail. */
export function plainScreen(zone: string): Screen {
  return { ...PLAIN_SCREEN, isMail: true, zone };
}

/** As the commands before it have left them. */
export function listed(
  words: string,
  person: StaffPerson,
  { facts, batch, now, config }: Listing,
): Answer {
  const wanted = words === '' ? 'open' : words.toLowerCase();
  const isListed = listedBy(wanted, person, config);
  if (isListed === null) {
    return {
      text: `"${words}" cannot be listed: ${LISTS.join(', ')}, a queue, or a name of the staff.`,
      isError: true,
    };
  }
  const isSnoozedList = wanted === 'snoozed';
  const tickets = listIn(facts, wanted === 'all' ? 'all' : 'open')
    .map((ticket) => batch.asLeft(ticket))
    .filter(
      (ticket) =>
        wanted === 'all' ||
        (ticket.status !== 'resolved' && isSnoozed(ticket, now) === isSnoozedList),
    )
    .filter(isListed)
    .slice(0, MAX_LISTED);
  if (tickets.length === 0) return { text: 'There are none.' };
  const more = tickets.length === MAX_LISTED ? `The newest ${MAX_LISTED}.\n` : '';
  return {
    text: ticketTable(tickets.map(summary), plainScreen(zoneFor(config, person.name)), now) + more,
  };
}

const LISTS = ['open', 'all', 'mine', 'nobody', 'waiting', 'overdue', 'snoozed'];

/** null for what is nothing that can be listed. */
function listedBy(
  wanted: string,
  person: StaffPerson,
  { queues, staff }: Config,
): ((ticket: Ticket) => boolean) | null {
  switch (wanted) {
    case 'open':
    case 'all':
    case 'snoozed':
      return () => true;
    case 'nobody':
      return ({ assignee }) => assignee === null;
    case 'waiting':
      return ({ waiting }) => waiting?.for === 'desk';
    case 'overdue':
      return ({ waiting }) => waiting?.for === 'desk' && waiting.told !== null;
  }
  const queue = queues.find(({ prefix, address, name }) =>
    [prefix, address, name].some((one) => one.toLowerCase() === wanted),
  );
  if (queue !== undefined) return (ticket) => ticket.queue === queue.prefix;
  const member = memberMeant(wanted === 'mine' ? 'me' : wanted, person.name, staff);
  return member === null ? null : ({ assignee }) => assignee === member.name;
}

/** `hasMore`: than these, which are shown. */
export function foundTickets(
  tickets: readonly Ticket[],
  words: readonly string[],
  { now, hasMore, zone }: Readonly<{ now: Date; hasMore: boolean; zone: string }>,
): Answer {
  if (tickets.length === 0) {
    return { text: `No ticket has ${words.map((word) => `"${word}"`).join(' and ')}.` };
  }
  const more = hasMore ? 'There are more: search for more words.\n' : '';
  return { text: foundTable(tickets, words, plainScreen(zone), now) + more };
}

export function heldMails(mails: readonly HeldMail[], now: Date): Answer {
  if (mails.length === 0) return { text: 'No mail is held.' };
  const shown = mails.slice(-MAX_LISTED);
  const more = shown.length < mails.length ? `The newest ${MAX_LISTED} of ${mails.length}.\n` : '';
  return { text: heldTable(shown, PLAIN_SCREEN, now) + more };
}
