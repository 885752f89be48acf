/**
 * What the commands of a mail ask the whole store, and do with held mail: before the mail itself
 * is committed, since a search reads for long, and a mail that is let in is a commit of its own.
 *
 * Only for one of the staff who may give commands, in a mail whose commands are read at all. A
 * retry asks again, and finds held mail dealt with.
 */
import { ticketNames } from '../config/config.ts';
import { zoneFor } from '../dates/zone-name.ts';
import type { Intent } from '../decision/intent.ts';
import { carriedOut, controlLines, isOfStore, type OfStore } from '../desk/control-lines.ts';
import { foundTickets, heldMails, PLAIN_SCREEN } from '../desk/control-lists.ts';
import type { StoreAnswer } from '../desk/delivery.ts';
import { hasReadableCommands } from '../desk/readable-commands.ts';
import type { ParsedMessage } from '../reading/message.ts';
import { Courses } from '../reports/courses.ts';
import { fieldFigures } from '../reports/field-figures.ts';
import { statisticsPage } from '../reports/statistics-page.ts';
import type { Ticket } from '../ticket/ticket.ts';
import { carryOutHeldOrders } from './held-orders.ts';
import type { ReleaseContext } from './release.ts';

const MAX_FOUND_TICKETS = 50;
/** Each of them reads all texts that there are. */
const MAX_SEARCHES = 3;
const TOO_MANY = `One mail searches ${MAX_SEARCHES} times at most: send this in another one.`;
/** Of the figures by day. */
const DAYS = 14;

export async function askStore(
  intent: Intent,
  message: ParsedMessage,
  context: ReleaseContext,
): Promise<ReadonlyMap<number, StoreAnswer>> {
  const answers = new Map<number, StoreAnswer>();
  if (intent.type !== 'control' || intent.person === null || intent.doubt !== null) return answers;
  if (!hasReadableCommands(message)) return answers;
  const { lines } = carriedOut(controlLines(message, ticketNames(context.config)));
  let searches = 0;
  for (const [at, { command }] of lines.entries()) {
    if (!isOfStore(command)) continue;
    if (command.type === 'search') searches += 1;
    answers.set(
      at,
      searches > MAX_SEARCHES && command.type === 'search'
        ? { text: TOO_MANY, isError: true }
        : await answerFrom(command, intent.person.name, context),
    );
  }
  return answers;
}

async function answerFrom(
  command: OfStore,
  by: string,
  context: ReleaseContext,
): Promise<StoreAnswer> {
  const { store, now, config } = context;
  switch (command.type) {
    case 'held':
      return heldMails(await store.held(), now());
    case 'recipient': {
      const { recipientCommand } = await import('./recipient-command.ts');
      return recipientCommand(command.words, by, context);
    }
    case 'snippets': {
      const { snippetCommand } = await import('./snippet-command.ts');
      return snippetCommand(command.name, context.config);
    }
    case 'decide': {
      const { word, ids } = command;
      const orders = ids.map((id) => ({ word, id, isHeld: true }));
      const done = await carryOutHeldOrders(orders, by, context);
      return { text: [...done.values()].join('\n') };
    }
    case 'search': {
      const ids = await store.search(command.words, MAX_FOUND_TICKETS + 1, () => {});
      const shown = ids.slice(0, MAX_FOUND_TICKETS);
      const tickets = await Promise.all(shown.map((id) => store.ticket(id)));
      const found = tickets.filter((ticket): ticket is Ticket => ticket !== null);
      const hasMore = ids.length > shown.length;
      return foundTickets(found, command.words, { now: now(), hasMore, zone: zoneFor(config, by) });
    }
    case 'stats': {
      const courses = new Courses();
      for await (const commit of store.commits()) courses.add(commit);
      const fields = await fieldFigures(courses, config, now(), DAYS);
      const found = courses.statistics(now(), DAYS);
      return { text: statisticsPage(found, PLAIN_SCREEN, null, fields) };
    }
  }
}
