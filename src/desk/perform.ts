/**
 * What a person, or another system, does to a ticket: the one table of actions.
 *
 * Pure: ticket and action in, changes and drafts out, or a refusal in one line. What
 * is so already changes nothing. A note goes to nobody.
 */

import { failedIn } from '../journal/facts.ts';
import type { Change } from '../ticket/change.ts';
import { blockedVerdict } from '../ticket/failing.ts';
import { ticketId } from '../ticket/id.ts';
import type { Refusal } from '../ticket/refusal.ts';
import { statusChanges } from '../ticket/status.ts';
import {
  isOnTicket,
  type Mailbox,
  nextSerial,
  sameAddress,
  type Ticket,
} from '../ticket/ticket.ts';
import { type Action, type ActionContext, asWritten, type DeskResult } from './action.ts';
import { answer, forward } from './answer.ts';
import { merge, split } from './merge.ts';
import { lastOfRequester } from './thread.ts';

export function perform(
  ticket: Ticket,
  action: Action,
  context: ActionContext,
): DeskResult | Refusal {
  const { by } = context;
  switch (action.type) {
    case 'reply':
      return answer(ticket, action, context);
    case 'note':
      return note(ticket, action, context);
    case 'status':
      return only(statusChanges(ticket, action.status, by));
    case 'assign':
      return assign(ticket, action.to, context);
    case 'tag':
      return tag(ticket, action, context);
    case 'priority': {
      const { id, priority: from } = ticket;
      const { priority: to } = action;
      return only(from === to ? [] : [{ type: 'ticket.priority', ticket: id, from, to, by }]);
    }
    case 'retitle':
      return retitle(ticket, action.subject, context);
    case 'cc':
      return participants(ticket, action, context);
    case 'merge':
      return merge(ticket, action.into, context);
    case 'split':
      return split(ticket, action.serial, context);
    case 'forward':
      return forward(ticket, action, context);
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

function only(changes: readonly Change[]): DeskResult {
  return { changes, drafts: [] };
}

function note(
  ticket: Ticket,
  { text, staffMail }: Extract<Action, { type: 'reply' | 'note' }>,
  { by }: ActionContext,
): DeskResult | Refusal {
  const serial = nextSerial(ticket);
  const attachments = staffMail?.attachments(ticket.id, serial) ?? [];
  if (text.trim() === '' && attachments.length === 0) return { refused: 'a note needs a text' };
  return only([
    {
      ...{ type: 'note.added', ticket: ticket.id, serial, text: asWritten(text), by },
      ...(staffMail !== undefined && { attachments, written: staffMail.raw }),
    },
  ]);
}

function assign(
  ticket: Ticket,
  to: string | null,
  { by, staff }: ActionContext,
): DeskResult | Refusal {
  if (to !== null && !staff.includes(to)) {
    return {
      refused: `nobody on the staff is called "${to}": ${staff.join(', ') || 'the config names nobody'}`,
    };
  }
  const { id, assignee: from } = ticket;
  return only(from === to ? [] : [{ type: 'ticket.assigned', ticket: id, from, to, by }]);
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

function participants(
  ticket: Ticket,
  { add, remove }: Extract<Action, { type: 'cc' }>,
  { by }: ActionContext,
): DeskResult | Refusal {
  const { id } = ticket;
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
