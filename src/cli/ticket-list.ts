/**
 * `mailrobot ticket list`: the tickets that are wanted, a page of them, for people or as
 * JSON. Newest first it ends as soon as the page is full; any other order has to look at
 * all of them, and says how far it is.
 */
import { prefixesOf } from '../config/config.ts';
import { screen } from '../pages/style.ts';
import { ticketTable } from '../pages/ticket-list.ts';
import { compareBy, isWanted, SORTS, type TicketFilter } from '../ticket/filter.ts';
import { STATUSES, summary, type TicketSummary } from '../ticket/ticket.ts';
import { openDesk } from './open-desk.ts';
import { progressOn } from './progress.ts';
import { oneOf, Refused } from './refused.ts';
import { type AsJson, writeAsJson } from './rows.ts';
import type { Run } from './run.ts';
import { showPage } from './show-page.ts';
import { spanOf } from './span.ts';

export interface ListOptions extends AsJson {
  readonly config: string;
  readonly all?: boolean;
  readonly status?: readonly string[];
  readonly queue?: readonly string[];
  readonly assignee?: readonly string[];
  readonly tag?: readonly string[];
  readonly requester?: string;
  readonly older?: string;
  readonly newer?: string;
  readonly text?: string;
  readonly sort?: string;
  readonly limit?: string;
}

export async function list(options: ListOptions, run: Run): Promise<void> {
  const limit = limitOf(options);
  const sort = oneOf('--sort', options.sort ?? 'created', SORTS);
  const { config, store } = await openDesk(options.config, run);
  const filter = filterOf(options, prefixesOf(config), run.now());
  const which = options.all || filter.statuses.includes('resolved') ? 'all' : 'open';
  const progress = progressOn(run);
  const found: TicketSummary[] = [];
  let looked = 0;
  // They come by their age: then the first ones are enough.
  const enough = sort === 'created' ? limit + 1 : Number.POSITIVE_INFINITY;
  for await (const ticket of store.tickets(which, prefixesOf(config))) {
    looked += 1;
    progress.at(() => `${looked} tickets, ${found.length} found`);
    if (isWanted(ticket, filter)) found.push(summary(ticket));
    if (found.length >= enough) break;
  }
  progress.end();
  const page = found.toSorted(compareBy(sort)).slice(0, limit);
  if (!writeAsJson(page, options)) await writeTable(page, which, run);
  if (found.length > limit) run.explain(`There are more than these ${limit}: --limit shows them.`);
}

async function writeTable(
  page: readonly TicketSummary[],
  which: 'all' | 'open',
  run: Run,
): Promise<void> {
  if (page.length === 0) {
    run.explain(which === 'all' ? 'There are no such tickets.' : 'There are no such open tickets.');
    return;
  }
  const at = screen(process.stdout.isTTY, process.stdout.columns, run.environment);
  await showPage(ticketTable(page, at, run.now()), run, { isTable: true });
}

export function limitOf({ limit: given }: { readonly limit?: string }): number {
  const limit = Number(given ?? 50);
  if (!Number.isInteger(limit) || limit < 1) {
    throw new Refused(`--limit takes a whole number from 1 on, not "${given}"`, true);
  }
  return limit;
}

function filterOf(options: ListOptions, prefixes: readonly string[], now: Date): TicketFilter {
  const { status = [], queue = [], assignee = [], tag = [], requester, text } = options;
  const ago = (name: string, time: string | undefined) =>
    time === undefined ? null : new Date(now.getTime() - spanOf(name, time));
  return {
    statuses: status.map((one) => oneOf('--status', one, STATUSES)),
    queues: queue.map((one) => oneOf('--queue', one.toUpperCase(), prefixes)),
    assignees: assignee.map((one) => (one === 'nobody' ? null : one)),
    tags: tag,
    requester: requester ?? null,
    text: text ?? null,
    before: ago('--older', options.older),
    since: ago('--newer', options.newer),
  };
}
