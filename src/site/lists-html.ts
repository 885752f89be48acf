/**
 * Tickets as tables: those that are open, whoever waits longest for us first, and snoozed ones last;
 * and all, a page for each hundred numbers of a queue. Pure.
 */
import { withoutSignedAddresses } from '../addresses/signed-in-text.ts';
import { person } from '../pages/person.ts';
import { numberOf, queueIn } from '../ticket/id.ts';
import { nameOf, type Ticket } from '../ticket/ticket.ts';
import { dayHtml, type Link } from './document.ts';
import { type Html, html, NOTHING } from './markup.ts';
import { type Row, rowOf } from './rows.ts';
import { whomFor } from './ticket-html.ts';

const ON_A_PAGE = 100;

/** A page of the list of all tickets. */
export interface Block {
  readonly queue: string;
  /** Of its first number: that of the page times a hundred. */
  readonly n: number;
}

export function blockOf(name: Ticket['id']): Block {
  return { queue: queueIn(name), n: Math.floor(numberOf(name) / ON_A_PAGE) };
}

export function blockTitle({ queue, n }: Block): string {
  return `${queue}-${Math.max(1, n * ON_A_PAGE)} to ${(n + 1) * ON_A_PAGE - 1}`;
}

/** `path`: of its page, from the folder of all. */
export function rowInBlock(ticket: Ticket, path: string): Row {
  // Newest first.
  const order = String(ON_A_PAGE - (numberOf(nameOf(ticket)) % ON_A_PAGE)).padStart(3, '0');
  return rowOf(ticket.id, order, cellsOf(ticket, path));
}

/** null if it is not open. */
export function rowAmongOpen(ticket: Ticket, path: string): Row | null {
  const order = openOrder(ticket);
  return order === null ? null : rowOf(ticket.id, order, cellsOf(ticket, path));
}

/** By which it stands among those that are open; null if it is not. */
export function openOrder(ticket: Ticket): string | null {
  if (!isOpen(ticket)) return null;
  const { waiting, snoozed } = ticket;
  // Whoever ends it, if only the timer, writes that down: the page needs no clock.
  if (snoozed !== undefined) return `${SNOOZED_ORDER} ${snoozed.until}`;
  return waiting === null ? `1 ${ticket.updatedAt}` : `${ORDER_OF[waiting.for]} ${waiting.since}`;
}

const ORDER_OF = { desk: 0, customer: 2 } as const;
const SNOOZED_ORDER = 3;

/** What is known of tickets by their order. */
export function countByOrder(orders: readonly string[]): Omit<OpenCount, 'tickets'> {
  const count = (order: number) => orders.filter((one) => one.startsWith(`${order} `)).length;
  return { waits: count(ORDER_OF.desk), snoozed: count(SNOOZED_ORDER) };
}

function isOpen({ status, mergedInto }: Ticket): boolean {
  return status !== 'resolved' && mergedInto === null;
}

function cellsOf(ticket: Ticket, path: string): Html {
  const { subject, requester, assignee, status, priority, mergedInto } = ticket;
  const whose = requester === null ? '(unknown)' : person(requester);
  const all = assignee === null ? whose : `${whose}, with ${assignee}`;
  const who = withoutSignedAddresses(all, '[address]');
  const title = withoutSignedAddresses(subject, '[address]') || '(no subject)';
  const what = priority === 'normal' ? status : `${status}, ${priority}`;
  const state =
    mergedInto === null ? html`${what}${waitsHtml(ticket)}` : html`part of ${mergedInto}`;
  const changed = html`<div class="dim">changed ${dayHtml(ticket.updatedAt)}</div>`;
  return html`<td><a class="id" href="${path}">${nameOf(ticket)}</a></td><td>${title}<div class="dim">${who}</div></td><td>${state}${changed}</td>`;
}

function waitsHtml({ waiting, snoozed }: Ticket): Html {
  if (snoozed !== undefined) {
    return html`<div class="dim">snoozed until ${dayHtml(snoozed.until)}</div>`;
  }
  return waiting === null
    ? NOTHING
    : html`<div class="dim">waits ${whomFor(waiting.for)} since ${dayHtml(waiting.since)}</div>`;
}

function tableOf(rows: readonly Row[], caption: string): Html {
  return html`<table class="cards">
<caption>${caption}</caption>
<thead><tr><th scope="col">Ticket</th><th scope="col">Subject, and who asked</th><th scope="col">State</th></tr></thead>
<tbody>
${rows.map(({ markup }) => markup)}</tbody>
</table>
`;
}

/** How many tickets there are on all pages, how many wait for us, and how many are snoozed. */
export interface OpenCount {
  readonly tickets: number;
  readonly waits: number;
  readonly snoozed: number;
}

/** The first page of open tickets. `pages`: all of them, itself included. */
export function openHtml(
  rows: readonly Row[],
  { tickets, waits, snoozed }: OpenCount,
  pages: readonly Link[],
): Html {
  const page = pages.length < 2 ? '' : `, page 1 of ${pages.length}`;
  const apart = snoozed === 0 ? '' : `, and ${snoozed} snoozed`;
  const caption = `${tickets - snoozed} open, ${waits} of them wait for us${apart}${page}`;
  const table =
    rows.length === 0
      ? html`<p>No ticket is open.</p>
`
      : tableOf(rows, caption);
  return html`<h1>Open tickets</h1>
${table}${pagesHtml('Pages of open tickets', pages, 0)}`;
}

/** One of the others: it says nothing that alters with another page but its neighbours. */
export function moreOpenHtml(rows: readonly Row[], title: string, links: readonly Link[]): Html {
  return html`<h1>${title}</h1>
${tableOf(rows, countOf(rows))}${pagesHtml('Pages of open tickets', links, null)}`;
}

/** Links to pages of one list; nothing if there is one alone. `own`: which of them has these. */
export function pagesHtml(name: string, pages: readonly Link[], own: number | null): Html {
  if (own !== null && pages.length < 2) return NOTHING;
  const items = pages.map(({ text, path }, n) =>
    n === own
      ? html`<li><a href="${path}" aria-current="page">${text}</a></li>`
      : html`<li><a href="${path}">${text}</a></li>`,
  );
  return html`<nav aria-label="${name}"><ul>${items}</ul></nav>
`;
}

function countOf(rows: readonly Row[]): string {
  return rows.length === 1 ? '1 ticket' : `${rows.length} tickets`;
}

export function blockHtml(block: Block, rows: readonly Row[]): Html {
  return html`<h1>${blockTitle(block)}</h1>
${tableOf(rows, countOf(rows))}`;
}

/** `queues`: the pages of each, newest first. */
export function allTicketsHtml(queues: readonly (readonly [string, readonly Link[]])[]): Html {
  const sections = queues.map(
    ([queue, links]) => html`<section>
<h2>${queue}</h2>
<ul>
${links.map(
  ({ text, path }) => html`<li><a href="${path}">${text}</a></li>
`,
)}</ul>
</section>
`,
  );
  return html`<h1>All tickets</h1>
${
  sections.length === 0
    ? html`<p>There is none yet.</p>
`
    : sections
}`;
}
