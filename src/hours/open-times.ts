/**
 * When a queue is open: whenever the clock on the wall there shows a time of its hours, and no
 * holiday.
 *
 * So an hour that the clocks leave out in spring is none, and one that they show twice in autumn
 * counts twice. A time on the wall is written as the milliseconds that it would have in UTC. Pure.
 */
import type { OffsetAt } from '../dates/zone.ts';
import { DAY_MS, MINUTE_MS } from '../ticket/age.ts';
import { type Span, united, within, without } from './spans.ts';

export interface OpenHours {
  /** Of each day of the week, Sunday first: milliseconds since its midnight. */
  readonly week: readonly (readonly Span[])[];
  readonly offsetAt: OffsetAt;
  readonly closed: ClosedTimes;
}

/** When a queue is closed in spite of its hours: lists of spans. */
export interface ClosedTimes {
  /** By the clock on the wall of the queue, whichever zone that has. */
  readonly onTheWall: readonly Span[];
  readonly instants: readonly Span[];
}

/** The open times of a span: a list of spans. */
export function openTimes(hours: OpenHours, span: Span): readonly Span[] {
  const { offsetAt, closed } = hours;
  const open = constantOffsets(offsetAt, span).flatMap(({ from, to, offset }) => {
    const wall = { from: from + offset, to: to + offset };
    return without(hoursOn(wall, hours), closed.onTheWall).map((one) => ({
      from: one.from - offset,
      to: one.to - offset,
    }));
  });
  return without(united(open), closed.instants);
}

/** By the week alone. */
function hoursOn(wall: Span, { week }: OpenHours): readonly Span[] {
  const all: Span[] = [];
  for (let day = Math.floor(wall.from / DAY_MS); day * DAY_MS < wall.to; day += 1) {
    const ofDay = week[new Date(day * DAY_MS).getUTCDay()] ?? [];
    all.push(
      ...ofDay.map(({ from, to }) => ({ from: day * DAY_MS + from, to: day * DAY_MS + to })),
    );
  }
  return within(united(all), wall);
}

/** The span in parts within which the clocks are not changed, which happens once a day at most. */
function constantOffsets(offsetAt: OffsetAt, { from, to }: Span) {
  const parts: (Span & { readonly offset: number })[] = [];
  let begin = from;
  let offset = offsetAt(from);
  for (let at = from; at < to; at = Math.min(at + DAY_MS, to)) {
    const next = Math.min(at + DAY_MS, to);
    const after = offsetAt(next);
    if (after !== offset) {
      const change = changeBetween(at, next, offsetAt);
      parts.push({ from: begin, to: change, offset });
      [begin, offset] = [change, after];
    }
  }
  parts.push({ from: begin, to, offset });
  return parts;
}

/** Clocks are changed at a full minute. */
function changeBetween(before: number, after: number, offsetAt: OffsetAt): number {
  const old = offsetAt(before);
  let low = Math.floor(before / MINUTE_MS);
  let high = Math.ceil(after / MINUTE_MS);
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (offsetAt(middle * MINUTE_MS) === old) low = middle;
    else high = middle;
  }
  return high * MINUTE_MS;
}
