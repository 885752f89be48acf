/**
 * Writes the pages of a desk into a folder, or brings those that are there up to date.
 *
 * All of them are written if there are none, if they were made for something else, or if words were
 * erased, which may stand anywhere; else those of tickets that have changed, and the lists that they
 * are in. HTML of a mail is taken over from the page that is there as long as nothing was erased of
 * that mail, or of its ticket. It says how far it is when everything before it is durable, so that a run which was killed
 * is done again from where the last whole one ended. What is written either way is the same.
 */
import { setImmediate } from 'node:timers/promises';
import { type Config, prefixesOf } from '../config/config.ts';
import { fieldsIn } from '../config/fields-in.ts';
import { PAGE_SCOPES, type PageScope } from '../config/page-scopes.ts';
import type { ShownHtml } from '../html/shown.ts';
import { NO_QUESTIONS } from '../journal/facts.ts';
import type { CommitLog, LoggedCommit } from '../journal/log.ts';
import type { Store } from '../journal/store.ts';
import { Courses } from '../reports/courses.ts';
import type { Message, Ticket, TicketId } from '../ticket/ticket.ts';
import { FolderRefused, PagesFolder } from './folder.ts';
import { Lists, NOTHING_LISTED } from './lists.ts';
import { logRowsOf } from './log-rows.ts';
import type { Html } from './markup.ts';
import { markedIn, messageHtml } from './message-html.ts';
import { namesBy } from './names.ts';
import { type Row, rowsIn } from './rows.ts';
import { RowsAside } from './rows-aside.ts';
import { Site } from './site.ts';
import { madeFor, numbersIn, type PagesState, readState } from './state.ts';
import { logRow, openOrderIn } from './ticket-html.ts';
import { isAsBefore, type Lost, touchedBy } from './touched.ts';

export interface PagesOf {
  readonly config: Config;
  readonly store: Store;
  readonly log: CommitLog;
  readonly scopes: readonly PageScope[];
  readonly now: Date;
  /** Read out of its raw mail; null if it has none. */
  readonly htmlOf: (message: Message) => Promise<ShownHtml | null>;
}

/** Whether figures are counted again however long that takes, or once an hour if it takes long. */
export type Counting = 'always' | 'seldom';

export interface Written {
  /** Number of the last commit that is in them. */
  readonly commit: number;
  /** Tickets whose pages were written. */
  readonly tickets: number;
}

/** Waits so long for another run on the same folder. */
const PATIENCE_SECONDS = 60;
/** So many commits are read within a blink. */
const FEW_COMMITS = 20_000;
const SELDOM_MS = 3_600_000;
const COUNTED_DAYS = 14;
const AT_ONCE = 50;
/** After so many the process sees to what else it does: other subscribers wait for answers. */
const IN_A_ROW = 200;

export async function writePages(path: string, of: PagesOf, counting: Counting): Promise<Written> {
  const folder = PagesFolder.open(path, PATIENCE_SECONDS);
  try {
    const run = await beginRun(path, folder, of);
    const done = await changesAlone(run, counting);
    return 'lost' in done ? await everything(run, done.lost) : done;
  } finally {
    folder.close();
  }
}

interface PagesRun extends PagesOf {
  readonly folder: PagesFolder;
  readonly site: Site;
  readonly desk: string;
  readonly madeFor: string;
  readonly state: PagesState | null;
}

async function beginRun(path: string, folder: PagesFolder, of: PagesOf): Promise<PagesRun> {
  const { config, store, log, scopes } = of;
  const { keys } = await store.facts(NO_QUESTIONS);
  const names = namesBy(keys);
  const desk = (await log.epochs())[0]?.name ?? '';
  const state = readState(folder.upTo());
  if (state !== null && state.desk !== desk) {
    throw new FolderRefused(`${path} has the pages of another desk`);
  }
  // Notes stand on the pages of tickets.
  const implied = scopes.includes('notes') ? (['tickets'] as const) : [];
  const isIn = PAGE_SCOPES.filter((scope) => [...scopes, ...implied].includes(scope));
  const made = [names.list('check'), config.domain, prefixesOf(config).join(), isIn.join()];
  const fields = config.queues.map((queue) => queue.fields);
  if (fields.some((some) => some !== undefined)) made.push(JSON.stringify(fields));
  const site = new Site(
    folder,
    names,
    { domain: config.domain, fieldsOf: await fieldsIn(config) },
    isIn,
  );
  return { ...of, folder, site, desk, madeFor: madeFor(made), state };
}

