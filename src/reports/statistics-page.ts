/** The figures of the desk as tables with bars, for a terminal and for a mail: 80 columns. Pure. */
import { barOf } from '../pages/bar.ts';
import { inertLine } from '../pages/inert.ts';
import type { Screen } from '../pages/style.ts';
import { table } from '../pages/table.ts';
import type { ChoiceFigures, FieldFigures, NumberFigures } from './by-field.ts';
import { durationInWords } from './duration.ts';
import { findingsIn } from './findings.ts';
import type { RatingFigures } from './ratings.ts';
import type { AnsweredWithin, Day, RatedPerson, Spread, Statistics } from './statistics.ts';

type Row = readonly (string | number)[];

/** Two of them stand in the table of days. */
const SHORT_BAR = 18;
const BAR = 30;

/** `people`: who did how much, if that was asked for. */
export function statisticsPage(
  statistics: Statistics,
  at: Screen,
  people: readonly RatedPerson[] | null = null,
  fields: readonly FieldFigures[] = [],
): string {
  const { queues, answer, resolution, working, answeredWithin, days, byQueue, ratings } =
    statistics;
  const rows = (headings: readonly string[], all: readonly Row[]) =>
    withoutBlanks(
      table(
        headings,
        all.map((row) => row.map(String)),
        at,
      ),
    );
  /** By the number in the second column. */
  const withBars = (headings: readonly string[], all: readonly Row[]) =>
    rows([...headings, ''], barred(all));
  return [
    rows(...openRows(queues)),
    rows(
      ['TIME TO', 'TICKETS', 'MEDIAN', '90 %'],
      [
        ['first answer', ...inWords(answer)],
        ['resolution', ...inWords(resolution)],
        ...(working === undefined
          ? []
          : [
              ['first answer, working time', ...inWords(working.answer)],
              ['resolution, working time', ...inWords(working.resolution)],
            ]),
      ],
    ),
    withBars(['FIRST ANSWER', 'TICKETS'], withinRows(answeredWithin)),
    rows(['DAY', 'CREATED', 'ANSWERED', 'RESOLVED', 'CREATED', 'RESOLVED'], dayRows(days)),
    withBars(
      ['QUEUE', 'CREATED', 'ANSWERED', 'RESOLVED'],
      byQueue.map(({ queue, created, answered, resolved }) => [
        ...[queue, created, answered, resolved],
      ]),
    ),
    ...fields.map((one) =>
      one.type === 'choice'
        ? withBars([headingOf(one), 'TICKETS'], choiceRows(one))
        : rows([headingOf(one), 'TICKETS', 'SUM', 'LEAST', 'MEDIAN', 'MOST'], [numberRow(one)]),
    ),
    ...(ratings.count === 0 ? [] : [rows(['RATED IN', 'RATINGS', 'MEAN'], ratedRows(ratings))]),
    ...(people === null
      ? []
      : [
          withBars(
            ['PERSON', 'ANSWERS', 'NOTES', 'RESOLVED'],
            people.map(({ person, answers, notes, resolved }) => [
              ...[person, answers, notes, resolved],
            ]),
          ),
          ...(ratings.count === 0
            ? []
            : [
                rows(
                  ['RATED', 'RATINGS', 'MEAN'],
                  people.map(({ person, ratings: own }) => rated(person, own)),
                ),
              ]),
        ]),
    `${findingsIn(statistics).hours}\n`,
  ].join('\n');
}

/** At the ends of lines: many have no bar. */
function withoutBlanks(lines: string): string {
  return lines
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

function barred(rows: readonly Row[], length = BAR): readonly Row[] {
  const most = Math.max(0, ...rows.map((row) => Number(row[1])));
  return rows.map((row) => [...row, barOf(Number(row[1]), most, length)]);
}

/** The bar makes room for a column that is there if some ticket is snoozed. */
function openRows(
  queues: Statistics['queues'],
): readonly [headings: readonly string[], rows: readonly Row[]] {
  const areSnoozed = queues.some(({ snoozed }) => snoozed > 0);
  const all = queues.map(({ queue, open, day, week, month, older, snoozed }) => [
    ...[queue, open, day, week, month, older],
    ...(areSnoozed ? [snoozed] : []),
  ]);
  const headings = ['OPEN IN', 'ALL', '< 1 d', '< 7 d', '< 30 d', 'OLDER'];
  return areSnoozed
    ? [[...headings, 'SNOOZED', ''], barred(all, SHORT_BAR)]
    : [[...headings, ''], barred(all)];
}

/** Small letters as the name of the field, so that it is no heading of ours. */
function headingOf({ queue, field }: FieldFigures): string {
  return `${queue} ${field}`;
}

function choiceRows({ values, without }: ChoiceFigures): readonly Row[] {
  return [
    ...values.map(({ value, tickets }) => [inertLine(value), tickets] as const),
    ['(nothing)', without],
  ];
}

function numberRow({ tickets, sum, least, median, most }: NumberFigures): Row {
  return ['', tickets, ...[sum, least, median, most].map(inDigits)];
}

/** Without an exponent, as the field has it. */
function inDigits(value: number | null): string {
  if (value === null) return '-';
  const shortest = String(value);
  return shortest.includes('e-') ? value.toFixed(10).replace(/0{1,10}$/, '') : shortest;
}

function ratedRows({ byQueue, ...all }: Statistics['ratings']): readonly Row[] {
  const queues = byQueue.map(({ queue, ...own }) => rated(queue, own));
  return queues.length === 1 ? queues : [...queues, rated('all', all)];
}

function rated(what: string, { count, mean }: RatingFigures): Row {
  return [what, count, mean === null ? '-' : mean.toFixed(2)];
}

function withinRows(within: AnsweredWithin): readonly Row[] {
  return [
    ['within 1 h', within.hour],
    ['within 4 h', within.fourHours],
    ['within 1 d', within.day],
    ['within 3 d', within.threeDays],
    ['later', within.later],
    ['none yet', within.waiting],
  ];
}

/** Both bars are of one scale. */
function dayRows(days: readonly Day[]): readonly Row[] {
  const most = Math.max(0, ...days.flatMap(({ created, resolved }) => [created, resolved]));
  return days.map(({ day, created, answered, resolved }) => [
    ...[day, created, answered, resolved],
    ...[barOf(created, most, SHORT_BAR), barOf(resolved, most, SHORT_BAR)],
  ]);
}

function inWords({ count, median, p90 }: Spread): readonly string[] {
  return [String(count), durationInWords(median), durationInWords(p90)];
}
