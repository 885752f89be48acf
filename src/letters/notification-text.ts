/**
 * What one of the staff reads about a ticket: who has written or done what, and whom an answer
 * reaches (answer-reaches.ts); then the words, whole (those of a very long mail are in the mail
 * that is attached). Below a signature mark, so that every client cuts it off an answer, stand the
 * state of the ticket and what was said before. Lines have at most 80 columns, but for names and
 * words of others. Pure.
 */

import type { Config } from '../config/config.ts';
import { inFull } from '../dates/in-full.ts';
import { notShown } from '../html/shown.ts';
import { type Field, missingIn, valuesIn } from '../ticket/field.ts';
import { foundFiles, isSendable, ON_TICKET, sendableText } from '../ticket/found.ts';
import { laterIn } from '../ticket/later.ts';
import {
  type Attachment,
  type IncomingMessage,
  isOnTicket,
  type Mailbox,
  type Message,
  type Note,
  nameOf,
  peopleOf,
  receivedAs,
  sameAddress,
  type Ticket,
  type TicketId,
} from '../ticket/ticket.ts';
import {
  addressesIn,
  answerLines,
  copyLines,
  NO_REPLY_TO,
  NOTE_BACK,
  replyToLines,
} from './answer-reaches.ts';
import { clean } from './clean.ts';
import type { Deed, NotificationDraft } from './draft.ts';
import { earlierLines, isAllShown } from './earlier.ts';
import { allSaid, MAX_NAME_CHARACTERS, MAX_NAMED, writerNamed } from './notification-sentences.ts';
import { bareSubject, withoutTags } from './subject.ts';
import { toldOf } from './told.ts';

interface NotificationContext {
  /** The address that takes commands; null if the reader can prove none. */
  readonly control: string | null;
  readonly copies: Config['copies'];
  /** In which times are said. */
  readonly zone: string;
  /** Attachments that are too large for this mail. */
  readonly left: readonly Attachment[];
  /** Of the ticket's queue. */
  readonly fields: readonly Field[];
}

const PROVEN: Readonly<Record<IncomingMessage['trust'], string>> = {
  automatic: ' (a machine)',
  claimed: ' (unverified)',
  thread: '',
  authenticated: '',
  staff: ' (staff)',
};

/** The text, and the same around what stands in it of others (notification-html.ts). */
export interface NotificationText {
  readonly text: string;
  readonly above: string;
  readonly below: string;
  /** What is shown in the place of their text; null if that is all. */
  readonly html: string | null;
}

export function notificationText(
  draft: NotificationDraft,
  { control, copies, left, fields, zone }: NotificationContext,
): NotificationText {
  const { ticket, message, deeds, history, to, inCopy, alsoTo = [] } = draft;
  const text = shownText(message);
  const told = toldOf(text);
  const isForCustomer = message?.direction === 'in';
  const replyTo = isForCustomer ? replyToLines(message, ticket) : NO_REPLY_TO;
  const isWhole = told.length === text.length;
  const html = isWhole ? draft.html : undefined;
  const unshown = html === undefined ? null : notShown(html);
  const above = [
    ...replyTo.first,
    ...deeds.map((deed) => deedLine(deed, ticket, to.name)),
    ...(isForCustomer && deeds.length > 0 ? [''] : []),
    ...(message === null ? [] : headLines(message, ticket)),
    ...replyTo.others,
    ...(alsoTo.length === 0 ? [] : [`[it came to ${alsoTo.join(', ')} as well]`]),
    ...(isForCustomer
      ? answerLines(ticket, message, {
          mayCommand: control !== null,
          also: copies === 'all' ? inCopy.people : [],
        })
      : [NOTE_BACK]),
    ...(isForCustomer ? copyLines(inCopy, copies) : []),
    ...laterLines(ticket, to.name, { control, zone }),
    ...(unshown === null ? [] : [unshown]),
    '',
  ];
  const below = [
    ...(isWhole ? [] : ['', `[it goes on; the whole mail is ${placeOfWhole(message)}]`]),
    '',
    ...(message === null ? [] : foundFiles(message)).map(
      (files) => `[${files}: not sent, ${ON_TICKET}]`,
    ),
    ...left.map(({ filename, size }) => `[${filename}, ${size} octets, is in the ticket alone]`),
    '-- ',
    stateOf(ticket),
    ...fieldLines(ticket, fields),
    ...(isForCustomer ? ['"note" alone in the first line of an answer keeps it inside.'] : []),
    ...(control === null ? [] : commandLines(draft, control)),
    ...spaced(earlierLines(ticket, message?.serial ?? null, history)),
  ];
  const lines = [...above, ...(message === null ? [] : [told.trimEnd()]), ...below];
  return {
    text: `${lines.join('\n').replace(/(?<!\n)\n{3,}-- \n/, '\n\n-- \n')}\n`,
    ...{ above: above.join('\n'), below: below.join('\n') },
    html: html !== undefined && 'html' in html ? html.html : null,
  };
}

