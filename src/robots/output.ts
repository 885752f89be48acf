/**
 * What a robot has written: nothing, orders (a line of JSON each), or else a text, which is the
 * reply to the sender.
 *
 * Orders are those of `mailrobot apply` in their short form, as far as the robot may give them. It
 * cannot say who gives them: they are its own. A robot that others than the staff start speaks of
 * the ticket of its mail alone. One line that is wrong makes all of it wrong. Pure.
 */
import type { RobotConfig, RobotOrder } from '../config/robots.ts';
import type { NamedOrder } from '../feed/order.ts';
import { isObject, type OrderedDesk, readOrder } from '../feed/read-order.ts';
import type { RobotRun } from '../ticket/robot-run.ts';
import type { TicketId } from '../ticket/ticket.ts';

export type Output =
  | { readonly type: 'nothing' }
  | { readonly type: 'wrong'; readonly why: string }
  | {
      readonly type: 'orders';
      readonly orders: readonly NamedOrder[];
      /** What the sender is told. */
      readonly reply: string | null;
    };

const MAX_ORDERS = 1000;

/** Every order by its name, and what lets a robot give it. */
const ORDERS: ReadonlyMap<string, RobotOrder> = new Map([
  ['reply', 'reply'],
  ['note', 'note'],
  ['ticket.reply', 'reply'],
  ['ticket.note', 'note'],
  ['ticket.status', 'status'],
  ['ticket.assign', 'assign'],
  ['ticket.create', 'create'],
  ['ticket.command', 'command'],
]);

/** Who gives the order is the robot, and its run is what makes it one of a kind. */
const NOT_THEIRS = ['by', 'id', 'source', 'originid', 'specversion', 'automatic', 'copyOf'];

type Robot = Pick<RobotConfig, 'name' | 'from' | 'may'>;

export function authorOf({ name }: Pick<RobotConfig, 'name'>): string {
  return `robot ${name}`;
}

export function readOutput(
  output: string,
  robot: Robot,
  { onTicket }: Pick<RobotRun, 'onTicket'>,
  desk: OrderedDesk,
): Output {
  const text = output.replace(/^\uFEFF/, '');
  if (text.trim() === '') return { type: 'nothing' };
  if (!text.trimStart().startsWith('{')) {
    return mayReply(robot)
      ? { type: 'orders', orders: [], reply: text }
      : { type: 'wrong', why: `it wrote a reply, and may only ${inWords(robot)}` };
  }
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length > MAX_ORDERS) return { type: 'wrong', why: `more than ${MAX_ORDERS} orders` };
  const orders: NamedOrder[] = [];
  const replies: string[] = [];
  for (const [at, line] of lines.entries()) {
    const read = readLine(line, robot, onTicket, desk);
    if ('wrong' in read) return { type: 'wrong', why: `line ${at + 1}: ${read.wrong}` };
    if ('reply' in read) replies.push(read.reply);
    else orders.push(read.order);
  }
  if (replies.length > 1) return { type: 'wrong', why: 'it replies to the sender twice' };
  return { type: 'orders', orders, reply: replies[0] ?? null };
}

export function mayReply({ may }: Pick<Robot, 'may'>): boolean {
  return may.includes('reply') || may.includes('reply-unproven');
}

type Line =
  | { readonly wrong: string }
  | { readonly reply: string }
  | { readonly order: NamedOrder };

function readLine(line: string, robot: Robot, own: TicketId | null, desk: OrderedDesk): Line {
  const value = objectIn(line);
  if (value === null) return { wrong: 'not a JSON object' };
  const type = String(value['type']);
  const order = ORDERS.get(type);
  if (order === undefined) {
    return { wrong: `"type" must be one of ${[...ORDERS.keys()].join(', ')}` };
  }
  const isPermitted = order === 'reply' ? mayReply(robot) : robot.may.includes(order);
  if (!isPermitted) return { wrong: `it may not order "${order}", only ${inWords(robot)}` };
  const theirs = Object.keys(value).find((key) => NOT_THEIRS.includes(key));
  if (theirs !== undefined) return { wrong: `"${theirs}" is not for a robot to say` };
  if (type === 'reply') {
    const { text } = value;
    return typeof text === 'string' && text.trim() !== '' && Object.keys(value).length === 2
      ? { reply: text }
      : { wrong: 'a reply has a "text", and nothing else' };
  }
  const ticket = value['ticket'] ?? own ?? undefined;
  const named = type === 'note' ? 'ticket.note' : type;
  const whole = { ...value, ...(order !== 'create' && { ticket }), type: named };
  const read = readOrder(JSON.stringify({ ...whole, by: authorOf(robot) }), desk);
  if (read.type === 'error') return { wrong: read.error };
  if (read.type !== 'order') return { wrong: 'it orders nothing' };
  const beyond = against(read.order, robot, own);
  return beyond === null ? { order: asAutomatic(read.order) } : { wrong: beyond };
}

function against(order: NamedOrder, { from }: Robot, own: TicketId | null): string | null {
  if (order.type !== 'act') return null;
  const isOwn = own !== null && order.ticket?.[0] === own && order.ticket.length === 1;
  return from === 'staff' || isOwn ? null : 'it may speak of the ticket of its mail alone';
}

/** What it says on a ticket is what a machine says. */
function asAutomatic(order: NamedOrder): NamedOrder {
  if (order.type !== 'act' || order.action.type !== 'reply') return order;
  return { ...order, action: { ...order.action, isAutomatic: true } };
}

function objectIn(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function inWords({ may }: Robot): string {
  return may.length === 0 ? 'nothing' : may.join(', ');
}
