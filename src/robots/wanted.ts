/**
 * What an ended run asks for: that it is run again, that a person looks at its mail, or that its
 * orders are carried out and its sender is told something. Tickets that other systems know by
 * their own names are looked up here, before the commit.
 */
import type { Config } from '../config/config.ts';
import type { RobotConfig } from '../config/robots.ts';
import { lookUp, type Order } from '../feed/order.ts';
import type { OrderedDesk } from '../feed/read-order.ts';
import type { Store } from '../journal/store.ts';
import type { RobotRun } from '../ticket/robot-run.ts';
import type { Became } from './end.ts';
import { authorOf, readOutput, readRefusal } from './output.ts';
import type { Blanking, SaidTo } from './said.ts';
import { type Reply, sealedReply } from './sealed-reply.ts';

export type Wanted =
  | Extract<Became, { type: 'again' | 'held' }>
  | {
      readonly type: 'done' | 'refused';
      readonly orders: readonly Order[];
      /** To others than the sender. */
      readonly mails: readonly SaidTo[];
      readonly reply: Reply | null;
      readonly blank: Blanking | null;
    };

/** Of a run that has ended well: what is to be done for it. */
export type Ordered = Extract<Wanted, { readonly orders: readonly Order[] }>;

interface Wanting {
  readonly desk: OrderedDesk;
  readonly store: Store;
  readonly config: Config;
}

export async function wantedOf(
  became: Became,
  robot: RobotConfig,
  run: RobotRun,
  { desk, store, config }: Wanting,
): Promise<Wanted> {
  if (became.type === 'again' || became.type === 'held') return became;
  const isRefused = became.type === 'refused';
  const read = isRefused
    ? readRefusal(became.text, robot, run, desk)
    : readOutput(became.output, robot, run, desk);
  if (read.type === 'wrong') return { type: 'held', why: read.why, said: '' };
  const type = isRefused ? 'refused' : 'done';
  if (read.type === 'nothing') return { type, orders: [], mails: [], reply: null, blank: null };
  const { mails, blank } = read;
  const reply = await sealedReply(read.reply, run, config);
  const orders: Order[] = [];
  for (const order of read.orders) orders.push(await lookUp(order, store));
  return inItsTicket(run, { type, orders, mails, reply, blank });
}

/**
 * What it says to the sender of a mail that is in a ticket is said there, unless it is for them
 * alone.
 */
function inItsTicket({ isFiled, onTicket, robot }: RobotRun, ordered: Ordered): Ordered {
  const { orders, reply: said } = ordered;
  if (!isFiled || onTicket === null || said === null) return ordered;
  const isForThem = said.secretText !== null || said.sealed !== undefined;
  if (isForThem || said.against !== undefined) return ordered;
  const reply: Order = {
    ...{ type: 'act', ticket: onTicket, by: authorOf({ name: robot }), origin: null },
    action: { type: 'reply', text: said.text, isAutomatic: true },
  };
  return { ...ordered, orders: [...orders, reply], reply: null };
}
