/**
 * Tells the staff again what a mail to them said that an erasure has taken back before it went out:
 * of what is left, and only those who have not been told.
 *
 * A notification shows what was said before, and so may hold words of somebody whom the mail that
 * it tells of is not from.
 */
import { absenceIn } from '../desk/away.ts';
import { Batch } from '../desk/batch.ts';
import { notificationsOf } from '../desk/tell.ts';
import type { Erasure, Untold } from '../journal/erasing/erasure.ts';
import { NO_QUESTIONS } from '../journal/facts.ts';
import type { Store } from '../journal/store.ts';
import { filesIn } from '../letters/written-draft.ts';
import { type Change, ticketsOf } from '../ticket/change.ts';
import type { IncomingMessage, Ticket, TicketId } from '../ticket/ticket.ts';
import type { Chores } from './chores.ts';
import { type HtmlOf, mailsHtml } from './earlier-html.ts';
import { isAmong, sendNoticesAgain } from './notices-again.ts';
import { sendBriefly } from './outbox.ts';

export interface TellingAgain extends Chores {
  readonly htmlOf: HtmlOf;
}

export async function tellAgain(
  { untold, ended }: Pick<Erasure, 'untold' | 'ended'>,
  chores: TellingAgain,
): Promise<void> {
  const isNotice = ({ changes }: Untold) => changes.some(isNotified);
  await tellOfTickets(
    untold.filter((one) => !isNotice(one)),
    chores,
  );
  await sendNoticesAgain(untold.filter(isNotice), ended, chores);
}

async function tellOfTickets(
  untold: readonly Untold[],
  { htmlOf, ...chores }: TellingAgain,
): Promise<void> {
  if (untold.length === 0) return;
  const { config, store, mta, now } = chores;
  const earlier = await mailsHtml(await mailsIn(untold, store), { config, htmlOf });
  const written = await store.exclusive(async (transaction) => {
    const tickets = untold.flatMap(({ changes }) => [...ticketsOf(changes)]);
    const facts = await transaction.facts({ ...NO_QUESTIONS, tickets, away: true });
    const files = filesIn(transaction.store);
    const batch = new Batch({ config, now: now(), facts, files });
    const after = (id: TicketId) => batch.ticket(id);
    const desk = { ...config, absence: absenceIn(facts, now()), earlier };
    for (const one of untold) {
      const drafts = notificationsOf(asTheyAre(one.changes, after), after, desk);
      await batch.add(
        [],
        drafts.filter(({ to }) => isAmong([one], to.address)),
      );
    }
    const { changes, mails: outgoing } = batch.written;
    return outgoing.length === 0 ? [] : transaction.commit({ changes, outgoing });
  });
  await sendBriefly(written, { config, store, mta, now });
}

/** That came, as they are in their tickets. */
async function mailsIn(
  untold: readonly Untold[],
  store: Pick<Store, 'ticket'>,
): Promise<readonly IncomingMessage[]> {
  const mails: IncomingMessage[] = [];
  for (const change of untold.flatMap(({ changes }) => changes)) {
    if (change.type !== 'message.added') continue;
    const ticket = await store.ticket(change.ticket);
    const message = ticket?.messages.find(({ serial }) => serial === change.message.serial);
    if (message?.direction === 'in') mails.push(message);
  }
  return mails;
}

/** With each message as its ticket has it now. */
function asTheyAre(
  changes: readonly Change[],
  after: (id: TicketId) => Ticket | null,
): readonly Change[] {
  return changes.flatMap((change): Change | readonly [] => {
    if (change.type !== 'message.added') return change;
    const found = after(change.ticket)?.messages.find(
      ({ serial }) => serial === change.message.serial,
    );
    return found === undefined || found.direction === 'internal'
      ? []
      : { ...change, message: found };
  });
}

/** The mail of the day, or of the week, counts what there is, and comes again the next one. */
function isNotified(change: Change): boolean {
  return change.type === 'staff.notified' && !change.isDaily && !change.isWeekly;
}
