/**
 * The pages of one desk as a run writes them: what they are called, and how they lead to each other.
 * It keeps account of those that there are to be.
 */

import type { FieldsOf } from '../config/fields-in.ts';
import type { PageScope } from '../config/page-scopes.ts';
import type { Statistics } from '../reports/statistics.ts';
import type { HeldMail } from '../ticket/held.ts';
import type { Ticket } from '../ticket/ticket.ts';
import { documentOf, type Link, type Page, utc } from './document.ts';
import type { PagesFolder } from './folder.ts';
import { heldHtml } from './held-html.ts';
import {
  allTicketsHtml,
  type Block,
  blockHtml,
  blockTitle,
  moreOpenHtml,
  openHtml,
  openOrder,
} from './lists-html.ts';
import { type Html, html } from './markup.ts';
import { FRONT, type Names } from './names.ts';
import type { OpenPage, OpenPart } from './open-pages.ts';
import { type Row, rowsIn } from './rows.ts';
import { STATISTICS_STYLE, statisticsHtml } from './statistics.ts';
import { ticketHtml, titleOf } from './ticket-html.ts';

const MADE_BY = 'Written by mailrobot.';
const HELD_ON_A_PAGE = 50;

/** Up to which commit the pages are, and when that was made. */
export interface UpTo {
  readonly seq: number;
  readonly time: string;
}

export class Site {
  readonly #folder: PagesFolder;
  readonly #names: Names;
  readonly #domain: string;
  readonly #scopes: readonly PageScope[];
  readonly #links: readonly Link[];
  readonly #written = new Set<string>();
  readonly #fieldsOf: FieldsOf;

