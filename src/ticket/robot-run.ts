/**
 * A mail that waits for a robot, and what becomes of it.
 *
 * It is named by the number of the commit that brought the mail. The row is gone once the run has
 * ended. Pure.
 */
import type { Verdict } from './decision.ts';
import type { Signed } from './signed.ts';
import type { Mailbox, TicketId, Trust } from './ticket.ts';

export interface RobotRun {
  readonly run: number;
  /** Name of the robot. */
  readonly robot: string;
  /** Relative to the store. */
  readonly raw: string;
  readonly queue: string;
  readonly from: Mailbox | null;
  readonly subject: string;
  readonly trust: Trust;
  /** The ticket that the mail belongs to, or null. */
  readonly onTicket: TicketId | null;
  /** Who gets the reply, and the local part of the address that it comes from. */
  readonly answerTo: Mailbox | null;
  readonly answerFrom: string;
  /** Why they get none, whatever the robot says; null if they may get one. */
  readonly silence: Verdict | null;
  /**
   * It was proven by a signature: the robot gets what that is about, and `from` is whom its key
   * names.
   */
  readonly signed?: Signed;
  /** What stands in the address that it came to, by the names of its holes. */
  readonly captures?: readonly { readonly name: string; readonly value: string }[];
  /** A rule gave it the mail, which is in that ticket already. */
  readonly isFiled?: true;
  /** RFC 3339. */
  readonly since: string;
  /** How often it has been tried in vain, why, and when it is tried again. */
  readonly tries: number;
  readonly why: string | null;
  readonly next: string | null;
  /** The plan that this mail confirms. */
  readonly confirms?: number;
}

/** Nobody else can have written a mail of that trust. */
export function isProven(trust: Trust): boolean {
  return LADDER.indexOf(trust) > LADDER.indexOf('claimed');
}

/** Whether a mail of the one trust says at least as much of who wrote it as one of the other. */
export function isAtLeast(trust: Trust, other: Trust): boolean {
  return LADDER.indexOf(trust) >= LADDER.indexOf(other);
}

const LADDER: readonly Trust[] = ['automatic', 'claimed', 'thread', 'authenticated', 'staff'];

/**
 * How a run ends: carried out; told as a plan; the robot refused the mail; a person must look; by a
 * person's word.
 */
export type RunEnd = 'done' | 'planned' | 'refused' | 'held' | 'skipped';

/** Why a mail is held that a robot did not manage: the evidence is the end of what it said. */
export const ROBOT_FAILED = 'robot-failed';
