/**
 * What a robot has written: nothing, orders (a line of JSON each), or else a text, which is the
 * reply to the sender.
 *
 * Orders are those of `mailrobot apply` in their short form, as far as the robot may give them. It
 * cannot say who gives them: they are its own. A robot that others than the staff start, by no
 * signature that counts, speaks of the ticket of its mail alone. One line that is wrong makes all
 * of it wrong. Pure.
 */
import type { RobotConfig, RobotOrder } from '../config/robots.ts';
import type { NamedOrder } from '../feed/order.ts';
import { type OrderedDesk, objectIn, readOrder } from '../feed/read-order.ts';
import type { RobotRun } from '../ticket/robot-run.ts';
import type { TicketId } from '../ticket/ticket.ts';
import {
  type BlankOrder,
  type Hidden,
  hiddenIn,
  orderWithoutHidden,
  readBlank,
  readMail,
  readReply,
  type Said,
  type SaidTo,
  withoutHidden,
} from './said.ts';

export type Output =
  | { readonly type: 'nothing' }
  | { readonly type: 'wrong'; readonly why: string }
  | {
      readonly type: 'orders';
      readonly orders: readonly NamedOrder[];
      /** To others than the sender. */
      readonly mails: readonly SaidTo[];
      /** What the sender is told. */
      readonly reply: Said | null;
      /** What of their mail is not to be kept. */
      readonly blank: BlankOrder | null;
    };

const MAX_ORDERS = 1000;

/** Every order by its name, and what lets a robot give it. */
const ORDERS: ReadonlyMap<string, RobotOrder> = new Map([
  ['reply', 'reply'],
  ['note', 'note'],
  ['mail', 'mail'],
  ['blank', 'blank'],
  ['ticket.reply', 'reply'],
  ['ticket.note', 'note'],
  ['ticket.status', 'status'],
  ['ticket.assign', 'assign'],
  ['ticket.create', 'create'],
  ['ticket.command', 'command'],
]);

/** Who gives the order is the robot, and its run is what makes it one of a kind. */
const NOT_THEIRS = ['by', 'id', 'source', 'originid', 'specversion', 'automatic', 'copyOf'];

type Robot = Pick<RobotConfig, 'name' | 'from' | 'proof' | 'may'>;

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
  if (!areLines(text)) {
    return mayReply(robot)
      ? { ...NOTHING, reply: { text, secretText: null } }
      : { type: 'wrong', why: `it wrote a reply, and may only ${inWords(robot)}` };
  }
  return readLines(text, [...ORDERS.keys()], robot, onTicket, desk);
}

/** Of a robot that refuses its mail: the text of the reply, or lines that reply and blank. */
export function readRefusal(
  output: string,
  robot: Robot,
  { onTicket }: Pick<RobotRun, 'onTicket'>,
  desk: OrderedDesk,
): Output {
  if (output.trim() === '') return { type: 'nothing' };
  if (!areLines(output)) return { ...NOTHING, reply: { text: output, secretText: null } };
  return readLines(output, ['reply', 'blank'], robot, onTicket, desk);
}

const NOTHING = { type: 'orders', orders: [], mails: [], reply: null, blank: null } as const;

function areLines(text: string): boolean {
  return text.trimStart().startsWith('{');
}

/** `types`: those that are orders here. */
function readLines(
  text: string,
  types: readonly string[],
  robot: Robot,
  onTicket: TicketId | null,
  desk: OrderedDesk,
): Output {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length > MAX_ORDERS) return { type: 'wrong', why: `more than ${MAX_ORDERS} orders` };
  const values = lines.map(objectIn);
  const hidden = hiddenIn(values.filter((value) => value !== null));
  const orders: NamedOrder[] = [];
  const mails: SaidTo[] = [];
  const replies: Said[] = [];
  const blanks: BlankOrder[] = [];
  const wrong = (why: string): Output => ({ type: 'wrong', why: withoutHidden(why, hidden) });
  for (const [at, value] of values.entries()) {
    const read = readLine(value, types, hidden, robot, onTicket, desk);
    if ('wrong' in read) return wrong(`line ${at + 1}: ${read.wrong}`);
    if ('order' in read) orders.push(read.order);
    else if ('words' in read) blanks.push(read);
    else if ('to' in read) mails.push(read);
    else replies.push(read);
  }
  if (replies.length > 1) return wrong('it replies to the sender twice');
  if (blanks.length > 1) return wrong('it blanks twice');
  return { type: 'orders', orders, mails, reply: replies[0] ?? null, blank: blanks[0] ?? null };
}

export function mayReply({ may }: Pick<Robot, 'may'>): boolean {
  return may.includes('reply') || may.includes('reply-unproven');
}

type Line = { readonly wrong: string } | Said | BlankOrder | { readonly order: NamedOrder };

function readLine(
  value: Readonly<Record<string, unknown>> | null,
  types: readonly string[],
  hidden: Hidden,
  robot: Robot,
  own: TicketId | null,
  desk: OrderedDesk,
): Line | SaidTo {
  if (value === null) return { wrong: 'not a JSON object' };
  const type = String(value['type']);
  const order = types.includes(type) ? ORDERS.get(type) : undefined;
  if (order === undefined) return { wrong: `"type" must be one of ${types.join(', ')}` };
  const isPermitted = order === 'reply' ? mayReply(robot) : robot.may.includes(order);
  if (!isPermitted) return { wrong: `it may not order "${order}", only ${inWords(robot)}` };
  const theirs = Object.keys(value).find((key) => NOT_THEIRS.includes(key));
  if (theirs !== undefined) return { wrong: `"${theirs}" is not for a robot to say` };
  if (type === 'reply') return readReply(value, hidden);
  if (type === 'mail') return readMail(value, hidden);
  if (type === 'blank') return readBlank(value);
  const ticket = value['ticket'] ?? own ?? undefined;
  const named = type === 'note' ? 'ticket.note' : type;
  const whole = { ...value, ...(order !== 'create' && { ticket }), type: named };
  const kept = orderWithoutHidden(whole, hidden);
  const read = readOrder(JSON.stringify({ ...kept, by: authorOf(robot) }), desk);
  if (read.type === 'error') return { wrong: read.error };
  if (read.type !== 'order') return { wrong: 'it orders nothing' };
  const beyond = against(read.order, robot, own);
  return beyond === null ? { order: asAutomatic(read.order) } : { wrong: beyond };
}

function against(order: NamedOrder, { from, proof }: Robot, own: TicketId | null): string | null {
  if (order.type !== 'act') return null;
  const isOwn = own !== null && order.ticket?.[0] === own && order.ticket.length === 1;
  return from === 'staff' || proof !== undefined || isOwn
    ? null
    : 'it may speak of the ticket of its mail alone';
}

/** What it says on a ticket is what a machine says. */
function asAutomatic(order: NamedOrder): NamedOrder {
  if (order.type !== 'act' || order.action.type !== 'reply') return order;
  return { ...order, action: { ...order.action, isAutomatic: true } };
}

function inWords({ may }: Robot): string {
  return may.length === 0 ? 'nothing' : may.join(', ');
}
