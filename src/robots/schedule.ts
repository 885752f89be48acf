/**
 * Which of the mails that wait may be run now.
 *
 * Mails of one sender, or about one ticket, go to a robot in their order: one that rests holds up
 * those behind it. All others pass it, as many at once as the robot wants. Pure.
 */
import { DAY_MS } from '../ticket/age.ts';
import type { RobotRun } from '../ticket/robot-run.ts';

export interface Schedule {
  /** Oldest first. */
  readonly waiting: readonly RobotRun[];
  readonly underWay: ReadonlySet<number>;
  /** Those that nothing can be done with right now. */
  readonly setAside?: ReadonlySet<number>;
  /** How many at once; null for a robot that cannot be started here. */
  readonly concurrency: (robot: string) => number | null;
  readonly now: Date;
}

export function runnable({
  waiting,
  underWay,
  setAside,
  concurrency,
  now,
}: Schedule): readonly RobotRun[] {
  const busy = new Map<string, number>();
  for (const { robot, run } of waiting) {
    if (underWay.has(run)) busy.set(robot, (busy.get(robot) ?? 0) + 1);
  }
  const lines = new Set<string>();
  return waiting.filter((one) => {
    const { robot, run } = one;
    const line = lineOf(one);
    const isFirst = !lines.has(line);
    lines.add(line);
    const most = concurrency(robot);
    const isBusy = most === null || (busy.get(robot) ?? 0) >= most;
    const isIdle = !underWay.has(run) && setAside?.has(run) !== true;
    if (!isFirst || isBusy || !isIdle || isResting(one, now)) return false;
    busy.set(robot, (busy.get(robot) ?? 0) + 1);
    return true;
  });
}

/** Those of one line are run in their order. */
function lineOf({ robot, onTicket, from }: RobotRun): string {
  return `${robot} ${onTicket ?? from?.address.toLowerCase() ?? ''}`;
}

/** A time that lies further ahead than any rest says that the clock was ahead. */
export function isResting({ next }: Pick<RobotRun, 'next'>, now: Date): boolean {
  return (
    next !== null && Date.parse(next) > now.getTime() && Date.parse(next) - now.getTime() < DAY_MS
  );
}
