/**
 * The page of one ticket: what it is, the conversation, and who did what when. Pure.
 *
 * HTML of a message (message-html.ts) is shown with its text one step away. Files are named, and are not there. Quoted lines and signatures are
 * folded. Addresses that we have signed stand in no page: whoever has one can write as the one who
 * was given it.
 */
import { withoutSignedAddresses } from '../addresses/signed-in-text.ts';
import { fieldInWords } from '../pages/field.ts';
import { person } from '../pages/person.ts';
import { deliveryWords, sizeInWords, TRUST_WORDS } from '../pages/ticket-page.ts';
import { type Field, missingIn, valuesIn } from '../ticket/field.ts';
import { foundWords } from '../ticket/found.ts';
import { isLater } from '../ticket/later.ts';
import {
  type Attachment,
  type IncomingMessage,
  type Message,
  type Note,
  nameOf,
  otherNames,
  type Ticket,
  type TicketId,
} from '../ticket/ticket.ts';
import { timeHtml, utc } from './document.ts';
import type { LogRow } from './log-rows.ts';
import { type Html, html, joined, NOTHING } from './markup.ts';
import { isHtmlShown, markedHtml } from './message-html.ts';
import { type Row, rowOf } from './rows.ts';

export interface TicketView {
  readonly ticket: Ticket;
  /** Rows of the log (`logRow`), oldest first. */
  readonly log: readonly Row[];
  readonly hasNotes: boolean;
  /** Of its queue. */
  readonly fields: readonly Field[];
  /** Its place among those that are open; null if it is not. */
  readonly openOrder: string | null;
  /** Of messages, by their serials. */
  readonly shownHtml: ReadonlyMap<number, Html>;
  /** Where the page of a ticket is, from this one. */
  readonly pathTo: (ticket: TicketId) => string;
}

export function titleOf(ticket: Ticket): string {
  return `${nameOf(ticket)}: ${shown(ticket.subject) || '(no subject)'}`;
}

export function ticketHtml(view: TicketView): Html {
  const { ticket, log, hasNotes, fields, openOrder, shownHtml, pathTo } = view;
  const entries = ticket.messages.filter(({ direction }) => hasNotes || direction !== 'internal');
  return html`<h1>${titleOf(ticket)}</h1>
${whereItWent(ticket, pathTo)}<dl${openOrder === null ? NOTHING : html` data-open="${openOrder}"`}>
${factsOf(ticket, fields, pathTo).map(
  ([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>
`,
)}</dl>
<section>
<h2>Conversation</h2>
${entries.map((entry) => entryHtml(entry, shownHtml.get(entry.serial)))}</section>
<section>
<h2>Log</h2>
<table class="cards">
<thead><tr><th scope="col">When</th><th scope="col">Who</th><th scope="col">What</th></tr></thead>
<tbody>
${log.map(({ markup }) => markup)}</tbody>
</table>
</section>
`;
}

/** Of a page that is there: what its place among those that are open was. */
export function openOrderIn(page: string): string | null {
  return /^<dl data-open="([^"]{1,80})">$/m.exec(page)?.[1] ?? null;
}

export function logRow({ at, time, who, what }: LogRow): Row {
  const cells = html`<td>${timeHtml(time)}</td><td class="who">${shown(who)}</td><td>${shown(what)}</td>`;
  return rowOf(`c${at}`, '', cells);
}

function whereItWent({ mergedInto }: Ticket, pathTo: TicketView['pathTo']): Html {
  if (mergedInto === null) return NOTHING;
  return html`<p class="warn">It is part of <a href="${pathTo(mergedInto)}">${mergedInto}</a> now.</p>
`;
}

function factsOf(
  ticket: Ticket,
  fields: readonly Field[],
  pathTo: TicketView['pathTo'],
): readonly (readonly [string, Html])[] {
  const { requester, participants, assignee, tags, priority, waiting, muted } = ticket;
  const linked = (ids: readonly TicketId[]) =>
    joined(
      ids.map((id) => html`<a href="${pathTo(id)}">${id}</a>`),
      ', ',
    );
  const facts: readonly (readonly [string, Html | null])[] = [
    ['Status', html`${ticket.status}`],
    ['Queue', html`${ticket.queue}`],
    ['Requester', html`${requester === null ? '(unknown)' : shown(person(requester))}`],
    ['Assignee', assignee === null ? null : html`${assignee}`],
    ['Priority', priority === 'normal' ? null : html`${priority}`],
    ['Tags', textOf(tags)],
    ...valuesIn(ticket, fields).map((one): readonly [string, Html] => [
      one.name,
      html`${shown(fieldInWords(one))}`,
    ]),
    ['Missing', textOf(missingIn(ticket, fields))],
    ['Copies to', textOf(participants.map(person))],
    ['No mail', textOf(muted)],
    ['Known as', textOf(otherNames(ticket))],
    ['Merged in', ticket.merged.length === 0 ? null : linked(ticket.merged)],
    ['Linked', (ticket.linked ?? []).length === 0 ? null : linked(ticket.linked ?? [])],
    [
      'Waits',
      waiting === null ? null : html`${whomFor(waiting.for)} since ${timeHtml(waiting.since)}`,
    ],
    ['Snoozed', snoozedHtml(ticket)],
    ['Rating', ratingHtml(ticket)],
    ['Created', timeHtml(ticket.createdAt)],
    ['Updated', timeHtml(ticket.updatedAt)],
    ['Legal hold', ticket.legalHold === true ? html`nothing of it is erased` : null],
  ];
  return facts.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
}

function snoozedHtml({ snoozed }: Ticket): Html | null {
  return snoozed === undefined ? null : html`until ${timeHtml(snoozed.until)}, by ${snoozed.by}`;
}

function ratingHtml({ rating }: Ticket): Html | null {
  if (rating === undefined) return null;
  const { score, at } = rating;
  return score === null ? html`was asked for` : html`${score} of 5, ${timeHtml(at)}`;
}

export function whomFor(whom: 'desk' | 'customer'): string {
  return whom === 'desk' ? 'for us' : 'for the customer';
}

function textOf(words: readonly string[]): Html | null {
  return words.length === 0 ? null : html`${words.map(shown).join(', ')}`;
}

function entryHtml(entry: Message | Note, rich: Html | undefined): Html {
  const kind = entry.direction === 'internal' ? 'note' : entry.direction;
  return html`<article class="${kind}" id="m${entry.serial}">