/** Answers that the customer has not got when they write. */
function laterLines(
  ticket: Ticket,
  reader: string,
  { control, zone }: Pick<NotificationContext, 'control' | 'zone'>,
): readonly string[] {
  const waiting = laterIn(ticket);
  if (waiting.length === 0) return [];
  return [
    ...waiting.slice(-MAX_NAMED).map(({ serial, by = '', notBefore }) => {
      const whose = by === reader ? 'Your answer' : `The answer of ${clean(by)}`;
      return `[${whose} (#${serial}) has not gone out: it goes on ${inFull(new Date(notBefore), zone)}]`;
    }),
    ...(control === null ? [] : [`["undo ${nameOf(ticket)}" to ${control} takes it back]`]),
  ];
}

function commandLines(
  { ticket, message, history }: NotificationDraft,
  control: string,
): readonly string[] {
  return [
    `Commands at the top of an answer, such as "Status: resolved"; all of them:`,
    `a mail with the word "help" to ${control}`,
    ...(isAllShown(ticket, message?.serial ?? null, history) ? [] : [allSaid(nameOf(ticket))]),
  ];
}

function shownText(message: Message | Note | null): string {
  if (message === null || message.direction !== 'in') return message?.text ?? '';
  return sendableText(message.text, message.foundLines, ON_TICKET);
}

function spaced(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', ...lines];
}

/** Whose words it shows, for its From; null if nobody is named. */
export function writerOf({ ticket, message, deeds }: NotificationDraft): string | null {
  if (message === null) return deeds[0]?.by ?? null;
  if (message.direction !== 'in') return message.by ?? null;
  const shown = passedOnFor(message, ticket) ?? message.from;
  return shown === null ? null : shown.name || shown.address;
}

/** Of a mail that one of the staff has passed on: on whose behalf. */
function passedOnFor(
  { trust, from, serial }: IncomingMessage,
  { requester }: Ticket,
): Mailbox | null {
  if (trust !== 'staff' || serial !== 1 || from === null || requester === null) return null;
  return sameAddress(from.address, requester.address) ? null : requester;
}

function headLines(message: Message | Note, ticket: Ticket): readonly string[] {
  if (message.direction === 'internal') return [`${clean(message.by)} has written a note:`];
  if (message.direction === 'out') return [sentLine(message, ticket)];
  const { from, trust, mark, fault, asks } = message;
  const author = from === null ? 'Somebody' : writerNamed(from);
  const other = passedOnFor(message, ticket);
  return [
    other === null
      ? `${author}${PROVEN[trust]}:`
      : `${author}${PROVEN[trust]} passes on a mail of ${writerNamed(other)}:`,
    ...(other === null ? strangerLines(message, ticket) : []),
    ...linkedLines(message, ticket),
    ...subjectLines(message, ticket),
    ...(mark === undefined
      ? []
      : [`[marked as a machine's (${mark.check}): nothing goes out by itself]`]),
    ...(fault === undefined ? [] : [`[${fault}; the whole mail is ${placeOfWhole(message)}]`]),
    ...(asks === undefined ? [] : [`[asks to ${asks}, unproven: nothing was done]`]),
  ];
}

/** Not in the notification, if it holds what no filter has seen. */
function placeOfWhole(message: Message | Note | null): string {
  const isKept = message?.attachments.some(
    (file) => file.path === receivedAs(message) && !isSendable(file),
  );
  return isKept === true ? ON_TICKET : 'attached';
}

function sentLine(
  { serial, by, to: [to] }: Extract<Message, { direction: 'out' }>,
  { requester, messages }: Ticket,
): string {
  const copies = messages.flatMap((message) =>
    message.direction === 'out' && message.copyOf === serial ? message.to : [],
  );
  const isAnswer = sameAddress(to.address, requester?.address ?? '');
  const what = isAnswer ? 'has answered' : 'has written to';
  const also = copies.length === 0 ? '' : `,\nwith copies to ${addressesIn(copies)}`;
  return `${clean(by ?? 'The desk')} ${what} ${to.address}${also}:`;
}

