/**
 * What a person, or another system, does to a ticket: the one table of actions.
 *
 * Pure: ticket and action in, changes and drafts out, or a refusal in one line. What
 * is so already changes nothing. A note goes to nobody outside.
 */

/** Loaded with it. */
export { allFieldsIn } from '../config/fields-in.ts';

import { isOwnAddress } from '../addresses/own-address.ts';
import { failedIn } from '../journal/facts.ts';
import { lastOutsiderIn } from '../ticket/addressees.ts';
import type { Change } from '../ticket/change.ts';
import { blockedVerdict } from '../ticket/failing.ts';
import { ticketId } from '../ticket/id.ts';
import type { Refusal } from '../ticket/refusal.ts';
import { statusChanges } from '../ticket/status.ts';
import {
  isOnTicket,
  type Mailbox,
  nextSerial,
  type Status,
  sameAddress,
  type Ticket,
} from '../ticket/ticket.ts';
import {
  type Action,
  type ActionContext,
  asWritten,
  type DeskResult,
  type Saying,
} from './action.ts';
import { answer, forward } from './answer.ts';
import { seenBy } from './crossed.ts';
import { setField, unclosable } from './field.ts';
import { memberCalled, memberMeant, unknownName } from './member.ts';
import { merge, split } from './merge.ts';
import { move } from './move.ts';
import { namesCalled } from './names-called.ts';
import { lastOfRequester } from './thread.ts';
import { undo } from './undo.ts';

/** A date is read by what few runs load. */
export async function performed(
  ticket: Ticket,
  action: Action,
  context: ActionContext & Saying,
): Promise<DeskResult | Refusal> {
  if (action.type === 'field') {
    const { withDay } = await import('./said-day.ts');
    const ready = await withDay(action, ticket, context);
    return 'refused' in ready ? ready : perform(ticket, ready, context);
  }
  if (action.type === 'undo') return undo(ticket, action, context);
  if (action.type !== 'snooze') return perform(ticket, action, context);
  const { snooze } = await import('./snooze.ts');
  return snooze(ticket, action, context);
}

export function perform(
  ticket: Ticket,
  action: Exclude<Action, { readonly type: 'snooze' | 'undo' }>,
  context: ActionContext,
): DeskResult | Refusal {
  const { by } = context;
  switch (action.type) {
    case 'reply':
      return answer(ticket, action, context);
    case 'note':
      return note(ticket, action, context);
    case 'status':
      return setStatus(ticket, action.status, context);
    case 'assign':
      return assign(ticket, action.to, context);
    case 'tag':
      return tag(ticket, action, context);
    case 'priority': {
      const { id, priority: from } = ticket;
      const { priority: to } = action;
      return only(from === to ? [] : [{ type: 'ticket.priority', ticket: id, from, to, by }]);
    }
    case 'field':
      return setField(ticket, action, context);
    case 'retitle':
      return retitle(ticket, action.subject, context);
    case 'cc':
      return participants(ticket, action, context);
    case 'requester':
      return requester(ticket, action.to, context);
    case 'watch':
      return watch(ticket, action, context);
    case 'merge':
      return merge(ticket, action, context);
    case 'move':
      return move(ticket, action.queue, context);
    case 'split':
      return split(ticket, action.serial, context);
    case 'forward':
      return forward(ticket, action, context);
    case 'send':
      return { refused: '`Send:` stands above an answer to the customer, and this is none' };
    case 'unmute':
      return unmute(ticket, action.address, context);
    case 'block':
    case 'unblock':
      return block(ticket, action.type, context);
  }
}

export interface NewTicket {
  readonly queue: string;
  readonly number: number;
  readonly subject: string;
  readonly requester: Mailbox | null;
  /** What is known of it, for the desk: nobody is written to. */
  readonly text: string;
}

export function createTicket(
  { queue, number, subject, requester, text }: NewTicket,
  by: string,
): DeskResult & { readonly ticket: Ticket['id'] } {
  const ticket = ticketId(queue, number);
  const created: Change = { type: 'ticket.created', ticket, number, queue, subject, requester };
  const noted: Change = { type: 'note.added', ticket, serial: 1, text: asWritten(text), by };
  return { ticket, changes: text.trim() === '' ? [created] : [created, noted], drafts: [] };
}

