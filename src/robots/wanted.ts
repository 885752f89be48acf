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
import { type OwnPlan, readPlanLine } from './plan-line.ts';
import { planInWords } from './plan-words.ts';
import type { BlankOrder, SaidTo } from './said.ts';
import { type Reply, sealedReply } from './sealed-reply.ts';
import { type ToldPlan, toldPlan } from './told-plan.ts';

export type Wanted =
  | Extract<Became, { type: 'again' | 'held' }>
  | {
      readonly type: 'done' | 'refused';
      readonly orders: readonly Order[];
      /** To others than the sender. */
      readonly mails: readonly SaidTo[];
      readonly reply: Reply | null;
      readonly blank: BlankOrder | null;
    }
  | ToBePlanned;

/** Whoever asked has to confirm it first. */
export interface ToBePlanned {
  readonly type: 'planned';
  /** As the robot has written it. */
  readonly output: string;
  /** null: the desk carries its orders out. */
  readonly own: OwnPlan | null;
  readonly ordered: Ordered;
  readonly told: ToldPlan;
}

/** Of a run that has ended well: what is to be done for it. */
export type Ordered = Extract<Wanted, { readonly orders: readonly Order[] }>;

interface Wanting {
  readonly desk: OrderedDesk;
  readonly store: Store;
  readonly config: Config;
  readonly now: () => Date;
}

export async function wantedOf(
  became: Became,
  robot: RobotConfig,
  run: RobotRun,
  { desk, store, config, now }: Wanting,
): Promise<Wanted> {
  if (became.type === 'again' || became.type === 'held') return became;
  const isRefused = became.type === 'refused';
  // A mail that confirms is one of a plan that has been told.
  const isPlan = !isRefused && robot.confirm && run.confirms === undefined;
  const own = isPlan ? readPlanLine(became.output) : null;
  if (own !== null && 'wrong' in own) return { type: 'held', why: own.wrong, said: '' };
  if (own !== null && isPlan) {
    const ordered: Ordered = { type: 'done', orders: [], mails: [], reply: null, blank: null };
    const told = await toldPlan(run, own.text, { config, store, now });
    return { type: 'planned', output: became.output, own, ordered, told };
  }
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
  const ordered: Ordered = { type, orders, mails, reply, blank };
  if (!isPlan || (orders.length === 0 && mails.length === 0)) return inItsTicket(run, ordered);
  const why = notForPlan(became.output, { ...ordered, reply: read.reply });
  if (why !== null) return { type: 'held', why, said: '' };
  const told = await toldPlan(run, planInWords(ordered), { config, store, now });
  return { type: 'planned', output: became.output, own: null, ordered, told };
}

const MAX_PLANNED = 20;
const MAX_PLAN_BYTES = 64 * 1024;

/** It lies in the store until it is confirmed, and whoever confirms it must be able to read it. */
function notForPlan(output: string, { orders, mails, reply, blank }: Ordered): string | null {
  const isSecret = [...mails, ...(reply === null ? [] : [reply])].some(
    ({ secretText }) => secretText !== null,
  );
  if (isSecret || blank !== null) return 'what waits for a confirmation has no secrets';
  if (orders.length + mails.length > MAX_PLANNED) return `a plan has ${MAX_PLANNED} orders at most`;
  if (Buffer.byteLength(output) > MAX_PLAN_BYTES) {
    return `a plan has ${MAX_PLAN_BYTES} octets at most`;
  }
  return null;
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
