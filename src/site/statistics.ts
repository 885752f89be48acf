/**
 * How the desk does, as a part of a page: figures without names, each of them said in a sentence,
 * drawn, and in a table. No script and no `style` attribute: the page's policy lets only its own
 * style sheet in, of which STATISTICS_STYLE is a part. Headings begin at the second level. Pure.
 */

import { durationInWords } from '../reports/duration.ts';
import { findingsIn, WEEKDAYS } from '../reports/findings.ts';
import type { Spread, Statistics } from '../reports/statistics.ts';
import { bars, CHART_STYLE, columns, hours } from './chart.ts';
import { type Html, html, NOTHING } from './markup.ts';

/** What a page with statistics has in its style sheet besides that of every page. */
export const STATISTICS_STYLE = CHART_STYLE;

/** Bars that are shown; the table has all queues. */
const MOST_QUEUES = 12;

export function statisticsHtml(statistics: Statistics): Html {
  const { queues, answer, resolution, answeredWithin: within, days, byQueue, ratings } = statistics;
  const findings = findingsIn(statistics);
  const total = (of: (queue: Statistics['queues'][number]) => number) =>
    queues.reduce((sum, queue) => sum + of(queue), 0);
  const busiest = byQueue.toSorted((a, b) => b.created - a.created).slice(0, MOST_QUEUES);
  return html`${section(
    ['Tickets a day', findings.days],
    columns(
      'Tickets that were created and resolved, by day',
      days.map(({ day }) => shortDay(day)),
      [
        { name: 'Created', values: days.map(({ created }) => created) },
        { name: 'Resolved', values: days.map(({ resolved }) => resolved) },
      ],
    ),
    tableOf(
      ['Day (UTC)', 'Created', 'Answered', 'Resolved'],
      days.map(({ day, created, answered, resolved }) =>
        row(day, [created, answered, resolved].map(String)),
      ),
    ),
  )}${section(
    ['Open tickets by age', findings.backlog],
    columns(
      'Open tickets, by age',
      ['< 1 day', '< 7 days', '< 30 days', 'older'],
      [
        {
          name: 'Open',
          values: [
            total(({ day }) => day),
            total(({ week }) => week),
            total(({ month }) => month),
            total(({ older }) => older),
          ],
        },
      ],
    ),
    tableOf(
      ['Queue', 'All', '< 1 day', '< 7 days', '< 30 days', 'Older', 'Snoozed'],
      queues.map(({ queue, open: all, day, week, month, older, snoozed }) =>
        row(queue, [all, day, week, month, older, snoozed].map(String)),
      ),
    ),
  )}${section(
    ['Time to the first answer', findings.answer],
    columns(
      'New tickets, by the time to their first answer',
      WITHIN.map(([label]) => label),
      [{ name: 'Tickets', values: WITHIN.map(([, key]) => within[key]) }],
    ),
    html`${tableOf(
      ['First answer within', 'Tickets'],
      WITHIN.map(([, key, words]) => row(words, [String(within[key])])),
    )}
${tableOf(
  ['Time to', 'Tickets', 'Median', '90 %'],
  [spreadRow('First answer', answer), spreadRow('Resolution', resolution)],
)}`,
  )}${section(
    ['By queue', findings.queues],
    bars(
      'New tickets, by queue',
      busiest.map(({ queue, created }) => [queue, created]),
    ),
    tableOf(
      ['Queue', 'Created', 'Answered', 'Resolved', 'First answer'],
      byQueue.map(({ queue, created, answered, resolved, answer: { median } }) =>
        row(queue, [...[created, answered, resolved].map(String), durationInWords(median)]),
      ),
    ),
  )}${section(
    ['When mail comes', findings.hours],
    hours(
      'Mails, by weekday and hour',
      WEEKDAYS.map((day) => day.slice(0, 3)),
      statistics.mailsByHour,
    ),
    tableOf(
      ['UTC', ...WEEKDAYS.map((day) => day.slice(0, 3))],
      (statistics.mailsByHour[0] ?? []).map((_, hour) =>
        row(
          `${hour}:00`,
          statistics.mailsByHour.map((day) => String(day[hour] ?? 0)),
        ),
      ),
    ),
  )}${ratings.count === 0 ? NOTHING : ratingsHtml(ratings)}`;
}

function ratingsHtml({ count, mean, byQueue }: Statistics['ratings']): Html {
  return section(
    [
      'Ratings',
      `${count === 1 ? 'One rating' : `${count} ratings`}, ${mean?.toFixed(2)} of 5 in the mean.`,
    ],
    NOTHING,
    tableOf(
      ['Queue', 'Ratings', 'Mean'],
      byQueue.map((queue) =>
        row(queue.queue, [String(queue.count), queue.mean?.toFixed(2) ?? '-']),
      ),
    ),
  );
}

const WITHIN = [
  ['< 1 h', 'hour', 'an hour'],
  ['< 4 h', 'fourHours', '4 hours'],
  ['< 1 day', 'day', 'a day'],
  ['< 3 days', 'threeDays', '3 days'],
  ['later', 'later', 'more than 3 days'],
  ['none yet', 'waiting', 'none yet, and open'],
] as const;

function section([heading, finding]: readonly [string, string], chart: Html, values: Html): Html {
  return html`<section>
<h2>${heading}</h2>
<figure>
<figcaption>${finding}</figcaption>
${chart}${values}
</figure>
</section>
`;
}

/** `20 Nov` */
function shortDay(day: string): string {
  return `${Number(day.slice(8))} ${MONTHS[Number(day.slice(5, 7)) - 1]}`;
}

const MONTHS = [
  ...['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'],
];

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
