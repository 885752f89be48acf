/** Mail that waits for one of the staff, for those who may see it. Pure. */
import { withoutSignedAddresses } from '../addresses/signed-in-text.ts';
import { person } from '../pages/person.ts';
import type { HeldMail } from '../ticket/held.ts';
import { type Link, timeHtml } from './document.ts';
import { pagesHtml } from './lists-html.ts';
import { type Html, html, NOTHING } from './markup.ts';

/** Those of one page, of so many in all. `pages`: all of them, this one is the `n`-th from 0. */
export function heldHtml(
  mails: readonly HeldMail[],
  count: number,
  pages: readonly Link[],
  n: number,
): Html {
  const place = html`<p class="dim">${count} mails, page ${n + 1} of ${pages.length}</p>
`;
  return html`<h1>Held mail</h1>
${
  count === 0
    ? html`<p>No mail is held.</p>
`
    : NOTHING
}${pages.length < 2 ? NOTHING : place}${mails.map(mailHtml)}${pagesHtml('Pages of held mail', pages, n)}`;
}

function mailHtml({
  id,
  from,
  date,
  subject,
  beginning = '',
  queue,
  ticket,
  reason,
}: HeldMail): Html {
  const facts: readonly (readonly [string, Html])[] = [
    ['From', html`${from === null ? '(nobody)' : shown(person(from))}`],
    ['To', html`${ticket ?? queue}`],
    ['Received', timeHtml(date)],
    ['Held', html`${reason.check}: ${shown(reason.evidence)}`],
  ];
  return html`<article class="in" id="h${id}">
<h2>${id}. ${shown(subject) || '(no subject)'}</h2>
<dl>
${facts.map(
  ([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>
`,
)}</dl>
<div class="text" dir="auto">${shown(beginning).trim()}</div>
</article>
`;
}

function shown(text: string): string {
  return withoutSignedAddresses(text, '[address]');
}