/** If the writer is none of those on the ticket, nor of the staff, or writes from another address. */
function strangerLines({ from, trust }: IncomingMessage, ticket: Ticket): readonly string[] {
  if (from === null || trust === 'staff' || isOnTicket(ticket, from.address)) return [];
  const people = peopleOf(ticket);
  if (people.length === 0) return [];
  const isNamesake = ({ name }: Mailbox) =>
    name !== '' && name.toLowerCase() === from.name.toLowerCase();
  const namesake = people.find(isNamesake);
  if (namesake === undefined) return [`[they are not on ${nameOf(ticket)}]`];
  return [`[not from the address that is on ${nameOf(ticket)}, ${namesake.address}]`];
}

/** With which tickets a new one is linked. */
function linkedLines({ serial }: IncomingMessage, { linked = [] }: Ticket): readonly string[] {
  return serial === 1 && linked.length > 0 ? [`[${linkedText(linked)}]`] : [];
}

function linkedText(linked: readonly TicketId[]): string {
  const more = linked.length - MAX_NAMED;
  const shown = [...linked.slice(-MAX_NAMED), ...(more > 0 ? [`${more} more`] : [])];
  return `linked with ${shown.join(', ')}`;
}

/** A new subject in an old conversation, and another ticket that the subject of a new one names. */
function subjectLines(
  { serial, subject }: IncomingMessage,
  { id, names = [], queue, subject: known, messages }: Ticket,
): readonly string[] {
  const own = clean(bareOf(subject)).slice(0, MAX_NAME_CHARACTERS);
  const named = serial === 1 ? ticketNamedIn(subject, queue) : null;
  const isOther = named !== null && named !== id && !names.some((one) => one === named);
  if (isOther) return [`[its subject names ${named}]`];
  const earlier = messages.filter((message) => message.serial < serial).flatMap(subjectsOf);
  const isKnown = [known, ...earlier].some((one) => bareOf(one) === bareOf(subject));
  return isKnown || serial === 1 || own === NO_SUBJECT ? [] : [`[its subject is new: ${own}]`];
}

function subjectsOf(message: Message | Note): readonly string[] {
  return message.direction === 'internal' ? [] : [message.subject];
}

/** As a person has written it: without marks of a reply, and without our own. */
function bareOf(subject: string): string {
  return bareSubject(withoutTags(bareSubject(subject)));
}

const NO_SUBJECT = '(no subject)';

const TICKET_NAME = /(?<![A-Za-z0-9])([A-Za-z][A-Za-z0-9]{0,19})-[1-9]\d{0,14}(?!\d)/g;

/** Of the same queue. */
function ticketNamedIn(subject: string, queue: string): string | null {
  const found = [...subject.matchAll(TICKET_NAME)].find(
    ([, prefix]) => prefix?.toUpperCase() === queue,
  );
  return found?.[0].toUpperCase() ?? null;
}

function deedLine(deed: Deed, ticket: Ticket, reader: string): string {
  const id = nameOf(ticket);
  const by = clean(deed.by);
  if (deed.type === 'away') {
    const says = clean(deed.says).slice(0, MAX_NAME_CHARACTERS);
    return `${by} may be away: this answer came by itself, "${says}".`;
  }
  if (deed.type === 'absent') return absentLine({ ...deed, by });
  if (deed.type === 'moved') return `${by} has moved ${id} to ${deed.to}, from ${deed.from}.`;
  if (deed.type === 'closed') return `${by} has closed ${id}.`;
  if (deed.to === null) return `${by} has given ${id} back: it is nobody's now.`;
  if (deed.to === deed.by) return `${by} has taken ${id}.`;
  return `${by} has given ${id} to ${deed.to === reader ? 'you' : deed.to}.`;
}

export function absentLine({
  by,
  until,
}: {
  readonly by: string;
  readonly until: string | null;
}): string {
  return `${by} is away${until === null ? '' : ` until ${until}`}, so this comes to you.`;
}

function stateOf(ticket: Ticket): string {
  const { status, assignee, priority, tags, linked = [], rating } = ticket;
  const facts = [
    status,
    assignee === null ? "nobody's" : `${assignee}'s`,
    ...(priority === 'normal' ? [] : [`priority ${priority}`]),
    ...tags.map((tag) => `+${tag}`),
    ...(linked.length === 0 ? [] : [linkedText(linked)]),
    ...(typeof rating?.score === 'number' ? [`rated ${rating.score} of 5`] : []),
  ];
  return `${nameOf(ticket)}: ${facts.join(', ')}`;
}

function fieldLines(ticket: Ticket, fields: readonly Field[]): readonly string[] {
  const missing = missingIn(ticket, fields);
  return [
    ...valuesIn(ticket, fields).map(
      ({ name, value, isFound }) =>
        `${name}: ${clean(value)}${isFound ? ' (found in a mail)' : ''}`,
    ),
    ...(missing.length === 0 ? [] : [`missing: ${missing.join(', ')}`]),
  ];
}
