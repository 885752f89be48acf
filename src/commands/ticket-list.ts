/** `mailrobot ticket list`: tickets newest first, a page of them, for people or as JSON. */
import { prefixesOf } from '../config/config.ts';
import type { Run } from '../run.ts';
import { inertJson } from '../terminal/inert.ts';
import { screen } from '../terminal/style.ts';
import { ticketTable } from '../terminal/ticket-list.ts';
import { summary, type TicketSummary } from '../ticket/ticket.ts';
import { openDesk } from './open-desk.ts';
import { Refused } from './refused.ts';

export interface ListOptions {
  readonly config: string;
  readonly all?: boolean;
  readonly limit?: string;
  readonly json?: boolean;
}

export async function list(options: ListOptions, run: Run): Promise<void> {
  const limit = Number(options.limit ?? 50);
  if (!Number.isInteger(limit) || limit < 1) {
    throw new Refused(`--limit takes a whole number from 1 on, not "${options.limit}"`, true);
  }
  const { config, store } = await openDesk(options.config, run);
  const page: TicketSummary[] = [];
  let more = false;
  for (const ticket of store.tickets(options.all ? 'all' : 'open', prefixesOf(config))) {
    more = page.length === limit;
    if (more) break;
    page.push(summary(ticket));
  }
  if (options.json) {
    process.stdout.write(`${inertJson(page)}\n`);
  } else if (page.length === 0) {
    run.explain(options.all ? 'There are no tickets.' : 'There are no open tickets.');
  } else {
    const at = screen(process.stdout.isTTY, process.stdout.columns, run.environment);
    process.stdout.write(ticketTable(page, at));
  }
  if (more) run.explain(`There are more than the newest ${limit}: --limit shows them.`);
}
