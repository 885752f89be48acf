/**
 * `mailrobot ticket list`: the tickets that are wanted, a page of them, for people or as
 * JSON, or kept up to date on the terminal (watch-list.ts). Newest first it ends as soon as the page is full; any other order has to look at
 * all of them, and says how far it is.
 */
import { type Config, prefixesOf } from '../config/config.ts';
import { sentence } from '../desk/in-words.ts';
import { unknownName } from '../desk/member.ts';
import { inert } from '../pages/inert.ts';
import { type Column, ticketTable } from '../pages/ticket-list.ts';
import { compareBy, isWanted, SORTS, type Sort, type TicketFilter } from '../ticket/filter.ts';
import { summary } from '../ticket/summary.ts';
import { STATUSES, type TicketSummary } from '../ticket/ticket.ts';
import { deskScreen } from './desk-screen.ts';
import { ListedFields } from './field-options.ts';
import { type Desk, openDesk } from './open-desk.ts';
import { type Progress, progressOn } from './progress.ts';
import { oneOf, Refused } from './refused.ts';
import { type AsJson, writeAsJson } from './rows.ts';
import type { Run } from './run.ts';
import { showPage } from './show-page.ts';
import { spanOf } from './span.ts';
import { refuseNoTerminal, watchList } from './watch-list.ts';

export interface ListOptions extends AsJson {
  readonly config: string;
  readonly all?: boolean;
  readonly status?: readonly string[];
  readonly queue?: readonly string[];
  readonly assignee?: readonly string[];
  readonly tag?: readonly string[];
  readonly field?: readonly string[];
  readonly missing?: boolean;
  readonly requester?: string;
  readonly older?: string;
  readonly newer?: string;
  readonly text?: string;
  readonly sort?: string;
  readonly limit?: string;
  readonly watch?: boolean;
  readonly snoozed?: boolean;
}

export async function list(options: ListOptions, run: Run): Promise<void> {
  const limit = limitOf(options);
  if (options.watch) {
    if (options.json || options.ndjson)
      throw new Refused('--watch gives no JSON: events does', true);
    refuseNoTerminal(run);
  }
  const desk = await openDesk(options.config, run);
  const fields = await ListedFields.of(desk.config);
  const sort = sortOf(options.sort ?? 'created', fields);
  const conditions = (options.field ?? []).map((one) => fields.condition('--field', one));
  const lacks = (ticket: TicketSummary) => !options.missing || fields.missing(ticket).length > 0;
  const wanted = (now: Date) => ({
    filter: { ...filterOf(options, prefixesOf(desk.config), now), fields: conditions },
    ...{ lacks, sort, limit },
  });
  const named = [...conditions, ...(typeof sort === 'string' ? [] : [sort])];
  const columns = (page: readonly TicketSummary[]) =>
    fields.columns(
      named.map(({ name }) => name),
      page,
    );
  const { filter } = wanted(run.now());
  const which = options.all || filter.statuses.includes('resolved') ? 'all' : 'open';
  if (options.watch) {
    const read = async () => {
      const found = await listed({ ...wanted(run.now()), which }, desk, () => {});
      return { ...found, columns: columns(found.tickets) };
    };
    await watchList(read, desk, run);
    return;
  }
  const progress = progressOn(run);
  const { tickets, hasMore } = await listed({ ...wanted(run.now()), which }, desk, progress.at);
  progress.end();
  const rows = tickets.map((ticket) => fields.withMissing(ticket));
  const isJson = writeAsJson(rows, options);
  if (!isJson && tickets.length === 0) run.explain(inert(noneIn(which, options, desk.config)));
  else if (!isJson) await writeTable(tickets, columns(tickets), desk, run);
  if (hasMore) run.explain(`There are more than these ${limit}: --limit ${2 * limit} shows more.`);
}

interface Wanted {
  readonly filter: TicketFilter;
  /** Something that it needs is missing, if that is asked for. */
  readonly lacks: (ticket: TicketSummary) => boolean;
  readonly sort: Sort;
  readonly limit: number;
  readonly which: 'all' | 'open';
}

async function listed(
  { filter, lacks, sort, limit, which }: Wanted,
  { config, store }: Desk,
  progress: Progress['at'],
): Promise<{ readonly tickets: readonly TicketSummary[]; readonly hasMore: boolean }> {
  const found: TicketSummary[] = [];
  let looked = 0;
  // They come by their age: then the first ones are enough.
  const enough = sort === 'created' ? limit + 1 : Number.POSITIVE_INFINITY;
  for await (const ticket of store.tickets(which, prefixesOf(config))) {
    looked += 1;
    progress(() => `${looked} tickets, ${found.length} found`);
    if (isWanted(ticket, filter) && lacks(ticket)) found.push(summary(ticket));
    if (found.length >= enough) break;
  }
  return {
    tickets: found.toSorted(compareBy(sort)).slice(0, limit),
    hasMore: found.length > limit,
  };
}

async function writeTable(
  page: readonly TicketSummary[],
  columns: readonly Column[],
  desk: Desk,
  run: Run,
): Promise<void> {
  const at = deskScreen(desk, run);
  await showPage(ticketTable(page, at, run.now(), columns), run, { isTable: true });
}

const NARROWING = [
  ...(['status', 'queue', 'assignee', 'tag', 'field'] as const),
  ...(['missing', 'requester', 'older', 'newer', 'text'] as const),
];

function noneIn(which: 'all' | 'open', options: ListOptions, { staff }: Config): string {
  const such = NARROWING.some((name) => options[name] !== undefined) ? 'such ' : '';
  const none =
    options.snoozed === true
      ? `No ${such}ticket is snoozed.`
      : which === 'all'
        ? `There are no ${such}tickets.`
        : `There are no ${such}open tickets. With --all, resolved and snoozed ones are listed too.`;
  const unknown = (options.assignee ?? []).filter(
    (one) => one !== 'nobody' && !staff.some(({ name }) => name === one),
  );
  return [none, ...unknown.map((one) => sentence(unknownName(one, staff)))].join('\n');
}

export function limitOf({ limit: given }: { readonly limit?: string }): number {
  const limit = Number(given ?? 50);
  if (!Number.isInteger(limit) || limit < 1) {
    throw new Refused(`--limit takes a whole number from 1 on, not "${given}"`, true);
  }
  return limit;
}

function sortOf(given: string, fields: ListedFields): Sort {
  const name = /^field:(.*)$/s.exec(given)?.[1];
  if (name !== undefined) return fields.named('--sort', name);
  const sort = SORTS.find((one) => one === given);
  if (sort !== undefined) return sort;
  throw new Refused(`--sort takes ${SORTS.join(', ')} or field:NAME, not "${given}"`, true);
}

function filterOf(
  options: ListOptions,
  prefixes: readonly string[],
  now: Date,
): Omit<TicketFilter, 'fields'> {
  // Whoever looks at all, or asks for one of them, wants to see it.
  const isAll = options.all === true && options.snoozed !== true;
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
    ...(!isAll && { snoozed: { now, isWanted: options.snoozed === true } }),
  };
}
