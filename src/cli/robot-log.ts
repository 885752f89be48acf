/** What the journal says of the runs of robots, for `robot log` and `explain`. Pure. */
import { seqOf } from '../journal/paths.ts';
import { inertLine } from '../pages/inert.ts';
import type { Screen } from '../pages/style.ts';
import { fullTime } from '../pages/time.ts';
import type { Change } from '../ticket/change.ts';

export interface LoggedRun {
  readonly time: string;
  readonly run: number;
  readonly robot: string;
  readonly what: string;
  readonly why: string;
  /** The plan that the mail confirms: a run of another mail. */
  readonly plan?: number;
}

/** null for a change of another kind. `seq`: of its commit, which brought the mail that is queued. */
export function loggedOf(change: Change, seq: number): Omit<LoggedRun, 'time'> | null {
  switch (change.type) {
    case 'robot.queued': {
      const { robot, by, raw, confirms } = change;
      const id = by === undefined ? seq : (seqOf(raw) ?? seq);
      return {
        run: id,
        robot,
        what: by === undefined ? 'queued' : `queued again by ${by}`,
        why: confirms === undefined ? '' : `it confirms the plan for mail ${confirms}`,
        ...(confirms !== undefined && { plan: confirms }),
      };
    }
    case 'robot.failed': {
      const { run, robot, tries, why, next } = change;
      return { run, robot, what: `failed (${tries}), again at ${next}`, why };
    }
    case 'robot.ended': {
      const { run, robot, end, why, silence, by, plan } = change;
      const quiet =
        silence === undefined ? '' : `no reply went out (${silence.check}: ${silence.evidence})`;
      const what = by === undefined ? end : `${end} by ${by}`;
      return {
        run,
        robot,
        what,
        why: [why, quiet].filter((text) => text !== '').join('; '),
        ...(plan !== undefined && { plan }),
      };
    }
    case 'robot.planned': {
      const { run, robot, answerTo } = change;
      return { run, robot, what: 'told', why: `${answerTo.address} has to confirm it` };
    }
    case 'robot.doubted': {
      const { run, robot } = change;
      return { run, robot, what: 'not confirmed', why: 'a wrong number' };
    }
    case 'robot.lapsed': {
      const { run, robot, why } = change;
      return { run, robot, what: 'not confirmed', why: `its plan is ${why}` };
    }
    default:
      return null;
  }
}

export function runLine(
  { time, run, robot, what, why }: LoggedRun,
  at: Pick<Screen, 'zone'>,
): string {
  const words = why === '' ? what : `${what}: ${why.replaceAll('\n', ' | ')}`;
  return `${fullTime(time, at)}  mail ${run}  ${robot}  ${inertLine(words)}\n`;
}
