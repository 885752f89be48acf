/**
 * The pages of one desk as a run writes them: what they are called, and how they lead to each other.
 * It keeps account of those that there are to be.
 */

import type { PageScope } from '../config/page-scopes.ts';
import type { Statistics } from '../reports/statistics.ts';
import type { HeldMail } from '../ticket/held.ts';
import type { Ticket } from '../ticket/ticket.ts';
import { documentOf, type Link, type Page, utc } from './document.ts';
import type { PagesFolder } from './folder.ts';
import { heldHtml } from './held-html.ts';
import { allTicketsHtml, type Block, blockHtml, blockTitle, openHtml } from './lists-html.ts';
import { html } from './markup.ts';
import { FRONT, type Names } from './names.ts';
import { inPages, type Row } from './rows.ts';
import { STATISTICS_STYLE, statisticsHtml } from './statistics.ts';
import { ticketHtml, titleOf } from './ticket-html.ts';

const MADE_BY = 'Written by mailrobot.';
const OPEN_ON_A_PAGE = 100;

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

  constructor(folder: PagesFolder, names: Names, domain: string, scopes: readonly PageScope[]) {
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

  /** Those that so many open tickets were on, as far as they are there. */
  openPages(tickets: number): readonly string[] {
    return openPagesOf(tickets).flatMap((n) => this.#folder.read(this.#pathOfOpen(n)) ?? []);
  }

  pathOfBlock({ queue, n }: Block): string {
    return this.#names.list(`tickets ${queue} ${n}`);
  }

  writeTicket(ticket: Ticket, log: readonly Row[]): void {
    const pathTo = (id: Ticket['id']) => `../${this.#names.ticket(id)}`;
    const main = ticketHtml({ ticket, log, hasNotes: this.shows('notes'), pathTo });
    this.#write(this.pathOf(ticket), { title: titleOf(ticket), up: '../', main });
  }

  writeBlock(block: Block, rows: readonly Row[]): void {
    this.#write(this.pathOfBlock(block), {
      title: blockTitle(block),
      main: blockHtml(block, rows),
    });
  }

  writeOpen(rows: readonly Row[], upTo: UpTo): void {
    const pages = inPages(rows, OPEN_ON_A_PAGE);
    const links = pages.map((_, n) => ({ text: String(n + 1), path: this.#pathOfOpen(n) }));
    for (const [n, page] of pages.entries()) {
      const main = openHtml(page, rows, links, n);
      const title = n === 0 ? 'Open tickets' : `Open tickets, page ${n + 1}`;
      this.#write(this.#pathOfOpen(n), { title, main, footer: asOf(upTo) });
    }
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

  writeHeld(mails: readonly HeldMail[]): void {
    this.#write(this.#names.list('held'), { title: 'Held mail', main: heldHtml(mails) });
  }

  writeStatistics(statistics: Statistics, upTo: UpTo): void {
    const main = html`<h1>Statistics of ${this.#domain}</h1>
${statisticsHtml(statistics)}`;
    const page = { title: 'Statistics', main, footer: asOf(upTo), style: STATISTICS_STYLE };
    this.#write(this.#statistics, page);
  }

  /** Those that list others, whether they were written or not. */
  lists(blocks: readonly Block[], openTickets: number): ReadonlySet<string> {
    return new Set([
      ...this.#links.map(({ path }) => path),
      this.#statistics,
      ...blocks.map((block) => this.pathOfBlock(block)),
      ...openPagesOf(openTickets).map((n) => this.#pathOfOpen(n)),
    ]);
  }

  get #statistics(): string {
    return this.shows('tickets') ? this.#names.list('statistics') : FRONT;
  }

  #pathOfOpen(n: number): string {
    return n === 0 ? FRONT : this.#names.list(`open ${n}`);
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

/** From 0; the first one is there also if nothing is open. */
function openPagesOf(tickets: number): readonly number[] {
  return Array.from({ length: Math.max(1, Math.ceil(tickets / OPEN_ON_A_PAGE)) }, (_, n) => n);
}

function asOf({ seq, time }: UpTo): string {
  return seq === 0 ? 'Nothing has happened yet.' : `As of commit ${seq}, ${utc(time)}.`;
}
