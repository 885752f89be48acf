/**
 * A mail that is neither in a ticket nor thrown away: one of the staff
 * decides. `id` names it in `mailrobot held`; it is the number of its commit.
 */
import type { Verdict } from './decision.ts';
import type { Mailbox, TicketId } from './ticket.ts';

export interface HeldMail {
  readonly id: number;
  readonly from: Mailbox | null;
  readonly date: string;
  readonly subject: string;
  /** The first lines of what it says. Older ones have none. */
  readonly beginning?: string;
  readonly queue: string;
  /** The ticket that it was written to, or null if it would open one. */
  readonly ticket: TicketId | null;
  readonly reason: Verdict;
  /**
   * Who of the staff wrote it, if that was proven: their answer, which goes out when it is let in.
   */
  readonly by?: string;
  /** Relative to the store. */
  readonly raw: string;
}

/** What a mail that is let in is delivered to: this very item, and no other. */
export function heldTarget(id: number): string {
  return `held ${id}`;
}
