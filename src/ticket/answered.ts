/** An automatic answer that has gone out, or will: what the caps count. */
import type { TicketId } from './ticket.ts';

/** What a machine says, and the caps count apart. */
export const KINDS = [
  'acknowledgement',
  'service',
  'reminder',
  'control',
  'help',
  'returned',
  'question',
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
