/**
 * What the end of a robot means: exit 0 carries its orders out, 75, a signal and its time mean
 * "again", 20 that it refuses the mail, and everything else that a person must look.
 *
 * It is tried ten times, or for two days, and rests longer after each. Pure.
 */
import type { ConfinedEnd } from '../runtime/confined.ts';
import { DAY_MS, HOUR_MS } from '../ticket/age.ts';
import type { RobotRun } from '../ticket/robot-run.ts';

export type Became =
  | { readonly type: 'orders'; readonly output: string }
  | { readonly type: 'refused'; readonly text: string }
  | { readonly type: 'again'; readonly tries: number; readonly next: Date; readonly why: string }
  /** `said`: the end of what it wrote to stderr. */
  | { readonly type: 'held'; readonly why: string; readonly said: string };

export const MAX_TRIES = 10;
export const LONGEST_MS = 2 * DAY_MS;
const FIRST_REST_MS = 30_000;
const LONGEST_REST_MS = 12 * HOUR_MS;

const REFUSED = 20;
const TEMPORARY = 75;

export function becameOf(
  end: ConfinedEnd,
  { tries: before, since }: Pick<RobotRun, 'tries' | 'since'>,
  { seconds }: { readonly seconds: number },
  now: Date,
): Became {
  const { said } = end;
  const why = inWords(end, seconds);
  const isAgain =
    end.type === 'signal' ||
    end.type === 'timeout' ||
    (end.type === 'exit' && end.code === TEMPORARY);
  if (isAgain) {
    const tries = before + 1;
    const next = new Date(now.getTime() + restAfter(tries));
    const isOver = tries >= MAX_TRIES || next.getTime() > Date.parse(since) + LONGEST_MS;
    if (isOver) return { type: 'held', why: `${why}, ${times(tries)} in all`, said };
    return { type: 'again', tries, next, why };
  }
  if (end.type !== 'exit') return { type: 'held', why, said };
  const output = end.output.toString();
  if (end.code === 0) return { type: 'orders', output };
  return end.code === REFUSED ? { type: 'refused', text: output } : { type: 'held', why, said };
}

export function restAfter(tries: number): number {
  return Math.min(FIRST_REST_MS * 3 ** (tries - 1), LONGEST_REST_MS);
}

function times(tries: number): string {
  return tries === 1 ? 'once' : `${tries} times`;
}

function inWords(end: ConfinedEnd, seconds: number): string {
  switch (end.type) {
    case 'exit':
      return `it ended with ${end.code}`;
    case 'signal':
      return `it was ended by ${end.signal}`;
    case 'timeout':
      return `it was not done within ${seconds} s`;
    case 'too much':
      return 'it wrote too much to stdout';
    case 'not-run':
      return `it could not be run (${end.reason})`;
  }
}