  constructor(
    folder: PagesFolder,
    names: Names,
    { domain, fieldsOf }: { readonly domain: string; readonly fieldsOf: FieldsOf },
    scopes: readonly PageScope[],
  ) {
    this.#fieldsOf = fieldsOf;
    this.#folder = folder;
    this.#names = names;
    this.#domain = domain;
    this.#scopes = scopes;
    const links: readonly (readonly [string, string] | null)[] = [
      this.shows('tickets') ? ['Open tickets', FRONT] : null,
      this.shows('tickets') ? ['All tickets', names.list('tickets')] : null,
      this.shows('held') ? ['Held mail', names.list('held')] : null,
      ['Statistics', this.#statistics],
    ];
    const shown = links.flatMap((link) => (link === null ? [] : [link]));
    this.#links = shown.length === 1 ? [] : shown.map(([text, path]) => ({ text, path }));
  }

  shows(scope: PageScope): boolean {
    return this.#scopes.includes(scope);
  }

  /** Paths of all pages that were written. */
  get written(): ReadonlySet<string> {
    return this.#written;
  }

  pathOf({ id }: Pick<Ticket, 'id'>): string {
    return this.#names.ticket(id);
  }

  /** As it is in the folder, or null. */
  pageOfTicket(ticket: Pick<Ticket, 'id'>): string | null {
    return this.#folder.read(this.pathOf(ticket));
  }

  pageOfBlock(block: Block): string | null {
    return this.#folder.read(this.pathOfBlock(block));
  }

  rowsOfOpen(pages: readonly OpenPage[], n: number): readonly Row[] {
    const page = pages[n];
    return rowsIn((page && this.#folder.read(this.#pathOfOpen(page, n))) ?? '');
  }

  pathOfBlock({ queue, n }: Block): string {
    return this.#names.list(`tickets ${queue} ${n}`);
  }

  writeTicket(ticket: Ticket, log: readonly Row[], shownHtml: ReadonlyMap<number, Html>): void {
    const pathTo = (id: Ticket['id']) => `../${this.#names.ticket(id)}`;
    const hasNotes = this.shows('notes');
    const order = openOrder(ticket);
    const fields = this.#fieldsOf(ticket.queue);
    const main = ticketHtml({
      ...{ ticket, log, hasNotes, fields, openOrder: order, shownHtml, pathTo },
    });
    this.#write(this.pathOf(ticket), { title: titleOf(ticket), up: '../', main });
  }

  writeBlock(block: Block, rows: readonly Row[]): void {
    this.#write(this.pathOfBlock(block), {
      title: blockTitle(block),
      main: blockHtml(block, rows),
    });
  }

  /** Those that are other than they were, and those beside them. */
  writeOpen(parts: readonly OpenPart[], before: readonly OpenPage[], upTo: UpTo): void {
    const rowsOf = ({ from }: OpenPart) =>
      typeof from === 'number' ? this.rowsOfOpen(before, from) : from;
    const pages = parts.map(({ page }) => page);
    const paths = pages.map((page, n) => this.#pathOfOpen(page, n));
    const known = before.map((page, n) => this.#pathOfOpen(page, n));
    // All are read before one is written: a page may go to where another one is.
    const changed = parts.flatMap((part, n) => {
      const { from } = part;
      const isAsBefore = typeof from === 'number' && haveSameNeighbours(known, from, paths, n);
      return n > 0 && isAsBefore ? [] : [{ n, rows: rowsOf(part) }];
    });
    for (const { n, rows } of changed) if (n > 0) this.#writeMoreOpen(rows, paths, n);
    const main = openHtml(
      changed.find(({ n }) => n === 0)?.rows ?? [],
      {
        tickets: pages.reduce((sum, { tickets }) => sum + tickets, 0),
        waits: pages.reduce((sum, { waits }) => sum + waits, 0),
        snoozed: pages.reduce((sum, { snoozed }) => sum + snoozed, 0),
      },
      paths.map((path, n) => ({ text: String(n + 1), path })),
    );
    this.#write(FRONT, { title: 'Open tickets', main, footer: asOf(upTo) });
    const stay = new Set(paths);
    for (const path of known) if (path !== FRONT && !stay.has(path)) this.#folder.remove(path);
  }

  #writeMoreOpen(rows: readonly Row[], paths: readonly string[], n: number): void {
    const [path = FRONT, previous = FRONT, next] = [paths[n], paths[n - 1], paths[n + 1]];
    const title = `Open tickets from ${rows[0]?.id ?? ''} on`;
    const links = [
      { text: 'Previous', path: previous },
      ...(next === undefined ? [] : [{ text: 'Next', path: next }]),
    ];
    this.#write(path, { title, main: moreOpenHtml(rows, title, links) });
  }

  /** Of each queue, newest first. */
  writeAll(queues: readonly (readonly [string, readonly number[]])[]): void {
    const main = allTicketsHtml(
      queues.map(([queue, numbers]) => {
        const blocks = numbers.map((n) => ({ queue, n }));
        const links = blocks.map((block) => ({
          ...{ text: blockTitle(block), path: this.pathOfBlock(block) },
        }));
        return [queue, links];
      }),
    );
    this.#write(this.#names.list('tickets'), { title: 'All tickets', main });
  }

  /** On so many pages as it says. */
  writeHeld(mails: readonly HeldMail[], before: number): number {
    const count = Math.max(1, Math.ceil(mails.length / HELD_ON_A_PAGE));
    const links = this.#pathsOfHeld(count).map((path, n) => ({ text: String(n + 1), path }));
    for (const [n, { path }] of links.entries()) {
      const page = mails.slice(n * HELD_ON_A_PAGE, (n + 1) * HELD_ON_A_PAGE);
      const title = n === 0 ? 'Held mail' : `Held mail, page ${n + 1}`;
      this.#write(path, { title, main: heldHtml(page, mails.length, links, n) });
    }
    for (const path of this.#pathsOfHeld(before).slice(count)) this.#folder.remove(path);
    return count;
  }

  writeStatistics(statistics: Statistics, upTo: UpTo): void {
    const main = html`<h1>Statistics of ${this.#domain}</h1>
${statisticsHtml(statistics)}`;
    const page = { title: 'Statistics', main, footer: asOf(upTo), style: STATISTICS_STYLE };
    this.#write(this.#statistics, page);
  }

  /** Those that list others, whether they were written or not. */
  lists(blocks: readonly Block[], open: readonly OpenPage[], held: number): ReadonlySet<string> {
    return new Set([
      ...this.#links.map(({ path }) => path),
      this.#statistics,
      ...blocks.map((block) => this.pathOfBlock(block)),
      ...open.map((page, n) => this.#pathOfOpen(page, n)),
      ...this.#pathsOfHeld(held),
    ]);
  }

  removeBlock(block: Block): void {
    this.#folder.remove(this.pathOfBlock(block));
  }

  get #statistics(): string {
    return this.shows('tickets') ? this.#names.list('statistics') : FRONT;
  }

  #pathOfOpen({ first }: OpenPage, n: number): string {
    return n === 0 ? FRONT : this.#names.list(`open ${first}`);
  }

  #pathsOfHeld(pages: number): readonly string[] {
    return Array.from({ length: pages }, (_, n) =>
      this.#names.list(n === 0 ? 'held' : `held ${n + 1}`),
    );
  }

  #write(
    path: string,
    {
      title,
      up = '',
      footer = '',
      ...page
    }: Pick<Page, 'title' | 'main' | 'style'> & Partial<Pick<Page, 'up' | 'footer'>>,
  ): void {
    const document = documentOf({
      ...page,
      ...{ path, up, links: this.#links },
      title: `${title} - ${this.#domain}`,
      footer: `${footer} ${MADE_BY}`.trim(),
    });
    this.#folder.write(path, document);
    this.#written.add(path);
  }
}

function haveSameNeighbours(
  before: readonly string[],
  from: number,
  paths: readonly string[],
  n: number,
): boolean {
  return [-1, 0, 1].every((away) => before[from + away] === paths[n + away]);
}

function asOf({ seq, time }: UpTo): string {
  return seq === 0 ? 'Nothing has happened yet.' : `As of commit ${seq}, ${utc(time)}.`;
}
