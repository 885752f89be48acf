/**
 * How the desk does, as a section of a page: figures without names. No script and no `style`
 * attribute: the page's policy lets only its own style sheet in, of which STATISTICS_STYLE is a
 * part. Headings begin at the second level. Pure.
 */

import type { Spread, Statistics } from '../reports/statistics.ts';
import { durationInWords } from '../reports/statistics-page.ts';
import { type Html, html } from './markup.ts';

/** What a page with statistics has in its style sheet besides that of every page. */
export const STATISTICS_STYLE = '';

export function statisticsHtml({ queues, answer, resolution, days }: Statistics): Html {
  const open = queues.map(({ queue, open: all, day, week, month, older }) =>
    row(queue, [all, day, week, month, older].map(String)),
  );
  const perDay = days.map(({ day, created, answered, resolved }) =>
    row(day, [created, answered, resolved].map(String)),
  );
  return html`<section>
<h2>Open tickets by age</h2>
${tableOf(['Queue', 'All', '< 1 day', '< 7 days', '< 30 days', 'Older'], open)}
</section>
<section>
<h2>How long it takes</h2>
${tableOf(
  ['Time to', 'Tickets', 'Median', '90 %'],
  [spreadRow('First answer', answer), spreadRow('Resolution', resolution)],
)}
</section>
<section>
<h2>Tickets a day</h2>
${tableOf(['Day (UTC)', 'Created', 'Answered', 'Resolved'], perDay)}
</section>
`;
}

function spreadRow(what: string, { count, median, p90 }: Spread): Html {
  return row(what, [String(count), durationInWords(median), durationInWords(p90)]);
}

function row(head: string, cells: readonly string[]): Html {
  return html`<tr><th scope="row">${head}</th>${cells.map((cell) => html`<td class="n">${cell}</td>`)}</tr>
`;
}

function tableOf(heads: readonly string[], rows: readonly Html[]): Html {
  return html`<div class="wide" tabindex="0"><table>
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>
${rows}</tbody>
</table></div>`;
}