/** All has to be written. `lost`: of what is there, no more than that; null: nobody knows. */
interface NotAlone {
  readonly lost: Lost | null;
}

async function changesAlone(run: PagesRun, counting: Counting): Promise<Written | NotAlone> {
  const { log, site, state, now } = run;
  if (state === null || state.madeFor !== run.madeFor) return { lost: null };
  if ((await log.hashOf(state.commit)) !== state.hash) return { lost: null };
  // Before the commits: whatever has changed since is of a commit that is read below.
  const open = run.folder.isBroken && site.shows('tickets') ? await openTickets(run) : null;
  const commits: LoggedCommit[] = [];
  for await (const commit of log.commits(state.commit).read()) commits.push(commit);
  const touched = touchedBy(commits);
  // A run that was killed may have written what is in no commit any more.
  const notAlone = { lost: run.folder.isBroken ? null : touched.lost };
  if (touched.isAnything) return notAlone;
  const last = commits.at(-1);
  const isDue =
    now.getTime() - Date.parse(state.counted) > SELDOM_MS || now < new Date(state.counted);
  const isCounted = counting === 'always' || (last?.seq ?? state.commit) < FEW_COMMITS || isDue;
  const upTo = last ?? { seq: state.commit, hash: state.hash, time: state.time };
  const tickets = site.shows('tickets') ? await ticketsNamed([...touched.tickets], run) : [];
  const lists = new Lists(site);
  const fresh = logOf(commits, site.shows('notes'));
  for (const ticket of tickets) {
    // One that was created may be there already: a run writes tickets as they are by then.
    const before = site.pageOfTicket(ticket) ?? (touched.created.has(ticket.id) ? '' : null);
    if (before === null) return notAlone;
    const rows = logAfter(rowsIn(before), fresh.get(ticket.id) ?? []);
    site.writeTicket(ticket, rows, await shownHtml(ticket, before, run, touched.lost));
    lists.add(ticket, openOrderIn(before));
  }
  const listed = site.shows('tickets') ? lists.write(state, upTo, open) : NOTHING_LISTED;
  if (listed === null) return notAlone;
  const held =
    site.shows('held') && touched.isHeldMail
      ? site.writeHeld(await run.store.held(), state.held)
      : state.held;
  if (isCounted) site.writeStatistics((await counted(run)).statistics(now, COUNTED_DAYS), upTo);
  if (run.folder.isBroken) {
    const blocks = Object.entries(listed.blocks).flatMap(([queue, spans]) =>
      numbersIn(spans).map((n) => ({ queue, n })),
    );
    run.folder.removeOtherLists(site.lists(blocks, listed.open, held));
  }
  end(run, upTo, { ...listed, held, counted: isCounted ? now.toISOString() : state.counted });
  return { commit: upTo.seq, tickets: tickets.length };
}

async function everything(run: PagesRun, lost: Lost | null): Promise<Written> {
  const { config, site, store, now } = run;
  const courses = new Courses();
  const rows = new RowsAside(run.folder.scratch, 'log');
  let upTo = { seq: 0, hash: (await run.log.hashOf(0)) ?? '', time: '' };
  for await (const commit of unhurried(run.log.commits(0).read())) {
    courses.add(commit);
    if (site.shows('tickets'))
      for (const row of logRowsOf(commit, site.shows('notes'))) rows.add(row.ticket, logRow(row));
    upTo = { seq: commit.seq, hash: commit.hash, time: commit.time };
  }
  const lists = new Lists(site, new RowsAside(run.folder.scratch, 'list'));
  let tickets = 0;
  if (site.shows('tickets')) {
    for await (const ticket of unhurried(store.tickets('all', prefixesOf(config)))) {
      const before = lost === null ? '' : (site.pageOfTicket(ticket) ?? '');
      const shown = await shownHtml(ticket, before, run, lost);
      site.writeTicket(ticket, rows.of(ticket.id), shown);
      lists.add(ticket, null);
      tickets += 1;
    }
  }
  const listed = site.shows('tickets') ? lists.write(NOTHING_LISTED, upTo, []) : null;
  const held = site.shows('held') ? site.writeHeld(await store.held(), 0) : 0;
  site.writeStatistics(courses.statistics(now, COUNTED_DAYS), upTo);
  run.folder.removeOthers(site.written);
  end(run, upTo, { ...(listed ?? NOTHING_LISTED), held, counted: now.toISOString() });
  return { commit: upTo.seq, tickets };
}

