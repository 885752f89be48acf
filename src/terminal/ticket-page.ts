/**
 * One ticket as a conversation: what it is, then its messages in order. Pure.
 *
 * A message whose author is not proven says so in words; everything that came
 * by mail is made inert before it is shown.
 */
import type { Delivery, Mailbox, Message, Ticket, Trust } from '../ticket/ticket.ts';
import { inert, inertLine } from './inert.ts';
import type { Screen } from './style.ts';
import { localTime } from './time.ts';

export function ticketPage(ticket: Ticket, { style }: Screen): string {
  const facts: readonly (readonly [string, string])[] = [
    ['Status', ticket.status],
    ['Queue', ticket.queue],
    ['Requester', ticket.requester === null ? '(unknown)' : person(ticket.requester)],
    ['Created', localTime(ticket.createdAt)],
    ['Updated', localTime(ticket.updatedAt)],
  ];
  const lines = [
    style('bold', `${ticket.id}  ${inertLine(ticket.subject || '(no subject)')}`),
    ...facts.map(([name, value]) => `${style('dim', name.padEnd(9))}  ${value}`),
  ];
  for (const message of ticket.messages) {
    lines.push('', ...messageLines(message, style));
  }
  return `${lines.join('\n')}\n`;
}

const HOW: Readonly<Record<Trust, string>> = {
  automatic: ', automatic',
  claimed: ', unverified',
  thread: '',
};
const GONE: Readonly<Record<Delivery, string>> = {
  waiting: ', not sent yet',
  sent: '',
  failed: ', COULD NOT BE SENT',
};

function messageLines(message: Message, style: Screen['style']): readonly string[] {
  const lines = [style('cyan', `${heading(message)}  ${localTime(message.date)}`)];
  if (message.direction === 'in' && message.fault !== undefined) {
    lines.push(`  [${inertLine(message.fault)}; the whole mail is ${message.raw}]`);
  }
  const text = inert(message.text).trimEnd();
  lines.push(...text.split('\n').map((line) => (line === '' ? '' : `  ${line}`)));
  for (const { filename, contentType, size, path } of message.attachments) {
    const name = inertLine(filename || '(no name)');
    lines.push(`  [${name}, ${inertLine(contentType)}, ${size} octets: ${path}]`);
  }
  return lines;
}

function heading(message: Message): string {
  if (message.direction === 'out') {
    const how = message.automatic ? ', automatic' : '';
    return `#${message.serial}  to ${person(message.to[0])}${how}${GONE[message.delivery]}`;
  }
  const author = message.from === null ? '(nobody named)' : person(message.from);
  const how = HOW[message.trust];
  return `#${message.serial}  from ${author}${how}`;
}

function person({ name, address }: Mailbox): string {
  return inertLine(name === '' ? address : `${name} <${address}>`);
}
