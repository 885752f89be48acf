/**
 * What the figures say, in a sentence each, for whoever does not read numbers. No sentence says more
 * than they do, and none names anybody. Pure.
 */
import type { HoursOfWeek } from './by-hour.ts';
import { durationInWords } from './duration.ts';
import type { Statistics } from './statistics.ts';

export interface Findings {
  readonly days: string;
  readonly backlog: string;
  readonly answer: string;
  readonly queues: string;
  readonly hours: string;
}

export function findingsIn(statistics: Statistics): Findings {
  return {
    days: daysFinding(statistics),
    backlog: backlogFinding(statistics),
    answer: answerFinding(statistics),
    queues: queuesFinding(statistics),
    hours: hoursFinding(statistics.mailsByHour),
  };
}

function daysFinding({ days }: Statistics): string {
  const created = sumOf(days.map((day) => day.created));
  const resolved = sumOf(days.map((day) => day.resolved));
  const within = days.length === 1 ? 'Today' : `In ${days.length} days`;
  const came = `${within} ${tickets(created)} came and ${resolved} ${wereOf(resolved)} resolved`;
  if (created === resolved) return `${came}.`;
  const more = Math.abs(created - resolved);
  return created > resolved
    ? `${came}: ${more} more came than ${wereOf(more)} resolved.`
    : `${came}: ${more} more ${wereOf(more)} resolved than came.`;
}

function backlogFinding({ queues }: Statistics): string {
  const snoozed = sumOf(queues.map((queue) => queue.snoozed));
  if (snoozed === 0) return openFinding(queues);
  const more = snoozed === 1 ? 'One more is' : `${snoozed} more are`;
  return `${openFinding(queues)} ${more} snoozed.`;
}

function openFinding(queues: Statistics['queues']): string {
  const open = sumOf(queues.map((queue) => queue.open));
  if (open === 0) return 'No ticket is open.';
  const older = sumOf(queues.map((queue) => queue.older));
  const month = sumOf(queues.map((queue) => queue.month)) + older;
  const of = open === 1 ? 'The one open ticket' : `Of ${open} open tickets`;
  const [count, age] =
    older > 0
      ? [older, '30 days old or more']
      : month > 0
        ? [month, '7 days old or more']
        : [0, ''];
  if (count === 0) {
    return open === 1
      ? `${of} is less than 7 days old.`
      : `All ${open} open tickets are less than 7 days old.`;
  }
  if (open === 1) return `${of} is ${age}.`;
  return `${of}, ${count} ${count === 1 ? 'is' : 'are'} ${age}.`;
}

function answerFinding({ answer, answeredWithin: { waiting } }: Statistics): string {
  const { count, median, p90 } = answer;
  const still =
    waiting === 0 ? '' : `; ${tickets(waiting)} ${waiting === 1 ? 'waits' : 'wait'} for it`;
  if (count === 0) return `No new ticket has had its first answer${still}.`;
  if (count === 1) return `The first answer took ${durationInWords(median)}${still}.`;
  const half = `Half of the first answers came within ${durationInWords(median)}`;
  return `${half}, nine of ten within ${durationInWords(p90)}${still}.`;
}

function queuesFinding({ byQueue }: Statistics): string {
  const created = sumOf(byQueue.map((queue) => queue.created));
  const [first] = byQueue.toSorted((a, b) => b.created - a.created);
  if (created === 0 || first === undefined) return 'No ticket came.';
  if (first.created === created) {
    return created === 1
      ? `The new ticket came to ${first.queue}.`
      : `All ${tickets(created, 'new ')} came to ${first.queue}.`;
  }
  const verb = first.created * 2 > created ? 'Most new tickets came' : 'More came than elsewhere';
  return `${verb} to ${first.queue}: ${first.created} of ${created}.`;
}

export const WEEKDAYS = [
  ...['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
];
const WINDOW_HOURS = 2;

/** The two hours of a weekday in which most came; the first of those that are equal. */
function hoursFinding(week: HoursOfWeek): string {
  const all = sumOf(week.flat());
  if (all === 0) return 'No mail came.';
  const windows = week.flatMap((hours, day) =>
    hours.slice(0, 1 - WINDOW_HOURS).map((_, hour) => ({
      ...{ day, hour, count: sumOf(hours.slice(hour, hour + WINDOW_HOURS)) },
    })),
  );
  const busiest = windows.reduce((best, one) => (one.count > best.count ? one : best), {
    ...{ day: 0, hour: 0, count: 0 },
  });
  const { day, hour, count } = busiest;
  const when = `on ${WEEKDAYS[day]}s between ${hour}:00 and ${hour + WINDOW_HOURS}:00 UTC`;
  const share = `${count} of ${all} ${all === 1 ? 'mail' : 'mails'}`;
  return count * 2 > all
    ? `Mail comes mostly ${when}: ${share}.`
    : `Mail comes most often ${when}: ${share}.`;
}

function tickets(count: number, kind = ''): string {
  return `${count} ${kind}${count === 1 ? 'ticket' : 'tickets'}`;
}

function wereOf(count: number): string {
  return count === 1 ? 'was' : 'were';
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
