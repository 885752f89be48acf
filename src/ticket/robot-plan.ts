/**
 * What a robot would do, as its sender was told, until they confirm it: for a day, and three wrong
 * numbers end it. Of what is proven to be of an address one for each robot is open at a time.
 *
 * It is named as its run is, by the number of the commit that brought the mail. Pure.
 */
import type { RobotRun } from './robot-run.ts';
import type { Mailbox, TicketId } from './ticket.ts';

/** Of the run that has made it. */
type Planned = Omit<RobotRun, 'since' | 'tries' | 'why' | 'next' | 'confirms' | 'answerTo'>;

export interface PlanMade extends Planned {
  /** Who was told, and alone can confirm it. */
  readonly answerTo: Mailbox;
  /** What the robot has written: orders, which the desk carries out. */
  readonly orders?: string;
  /** Or its own words, and JSON for itself: it carries that out. */
  readonly text?: string;
  readonly data?: string;
  /** The tickets that it is about, as each was then (robots/planned-ticket.ts). */
  readonly rests: readonly { readonly ticket: TicketId; readonly state: string }[];
}

export interface RobotPlan extends PlanMade {
  /** RFC 3339. */
  readonly madeAt: string;
  /** The commits of mails with a wrong number. */
  readonly doubts: readonly number[];
  /** The mail that confirms it, while it waits for the robot or is held because that failed. */
  readonly confirmed: { readonly run: number; readonly at: string } | null;
}

export const MAX_WRONG_NUMBERS = 3;
