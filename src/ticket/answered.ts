/** An automatic answer that has gone out, or will: what the caps count. */
import type { TicketId } from './ticket.ts';

/** What a machine says, and the caps count apart. */
export const KINDS = [
  'acknowledgement',
  /** An acknowledgement too, to somebody who has not written before, and whom nothing proves. */
  'first-time',
  'service',
  'reminder',
  /** Whoever asked for something was asked how it went. */
  'rating',
  'control',
  'help',
  'returned',
  'question',
  'robot',
  /** Whoever may have asked a robot for something was told what it would do. */
  'plan',
  /** And it is proven that it was they. */
  'proven-plan',
  /** What came of it, to whoever has confirmed it. */
  'confirmed',
  /** Nothing was said: a ticket of a mail with a machine's mark, of which there are so many an hour. */
  'marked',
  /** Nor was this said to a customer: the staff were told of a new ticket by a mail of its own. */
  'told',
] as const;
export type Kind = (typeof KINDS)[number];

export interface Answered {
  readonly at: Date;
  readonly address: string;
  /** null if it is about none. */
  readonly ticket: TicketId | null;
  /** null for one that an older program has counted: it counts as every kind. */
  readonly kind: Kind | null;
}