function setStatus(
  ticket: Ticket,
  status: Status,
  { by, staff, fieldsOf }: ActionContext,
): DeskResult | Refusal {
  const changes = statusChanges(ticket, status, by);
  const closes = status === 'resolved' && changes.length > 0;
  const refusal = closes ? unclosable(ticket, { by, fieldsOf }) : null;
  if (refusal !== null) return refusal;
  const member = closes ? memberCalled(by, staff) : null;
  // Who closes it knows that it is closed.
  return only(member === null ? changes : [...changes, seenBy(member.name, { ...ticket, status })]);
}

function only(changes: readonly Change[]): DeskResult {
  return { changes, drafts: [] };
}

function note(
  ticket: Ticket,
  { text, staffMail }: Extract<Action, { type: 'reply' | 'note' }>,
  { by, staff }: ActionContext,
): DeskResult | Refusal {
  const serial = nextSerial(ticket);
  const attachments = staffMail?.attachments(ticket.id, serial) ?? [];
  if (text.trim() === '' && attachments.length === 0) return { refused: 'a note needs a text' };
  return only([
    {
      ...{ type: 'note.added', ticket: ticket.id, serial, text: asWritten(text), by },
      ...(staffMail !== undefined && { attachments, written: staffMail.raw }),
    },
    ...broughtIn(ticket, text, { by, staff }),
  ]);
}

function assign(
  ticket: Ticket,
  named: string | null,
  { by, staff }: ActionContext,
): DeskResult | Refusal {
  const member = named === null ? null : memberMeant(named, by, staff);
  if (named !== null && member === null) return { refused: unknownName(named, staff) };
  const to = member?.name ?? null;
  const { id, assignee: from } = ticket;
  return only(from === to ? [] : [{ type: 'ticket.assigned', ticket: id, from, to, by }]);
}

/** Whom a note calls by @name: they watch the ticket from then on. */
function broughtIn(
  { id, watching = {} }: Ticket,
  text: string,
  { by, staff }: Pick<ActionContext, 'by' | 'staff'>,
): readonly Change[] {
  return namesCalled(text, staff)
    .filter((name) => !(Object.hasOwn(watching, name) && watching[name]))
    .map((person) => ({ type: 'ticket.watched', ticket: id, person, isWatching: true, by }));
}

function watch(
  { id: ticket, watching = {} }: Ticket,
  { person: named, isWatching }: Extract<Action, { type: 'watch' }>,
  { by, staff }: ActionContext,
): DeskResult | Refusal {
  const member = named === null ? memberCalled(by, staff) : memberMeant(named, by, staff);
  if (member === null) return { refused: unknownName(named ?? by, staff) };
  const { name: person } = member;
  if ((Object.hasOwn(watching, person) ? watching[person] : null) === isWatching) return only([]);
  return only([{ type: 'ticket.watched', ticket, person, isWatching, by }]);
}

const MAX_TAGS = 50;

function tag(
  ticket: Ticket,
  { add, remove }: Extract<Action, { type: 'tag' }>,
  { by }: ActionContext,
): DeskResult | Refusal {
  const { id, tags } = ticket;
  const removed = [...new Set(remove)].filter((gone) => tags.includes(gone));
  const [unknown] = remove;
  // One among others may be gone already; one that is all that is asked for is a slip.
  if (unknown !== undefined && add.length + removed.length === 0) {
    return { refused: `${id} has no tag "${unknown}"` };
  }
  const added = [...new Set(add)].filter((one) => !tags.includes(one));
  if (tags.length + added.length - removed.length > MAX_TAGS) {
    return { refused: `${id} may have ${MAX_TAGS} tags at most` };
  }
  if (added.length + removed.length === 0) return only([]);
  return only([{ type: 'ticket.tagged', ticket: id, added, removed, by }]);
}

const MAX_SUBJECT_CHARACTERS = 500;

function retitle(ticket: Ticket, subject: string, { by }: ActionContext): DeskResult | Refusal {
  const to = subject.replace(/\s+/g, ' ').trim();
  if (to === '' || to.length > MAX_SUBJECT_CHARACTERS) {
    return { refused: `a subject has 1 to ${MAX_SUBJECT_CHARACTERS} characters` };
  }
  const { id, subject: from } = ticket;
  return only(from === to ? [] : [{ type: 'ticket.retitled', ticket: id, from, to, by }]);
}