function end(
  { folder, desk, madeFor: made }: PagesRun,
  { seq, hash, time }: Pick<LoggedCommit, 'seq' | 'hash' | 'time'>,
  { blocks, open, held, counted: at }: Pick<PagesState, 'blocks' | 'open' | 'held' | 'counted'>,
): void {
  const state: PagesState = {
    ...{ desk, madeFor: made, commit: seq, hash, time, blocks, open, held, counted: at },
  };
  folder.setUpTo(JSON.stringify(state));
}

/** By serial. What the page before has of it stays, so that a mail is read once. */
async function shownHtml(
  ticket: Ticket,
  before: string,
  { htmlOf }: PagesRun,
  lost: Lost | null,
): Promise<ReadonlyMap<number, Html>> {
  const shown = new Map<number, Html>();
  for (const message of ticket.messages) {
    // What has not gone out yet is a mail when it has.
    const isWaiting = message.direction === 'out' && message.delivery === 'waiting';
    if (message.direction === 'internal' || isWaiting) continue;
    const { serial } = message;
    const isKept = lost !== null && isAsBefore(message, ticket, lost);
    const kept = isKept ? markedIn(before, serial) : undefined;
    shown.set(serial, kept ?? messageHtml(await htmlOf(message)));
  }
  return shown;
}

async function openTickets({ config, store }: PagesRun): Promise<readonly Ticket[]> {
  const found: Ticket[] = [];
  for await (const ticket of unhurried(store.tickets('open', prefixesOf(config)))) {
    found.push(ticket);
  }
  return found;
}

async function ticketsNamed(
  named: readonly TicketId[],
  { store }: PagesRun,
): Promise<readonly Ticket[]> {
  const found = new Map<TicketId, Ticket>();
  for (let from = 0; from < named.length; from += AT_ONCE) {
    const wanted = named.slice(from, from + AT_ONCE);
    const { tickets } = await store.facts({ ...NO_QUESTIONS, tickets: wanted });
    for (const id of wanted) {
      const ticket = tickets.get(id) ?? null;
      if (ticket !== null) found.set(ticket.id, ticket);
    }
  }
  return [...found.values()];
}

async function counted({ log }: PagesRun): Promise<Courses> {
  const courses = new Courses();
  for await (const commit of unhurried(log.commits(0).read())) courses.add(commit);
  return courses;
}

async function* unhurried<T>(values: AsyncIterable<T>): AsyncGenerator<T> {
  let given = 0;
  for await (const value of values) {
    yield value;
    given += 1;
    if (given % IN_A_ROW === 0) await setImmediate();
  }
}

function logOf(commits: readonly LoggedCommit[], hasNotes: boolean): Map<TicketId, Row[]> {
  const rows = new Map<TicketId, Row[]>();
  for (const row of commits.flatMap((commit) => logRowsOf(commit, hasNotes))) {
    const known = rows.get(row.ticket);
    if (known === undefined) rows.set(row.ticket, [logRow(row)]);
    else known.push(logRow(row));
  }
  return rows;
}

/** A run that was killed may have written some of them. */
function logAfter(before: readonly Row[], fresh: readonly Row[]): readonly Row[] {
  const ids = new Set(fresh.map(({ id }) => id));
  return [...before.filter(({ id }) => !ids.has(id)), ...fresh];
}
