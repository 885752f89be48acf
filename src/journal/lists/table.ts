/**
 * Every derived list. A new one is a file and a row here: writer, rebuild, fsck and every store
 * have it then.
 */
import { acts } from './acts.ts';
import { answered } from './answered.ts';
import { deliveries } from './deliveries.ts';
import { expiring } from './expiring.ts';
import { failed } from './failed.ts';
import { held } from './held.ts';
import type { Edit } from './list.ts';
import { messages } from './messages.ts';
import { notices } from './notices.ts';
import { numbers } from './numbers.ts';
import { open } from './open.ts';
import { orders } from './orders.ts';
import { outbox } from './outbox.ts';
import { tickets } from './tickets.ts';
import { waiting } from './waiting.ts';

/** What follows from the commits. */
export const LISTS = {
  tickets,
  numbers,
  held,
  answered,
  failed,
  notices,
  expiring,
  orders,
  deliveries,
  messages,
  acts,
  outbox,
} as const;

/** What follows from the tickets. */
export const TICKET_LISTS = { open, waiting } as const;

export type ListName = keyof typeof LISTS;
export type TicketListName = keyof typeof TICKET_LISTS;

/** What a row of each list is. */
export type Rows = {
  readonly [Name in ListName]: ReturnType<(typeof LISTS)[Name]>[number] extends Edit<infer Row>
    ? Row
    : never;
};

/** Those that hold an IndexRow. */
export type IndexName = 'deliveries' | 'messages' | 'orders' | 'acts';
