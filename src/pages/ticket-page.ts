/**
 * One ticket as a conversation: what it is, then its messages in order. Pure.
 *
 * A message whose author is not proven says so in words; everything that came
 * by mail is made inert before it is shown, and indented, as no line of ours is.
 * Quoted lines and signatures are folded into one line that says how many there
 * are, unless all are asked for or there is nothing else. Attachments are numbered through the ticket.
 */

import { type Field, missingIn, valuesIn } from '../ticket/field.ts';
import { foundWords, placeInWords } from '../ticket/found.ts';
import { isLater, laterIn } from '../ticket/later.ts';
import type { RobotPlan } from '../ticket/robot-plan.ts';
import {
  type Attachment,
  type Delivery,
  type IncomingMessage,
  type MailReport,
  type Message,
  type Note,
  nameOf,
  type OutgoingMessage,
  otherNames,
  type Ticket,
  type Trust,
} from '../ticket/ticket.ts';
import { fieldInWords } from './field.ts';
import { guessLine } from './guesses.ts';
import { inert, inertLine } from './inert.ts';
import { person } from './person.ts';
import { broken, indented, type Screen } from './style.ts';
import { columnTime, fullTime } from './time.ts';
import { wrapped } from './wrapped.ts';

/** `resting`: since when the restored store sends nothing, or null. */
export function ticketPage(
  ticket: Ticket,
  at: Screen,
  isFull: boolean,
  resting: string | null = null,
  plans: readonly RobotPlan[] = [],
  fields: readonly Field[] = [],
): string {
  const { style, columns } = at;
  const page = pageColumns(at);
  const timeOf = (time: string) => fullTime(time, at);
  const facts: readonly (readonly [string, string])[] = [
    ['Status', ticket.status],
    ['Queue', ticket.queue],
    ['Requester', ticket.requester === null ? '(unknown)' : person(ticket.requester)],
    ...known('Assignee', ticket.assignee ?? ''),
    ...known('Tags', ticket.tags.join(' ')),
    ...known('Priority', ticket.priority === 'normal' ? '' : ticket.priority),
    ...valuesIn(ticket, fields).map((one) => [one.name, fieldInWords(one)] as const),
    ...known('Missing', missingIn(ticket, fields).join(', ')),
    ...ticket.participants.map((other) => ['Copies to', person(other)] as const),
    ...known('No mail', ticket.muted.join(', ')),
    ...known('Watched by', watchers(ticket).join(', ')),
    ...known('Merged', ticket.mergedInto === null ? '' : `into ${ticket.mergedInto}`),
    ...known('Merged in', ticket.merged.join(', ')),
    ...known('Known as', otherNames(ticket).join(', ')),
    ...known('Linked', (ticket.linked ?? []).join(', ')),
    ...known('Repeated', repeats(ticket, timeOf)),
    ...known('Waits', waits(ticket, timeOf)),
    ...known('Snoozed', snoozed(ticket, timeOf)),
    ...known('Rating', rated(ticket, timeOf)),
    ...known(
      'Goes out',
      laterIn(ticket)
        .map(({ notBefore }) => `an answer, ${timeOf(notBefore)}`)
        .join('; '),
    ),
    ...plans.map((plan) => ['Plan', planned(plan, timeOf)] as const),
    ...known('Sending', resting === null ? '' : restsSince(resting, timeOf)),
    ['Created', timeOf(ticket.createdAt)],
    ['Updated', timeOf(ticket.updatedAt)],
    ...(ticket.legalHold === true ? [['Legal hold', 'nothing of it is erased'] as const] : []),
    ...(ticket.silence === undefined
      ? []
      : [['Silence', `no acknowledgement went out: ${inertLine(ticket.silence)}`] as const]),
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  const lines = [
    ticketTitle(ticket, at),
    ...facts.flatMap(([name, value]) => {
      const [first = '', ...more] = broken(value, page === null ? null : page - width - 2);
      const indent = ' '.repeat(width + 2);
      return [
        `${style('dim', name.padEnd(width))}  ${first}`,
        ...more.map((line) => `${indent}${line}`),
      ];
    }),
  ];
  const writtenAt = columnTime(at);
  let attachments = 0;
  for (const message of ticket.messages) {
    lines.push('', ...headLines(`${heading(message)}  ${writtenAt(message.date)}`, at));
    if (message.direction === 'out' && isLater(message)) {
      const when = wrapped(`[not sent yet: it goes out on ${timeOf(message.notBefore)}]`, page);
      lines.push(style('yellow', when));
    }
    if (message.direction === 'in' && message.fault !== undefined) {
      lines.push(style('yellow', `[${inertLine(message.fault)}; the whole mail is attached]`));
    }
    if (message.direction === 'in') {
      const guessed = guessLine(message.guesses);
      if (guessed !== '') lines.push(style('yellow', `[${guessed}]`));
      lines.push(...foundWords(message).map((words) => style('yellow', `[${words}]`)));
    }
    if (message.direction === 'in' && message.mark !== undefined) {
      const { check, evidence } = message.mark;
      lines.push(style('yellow', `[marked as a machine's: ${check}, ${inertLine(evidence)}]`));
    }
    if (message.direction === 'in' && message.replyTo !== undefined) {
      lines.push(`[Reply-To: ${person(message.replyTo)}]`);
    }
    if (message.direction === 'in' && message.report !== undefined) {
      lines.push(...reportLines(message.report).map((line) => style('yellow', `[${line}]`)));
    }
    if (message.direction !== 'internal' && message.movedTo !== undefined) {
      lines.push(style('yellow', `[it is ${message.movedTo} now]`));
    }
    if (message.direction === 'out' && message.failure !== undefined) {
      lines.push(style('yellow', `[reason: ${inertLine(message.failure)}]`));
    }
    if (message.direction === 'out' && message.copyOf !== undefined) {
      lines.push(`[a copy of #${message.copyOf}]`);
      continue;
    }
    lines.push(textLines(message, isFull, columns).join('\n'));
    if (message.direction === 'out') {
      for (const file of message.notSent ?? []) {
        lines.push(style('yellow', `[not sent: ${inertLine(file)}]`));
      }
      for (const file of message.enclosed ?? []) lines.push(`[sent: ${attachmentLine(file)}]`);
    }
    for (const attachment of message.attachments) {
      attachments += 1;
      lines.push(`[${attachments}] ${attachmentLine(attachment)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** Of lines of ours; null for no limit. */
function pageColumns({ columns, isMail }: Pick<Screen, 'columns' | 'isMail'>): number | null {
  return isMail === true ? null : columns;
}

/** The first line of all that shows a ticket. */
export function ticketTitle(
  ticket: Pick<Ticket, 'id' | 'address' | 'subject'>,
  at: Pick<Screen, 'style' | 'columns' | 'isMail'>,
): string {
  const title = `${nameOf(ticket)}  ${inertLine(ticket.subject || '(no subject)')}`;
  return at.style('bold', wrapped(title, pageColumns(at)));
}

function headLines(line: string, at: Screen): readonly string[] {
  return wrapped(line, pageColumns(at))
    .split('\n')
    .map((one) => at.style('cyan', one));
}

function watchers({ watching = {} }: Ticket): readonly string[] {
  return Object.keys(watching).filter((name) => watching[name]);
}

type TimeOf = (time: string) => string;

function repeats({ repeated }: Ticket, timeOf: TimeOf): string {
  if (repeated === undefined) return '';
  const { count, last } = repeated;
  return `${count === 1 ? 'once' : `${count} times`}, last ${timeOf(last)}`;
}

function waits({ waiting }: Ticket, timeOf: TimeOf): string {
  if (waiting === null) return '';
  const { since, told } = waiting;
  const whom = waiting.for === 'desk' ? 'for our answer' : 'for the customer';
  const event = waiting.for === 'desk' ? 'the staff were told' : 'they were reminded';
  return `${whom}, since ${timeOf(since)}${told === null ? '' : `; ${event} ${timeOf(told)}`}`;
}

function snoozed({ snoozed: snooze }: Ticket, timeOf: TimeOf): string {
  if (snooze === undefined) return '';
  return `until ${timeOf(snooze.until)}, by ${snooze.by}`;
}

function rated({ rating }: Ticket, timeOf: TimeOf): string {
  if (rating === undefined) return '';
  const { score, at, question } = rating;
  return score === null ? `asked for by #${question}` : `${score} of 5, ${timeOf(at)}`;
}

function restsSince(resting: string, timeOf: TimeOf): string {
  return `rests since the restore of ${timeOf(resting)}; mailrobot resume ends that`;
}

function known(name: string, value: string): readonly (readonly [string, string])[] {
  return value === '' ? [] : [[name, inertLine(value)]];
}

export const TRUST_WORDS: Readonly<Record<Trust, string>> = {
  automatic: ', automatic',
  claimed: ', unverified',
  thread: '',
  authenticated: '',
  staff: ', staff',
};
const DELIVERY_WORDS: Readonly<Record<Delivery, string>> = {
  waiting: ', not sent yet',
  'under-way': ', under way: the MTA has not taken it yet',
  sent: '',
  failed: ', COULD NOT BE SENT',
  bounced: ', NOT DELIVERED',
  unknown: ', PERHAPS NOT SENT',
  undone: ', taken back: it goes to nobody',
};
export function deliveryWords({ delivery }: Pick<OutgoingMessage, 'delivery'>): string {
  return DELIVERY_WORDS[delivery];
}

const REPEATED_WORDS = ', once more (it may have come twice)';

function reportLines({ isProven, recipients }: MailReport): readonly string[] {
  return recipients.map(({ address, action, status, reason }) => {
    const what = `${REPORTED.get(action) ?? `${action}:`} ${address || '(nobody named)'}`;
    const why = [status ?? '', reason].filter((text) => text !== '').join(' ');
    const line = why === '' ? what : `${what}, ${why}`;
    return inertLine(isProven ? line : `it says, unproven: ${line}`);
  });
}

/** RFC 3464 2.3.3, RFC 8098 3.2.6.2. */
const REPORTED: ReadonlyMap<string, string> = new Map([
  ['failed', 'could not be delivered to'],
  ['delayed', 'not delivered yet to'],
  ['delivered', 'delivered to'],
  ['relayed', 'passed on to'],
  ['expanded', 'passed on to the members of'],
  ['displayed', 'shown to'],
  ['deleted', 'deleted unread by'],
]);

/** Indented, as no line of ours is: a stranger's text cannot look like one. */
function textLines(
  message: Message | Note,
  isFull: boolean,
  columns: number | null,
): readonly string[] {
  if (message.direction === 'in' && !isFull) return folded(message, columns);
  return shownLines(message.text.split('\n'), columns);
}

/** What has nothing new in it, such as a line about a mail without a text, is shown whole. */
function folded(
  { text, newLines, attachments }: IncomingMessage,
  columns: number | null,
): readonly string[] {
  if (text.trim() === '' && attachments.length === 0)
    return ['[the mail has no text and no files]'];
  const lines = text.split('\n');
  if (newLines.length === 0) return shownLines(lines, columns);
  const shown: (readonly string[])[] = [];
  let next = 1;
  for (const { from, to } of [...newLines, { from: lines.length + 1, to: lines.length }]) {
    const hidden = lines.slice(next - 1, from - 1).filter((line) => line.trim() !== '').length;
    const what = `${hidden} ${hidden === 1 ? 'line' : 'lines'}`;
    if (hidden > 0) shown.push([`[${what} folded: --full shows all]`]);
    if (from <= to) shown.push(shownLines(lines.slice(from - 1, to), columns));
    next = to + 1;
  }
  return shown.flat();
}

function shownLines(lines: readonly string[], columns: number | null): readonly string[] {
  return indented(inert(lines.join('\n')).trimEnd(), columns);
}

function attachmentLine(attachment: Omit<Attachment, 'sha256' | 'path'>): string {
  const { filename, contentType, size, isInline, foundIn, isUnpacked } = attachment;
  const name = inertLine(filename || '(no name)');
  const where = foundIn === undefined ? '' : `, found inside ${placeInWords(foundIn)}`;
  const what = `${name}, ${inertLine(contentType)}, ${sizeInWords(size)}`;
  return `${what}${isInline ? ', inline' : ''}${where}${isUnpacked ? ', unpacked' : ''}`;
}

export function sizeInWords(size: number): string {
  if (size < 1024) return size === 1 ? '1 octet' : `${size} octets`;
  const [unit, divisor] = size < 1024 * 1024 ? ['KiB', 1024] : ['MiB', 1024 * 1024];
  return `${(size / divisor).toFixed(1)} ${unit}`;
}

function writtenBy(person: string | undefined): string {
  return person === undefined ? '' : ` by ${inertLine(person)}`;
}

function heading(message: Message | Note): string {
  if (message.direction === 'internal') {
    return `#${message.serial}  note by ${inertLine(message.by)}, internal`;
  }
  if (message.direction === 'out') {
    const how = message.automatic ? ', automatic' : writtenBy(message.by);
    const { repeated, reports = 0 } = message;
    // When it goes out stands below.
    const fate = isLater(message) ? '' : deliveryWords(message);
    const gone = `${fate}${repeated ? REPEATED_WORDS : ''}`;
    const came = reports > 1 ? `, ${reports} reports came` : '';
    return `#${message.serial}  to ${person(message.to[0])}${how}${gone}${came}`;
  }
  const author = message.from === null ? '(nobody named)' : person(message.from);
  const asks = message.asks === undefined ? '' : `, asks to ${message.asks}, unproven`;
  return `#${message.serial}  from ${author}${TRUST_WORDS[message.trust]}${asks}`;
}

/** What a robot would do for a mail about it. */
function planned({ run, robot, answerTo, madeAt, confirmed }: RobotPlan, timeOf: TimeOf): string {
  const waits =
    confirmed === null
      ? `${inertLine(answerTo.address)} has to confirm it, and was told on ${timeOf(madeAt)}`
      : `confirmed on ${timeOf(confirmed.at)}, and not carried out yet`;
  return `of the robot ${robot}, for mail ${run}: ${waits}`;
}
