/**
 * Every derived list. A new one is a file and a row here: writer, rebuild, fsck and every store
 * have it then.
 */
import { acts } from './acts.ts';
import { answered } from './answered.ts';
import { away } from './away.ts';
import { deliveries } from './deliveries.ts';
import { expiring } from './expiring.ts';
import { failed } from './failed.ts';
import { held } from './held.ts';
import { legalhold } from './legalhold.ts';
import type { Edit } from './list.ts';
import { messages } from './messages.ts';
import { nonces } from './nonces.ts';
import { notices } from './notices.ts';
import { numbers } from './numbers.ts';
import { open } from './open.ts';
import { orders } from './orders.ts';
import { outbox } from './outbox.ts';
import { plans } from './plans.ts';
import { runs } from './runs.ts';
import { tickets } from './tickets.ts';
import { waiting } from './waiting.ts';
import { writers } from './writers.ts';

/** What follows from the commits. */
export const LISTS = {
  tickets,
  numbers,
  held,
  answered,
  failed,
  notices,
  away,
  expiring,
  orders,
  deliveries,
  messages,
  acts,
  nonces,
  writers,
  outbox,
  runs,
  plans,
} as const;

/** What follows from the tickets. */
export const TICKET_LISTS = { open, waiting, legalhold } as const;

export type ListName = keyof typeof LISTS;
export type TicketListName = keyof typeof TICKET_LISTS;

/** What a row of each list is. */
export type Rows = {
  readonly [Name in ListName]: ReturnType<(typeof LISTS)[Name]>[number] extends Edit<infer Row>
    ? Row
    : never;
};

/** Those that hold an IndexRow. */
export type IndexName = 'deliveries' | 'messages' | 'orders' | 'acts' | 'nonces' | 'writers';
