/**
 * What a robot would do, in words for whoever asked for it: a sentence of ours for each order, with
 * names of tickets, queues, states, staff and addresses, which are checked. No text of an order is in
 * it, since that may be the request's, and a note is not for its sender. Pure.
 */
import type { Action } from '../desk/action.ts';
import type { Order } from '../feed/order.ts';
import { isWritable } from '../ticket/address.ts';
import type { TicketId } from '../ticket/ticket.ts';

interface ToTell {
  readonly orders: readonly Order[];
  readonly mails: readonly { readonly to: string }[];
  /** null: there is none. */
  readonly reply: object | null;
}

export function planInWords({ orders, mails, reply }: ToTell): readonly string[] {
  return [
    ...orders.map(orderInWords),
    ...mails.map(({ to }) => `send a mail to ${addressInWords(to)}`),
    ...(reply === null ? [] : ['answer you']),
  ];
}

function orderInWords(order: Order): string {
  switch (order.type) {
    case 'act':
      return actionInWords(order.action, order.ticket);
    case 'create':
    case 'begin': {
      const { queue, requester } = order.ticket;
      const whose = requester === null ? '' : ` of ${addressInWords(requester.address)}`;
      return `open a ticket${whose} in ${queue}`;
    }
  }
}

function actionInWords(action: Action, ticket: TicketId | null): string {
  const id = ticket ?? 'a ticket';
  switch (action.type) {
    case 'reply':
      return `answer on ${id}`;
    case 'note':
      return `write a note on ${id}`;
    case 'status':
      return `set ${id} to ${action.status}`;
    case 'snooze':
      return action.until === null ? `end the snooze of ${id}` : `snooze ${id} until a date`;
    case 'assign':
      return action.to === null ? `give ${id} to nobody` : `give ${id} to one of the staff`;
    case 'tag':
      return `change the tags of ${id}`;
    case 'priority':
      return `give ${id} the priority ${action.priority}`;
    case 'field':
      return `set a field of ${id}`;
    case 'retitle':
      return `give ${id} another subject`;
    case 'cc':
      return `change who gets copies of ${id}`;
    case 'requester':
      return action.to === null
        ? `make whoever wrote last the requester of ${id}`
        : `make ${addressInWords(action.to)} the requester of ${id}`;
    case 'watch':
      return `change who watches ${id}`;
    case 'merge':
      return `merge ${id} into ${action.into[0]}`;
    case 'split':
      return `make message ${action.serial} of ${id} a ticket of its own`;
    case 'move':
      return `move ${id} to ${action.queue}`;
    case 'forward':
      return `forward ${id} to ${addressInWords(action.to)}`;
    case 'send':
      return `send an answer on ${id} later`;
    case 'undo':
      return action.serial === undefined
        ? `take back the newest answer on ${id} that has not gone out`
        : `take back message ${action.serial} of ${id}, if it has not gone out`;
    case 'unmute':
      return `send mail about ${id} again to those who wanted no more`;
    case 'block':
      return `block the requester of ${id}`;
    case 'unblock':
      return `no longer block the requester of ${id}`;
  }
}

function addressInWords(address: string): string {
  return isWritable(address) ? address : 'somebody';
}

interface Told {
  /** The address that was written to. */
  readonly robot: string;
  /** Sentences of ours, or the robot's own text. */
  readonly sentences: readonly string[] | string;
  readonly word: string;
  readonly number: number;
}

/** It does not begin with the word and the number, and so nor does what quotes it whole. */
export function planText({ robot, sentences, word, number }: Told): string {
  const lines =
    typeof sentences === 'string'
      ? sentences.split('\n').map((line) => `    ${line}`.trimEnd())
      : sentences.map((sentence) => `  - ${sentence}`);
  return [
    `A mail in your name asks ${robot} for something. Nothing was done yet.`,
    'This is what would be done:',
    '',
    ...lines,
    '',
    'If you want that, reply to this mail within a day. The first line of your reply must be',
    '',
    `    ${word} ${number}`,
    '',
    'and nothing else. If you did not ask for it, do nothing: then nothing happens.',
    '',
  ].join('\n');
}