const MAX_PARTICIPANTS = 20;
const refusedAsOurs = (address: string) => `the address ${address} is the desk's own`;

function participants(
  ticket: Ticket,
  { add: named, remove, isWriter }: Extract<Action, { type: 'cc' }>,
  { by, own }: ActionContext,
): DeskResult | Refusal {
  const { id } = ticket;
  const ours = named.find((address) => isOwnAddress(address, own));
  if (ours !== undefined) return { refused: refusedAsOurs(ours) };
  const writer = isWriter ? lastOutsiderIn(ticket) : null;
  if (isWriter && writer === null) return { refused: `whoever has written is on ${id} already` };
  const add = [...named, ...(writer === null ? [] : [writer.address])];
  const isFirst = (address: string, n: number, all: readonly string[]) =>
    all.findIndex((other) => sameAddress(other, address)) === n;
  const isParticipant = (address: string) =>
    ticket.participants.some((person) => sameAddress(person.address, address));
  const removed = remove.filter(isFirst).filter(isParticipant);
  const [unknown] = remove;
  if (unknown !== undefined && add.length + removed.length === 0) {
    return { refused: `${unknown} gets no copies of ${id}` };
  }
  const added = add
    .filter(isFirst)
    .filter((address) => !isOnTicket(ticket, address))
    .map((address) => ({ name: '', address }));
  if (ticket.participants.length + added.length - removed.length > MAX_PARTICIPANTS) {
    return { refused: `${id} may have ${MAX_PARTICIPANTS} participants at most` };
  }
  if (added.length + removed.length === 0) return only([]);
  return only([{ type: 'ticket.participants', ticket: id, added, removed, by }]);
}

/** Who was it before stays on the ticket. */
function requester(
  ticket: Ticket,
  wanted: string | null,
  { by, own }: ActionContext,
): DeskResult | Refusal {
  const { id, requester: from, participants: others } = ticket;
  const address = wanted ?? lastOutsiderIn(ticket)?.address;
  if (address === undefined) return { refused: `whoever has written is on ${id} already` };
  if (isOwnAddress(address, own)) return { refused: refusedAsOurs(address) };
  if (from !== null && sameAddress(from.address, address)) return only([]);
  const isKnown = others.some((person) => sameAddress(person.address, address));
  if (from !== null && !isKnown && others.length >= MAX_PARTICIPANTS) {
    return { refused: `${id} may have ${MAX_PARTICIPANTS} participants at most` };
  }
  const to = { name: nameOf(address, ticket), address };
  return only([{ type: 'ticket.requester', ticket: id, from, to, by }]);
}

/** As they are called on the ticket, or in their last mail to it. */
function nameOf(address: string, { participants: others, messages }: Ticket): string {
  const authors = messages.flatMap((message) =>
    message.direction === 'in' ? [message.from, message.replyTo] : [],
  );
  const known = [...authors.toReversed(), ...others].find(
    (person) => person != null && person.name !== '' && sameAddress(person.address, address),
  );
  return known?.name ?? '';
}

function unmute(
  { id, muted }: Ticket,
  wanted: string | null,
  { by }: ActionContext,
): DeskResult | Refusal {
  const again = muted.filter((one) => wanted === null || sameAddress(one, wanted));
  if (again.length === 0 && wanted !== null) {
    return { refused: `${wanted} has not stopped the mail about ${id}` };
  }
  return only(
    again.map(
      (address) => ({ type: 'ticket.muted', ticket: id, address, isMuted: false, by }) as const,
    ),
  );
}

function block(
  ticket: Ticket,
  type: 'block' | 'unblock',
  context: ActionContext,
): DeskResult | Refusal {
  const { by } = context;
  const { id, requester } = ticket;
  if (requester === null) return { refused: `${id} has no requester who could be ${type}ed` };
  const { address } = requester;
  const isBlocked = blockedVerdict(failedIn(context, address)) !== null;
  if (isBlocked === (type === 'block')) return only([]);
  if (type === 'unblock') return only([{ type: 'address.cleared', address, by }]);
  const isProven = lastOfRequester(ticket)?.isProven ?? false;
  return only([{ type: 'address.blocked', address, by, isProven }]);
}