<h3>${entry.serial}. ${headingOf(entry)}</h3>
<p class="dim">${timeHtml(entry.date)}${detailsOf(entry)}</p>
${warningsOf(entry).map(
  (words) => html`<p class="warn">${shown(words)}</p>
`,
)}${rich === undefined ? textHtml(entry) : withText(entry, rich)}${filesHtml(entry.attachments)}</article>
`;
}

function headingOf(entry: Message | Note): string {
  if (entry.direction === 'internal') return `Note by ${entry.by}`;
  if (entry.direction === 'out') return `To ${shown(person(entry.to[0]))}`;
  return `From ${entry.from === null ? '(nobody named)' : shown(person(entry.from))}`;
}

function detailsOf(entry: Message | Note): string {
  if (entry.direction === 'internal') return ', internal';
  if (entry.direction === 'in') return TRUST_WORDS[entry.trust];
  const { automatic, by, copyOf } = entry;
  const copy = copyOf === undefined ? '' : `, a copy of message ${copyOf}`;
  const who = automatic ? ', automatic' : by === undefined ? '' : `, by ${by}`;
  const when = isLater(entry) ? `: it goes out on ${utc(entry.notBefore)}` : '';
  return `${who}${copy}${deliveryWords(entry)}${when}`;
}

function warningsOf(entry: Message | Note): readonly string[] {
  if (entry.direction === 'internal') return [];
  const moved = entry.movedTo === undefined ? [] : [`It is ${entry.movedTo} now.`];
  if (entry.direction === 'out') {
    const { failure, notSent = [], enclosed = [] } = entry;
    const why = failure === undefined ? [] : [`Reason: ${failure}`];
    const sent = enclosed.map(({ filename }) => `Sent along: ${filename}`);
    return [...moved, ...why, ...notSent.map((file) => `Not sent: ${file}`), ...sent];
  }
  const { fault, mark, replyTo, asks } = entry;
  return [
    ...moved,
    ...(fault === undefined ? [] : [fault]),
    ...(mark === undefined ? [] : [`Marked as a machine's: ${mark.check}, ${mark.evidence}`]),
    ...(replyTo === undefined ? [] : [`Reply-To: ${person(replyTo)}`]),
    ...(asks === undefined ? [] : [`Asks to ${asks}, unproven`]),
    ...foundWords(entry),
  ];
}

/** What says that there is no HTML is above the text. */
function withText(entry: Message | Note, rich: Html): Html {
  const text = textHtml(entry);
  const below = isHtmlShown(rich)
    ? html`<details class="plain"><summary>As plain text</summary>${text}</details>
`
    : text;
  return markedHtml(entry.serial, rich, below);
}

function textHtml(entry: Message | Note): Html {
  if (entry.direction === 'out' && entry.copyOf !== undefined) return NOTHING;
  const text = shown(entry.text);
  if (text.trim() === '')
    return html`<p class="dim">(no text)</p>
`;
  const lines = text.split('\n');
  if (entry.direction !== 'in' || entry.newLines.length === 0) return linesHtml(lines);
  return joined(
    foldedParts(lines, entry).map(({ isNew, part }) => (isNew ? linesHtml(part) : folded(part))),
  );
}

interface Part {
  readonly isNew: boolean;
  readonly part: readonly string[];
}

function foldedParts(
  lines: readonly string[],
  { newLines }: Pick<IncomingMessage, 'newLines'>,
): readonly Part[] {
  const parts: Part[] = [];
  let next = 1;
  for (const { from, to } of [...newLines, { from: lines.length + 1, to: lines.length }]) {
    parts.push({ isNew: false, part: lines.slice(next - 1, from - 1) });
    parts.push({ isNew: true, part: lines.slice(from - 1, to) });
    next = to + 1;
  }
  return parts.filter(({ part }) => part.some((line) => line.trim() !== ''));
}

function linesHtml(lines: readonly string[]): Html {
  return html`<div class="text" dir="auto">${withoutEmptyEnds(lines)}</div>
`;
}

function folded(lines: readonly string[]): Html {
  const count = lines.filter((line) => line.trim() !== '').length;
  return html`<details><summary>${count} ${count === 1 ? 'line' : 'lines'} quoted, or a signature</summary>${linesHtml(lines)}</details>
`;
}

function withoutEmptyEnds(lines: readonly string[]): string {
  const first = lines.findIndex((line) => line.trim() !== '');
  return lines.slice(first).join('\n').trimEnd();
}

function filesHtml(files: readonly Attachment[]): Html {
  if (files.length === 0) return NOTHING;
  const items = files.map(({ filename, contentType, size }) => {
    const name = shown(filename) || '(no name)';
    return html`<li>${name}, ${contentType}, ${sizeInWords(size)}</li>
`;
  });
  return html`<p class="dim">Files, which are not here:</p>
<ul>
${items}</ul>
`;
}

/** Of what strangers wrote, and what they were sent. */
function shown(text: string): string {
  return withoutSignedAddresses(text, '[address]');
}
