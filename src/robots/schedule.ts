/**
 * Which of the mails that wait for a robot may be run now.
 *
 * Mails of one sender, or about one ticket, go to it in their order: one that rests holds up those
 * behind it. Only what is proven passes what nothing proves, once that rests: somebody else may
 * have sent it. All others pass it, as many at once as the robot wants. It looks no further than
 * that, so that it is the same work however many wait. Pure.
 */
import { DAY_MS } from '../ticket/age.ts';
import { isProven, type RobotRun } from '../ticket/robot-run.ts';

export interface Schedule {
  /** Of that robot, oldest first. */
  readonly waiting: readonly RobotRun[];
  readonly underWay: ReadonlySet<number>;
  /** Those that nothing can be done with right now. */
  readonly setAside?: ReadonlySet<number>;
  /** How many at once. */
  readonly concurrency: number;
  readonly now: Date;
}

export function runnable({
  waiting,
  underWay,
  setAside,
  concurrency,
  now,
}: Schedule): readonly RobotRun[] {
  let room = concurrency;
  // One that has ended by now waits no more.
  for (const run of underWay) if (waiting[placeOf(run, waiting)]?.run === run) room -= 1;
  const next: RobotRun[] = [];
  const held = new Map<string, 'all' | 'unproven'>();
  for (const one of waiting) {
    if (room <= 0) break;
    const line = lineOf(one);
    const before = held.get(line);
    const isPassed = before === undefined || (before === 'unproven' && isCertain(one));
    const isIdle = setAside?.has(one.run) !== true && !isResting(one, now);
    const isBegun = underWay.has(one.run);
    const isNext = isPassed && isIdle && !isBegun;
    if (isNext) {
      next.push(one);
      room -= 1;
    }
    if (isBegun || isNext || isCertain(one)) held.set(line, 'all');
    else held.set(line, before ?? 'unproven');
  }
  return next;
}

/** Where a mail is in such a list, or would be. */
export function placeOf(run: number, waiting: readonly Pick<RobotRun, 'run'>[]): number {
  let [from, to] = [0, waiting.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((waiting[middle]?.run ?? run) < run) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Those of one line are run in their order. */
function lineOf({ onTicket, from }: RobotRun): string {
  return onTicket ?? from?.address.toLowerCase() ?? '';
}

/** Whoever confirms a plan has read what was sent to them. */
function isCertain({ trust, confirms }: RobotRun): boolean {
  return isProven(trust) || confirms !== undefined;
}

/** A time that lies further ahead than any rest says that the clock was ahead. */
export function isResting({ next }: Pick<RobotRun, 'next'>, now: Date): boolean {
  return (
    next !== null && Date.parse(next) > now.getTime() && Date.parse(next) - now.getTime() < DAY_MS
  );
}
