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
import { type Action, asWritten, type DeskResult, type Setting } from './action.ts';
import { answer, forward } from './answer.ts';
import { merge, split } from './merge.ts';
import { lastOfRequester } from './thread.ts';

export function perform(ticket: Ticket, action: Action, setting: Setting): DeskResult | Refusal {
  const { by } = setting;
  switch (action.type) {
    case 'reply':
      return answer(ticket, action, setting);
    case 'note':
      return note(ticket, action, setting);
    case 'status':
      return only(statusChanges(ticket, action.status, by));
    case 'assign':
      return assign(ticket, action.to, setting);
    case 'tag':
      return tag(ticket, action, setting);
    case 'priority': {
      const { id, priority: from } = ticket;
      const { priority: to } = action;
      return only(from === to ? [] : [{ type: 'ticket.priority', ticket: id, from, to, by }]);
    }
    case 'retitle':
      return retitle(ticket, action.subject, setting);
    case 'cc':
      return participants(ticket, action, setting);
    case 'merge':
      return merge(ticket, action.into, setting);
    case 'split':
      return split(ticket, action.serial, setting);
    case 'forward':
      return forward(ticket, action, setting);
    case 'block':
    case 'unblock':
      return block(ticket, action.type, setting);
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
  { text, written }: Extract<Action, { type: 'reply' | 'note' }>,
  { by }: Setting,
): DeskResult | Refusal {
  const serial = nextSerial(ticket);
  const attachments = written?.attachments(ticket.id, serial) ?? [];
  if (text.trim() === '' && attachments.length === 0) return { refused: 'a note needs a text' };
  return only([
    {
      ...{ type: 'note.added', ticket: ticket.id, serial, text: asWritten(text), by },
      ...(written !== undefined && { attachments, written: written.raw }),
    },
  ]);
}

function assign(ticket: Ticket, to: string | null, { by, staff }: Setting): DeskResult | Refusal {
  if (to !== null && !staff.includes(to)) {
    return {
      refused: `"${to}" is none of the staff: ${staff.join(', ') || 'nobody is, in the config'}`,
    };
  }
  const { id, assignee: from } = ticket;
  return only(from === to ? [] : [{ type: 'ticket.assigned', ticket: id, from, to, by }]);
}

const TAGS_KEPT = 50;

function tag(
  ticket: Ticket,
  { add, remove }: Extract<Action, { type: 'tag' }>,
  { by }: Setting,
): DeskResult | Refusal {
  const { id, tags } = ticket;
  const removed = remove.filter((gone) => tags.includes(gone));
  const [unknown] = remove;
  // One among others may be gone already; one that is all that is asked for is a slip.
  if (unknown !== undefined && add.length + removed.length === 0) {
    return { refused: `${id} has no tag "${unknown}"` };
  }
  const added = [...new Set(add)].filter((one) => !tags.includes(one));
  if (tags.length + added.length - removed.length > TAGS_KEPT) {
    return { refused: `${id} may have ${TAGS_KEPT} tags at most` };
  }
  if (added.length + removed.length === 0) return only([]);
  return only([{ type: 'ticket.tagged', ticket: id, added, removed, by }]);
}

const SUBJECT_LENGTH = 500;

function retitle(ticket: Ticket, subject: string, { by }: Setting): DeskResult | Refusal {
  const to = subject.replace(/\s+/g, ' ').trim();
  if (to === '' || to.length > SUBJECT_LENGTH) {
    return { refused: `a subject has 1 to ${SUBJECT_LENGTH} characters` };
  }
  const { id, subject: from } = ticket;
  return only(from === to ? [] : [{ type: 'ticket.retitled', ticket: id, from, to, by }]);
}

const PARTICIPANTS_KEPT = 20;

function participants(
  ticket: Ticket,
  { add, remove }: Extract<Action, { type: 'cc' }>,
  { by }: Setting,
): DeskResult | Refusal {
  const { id } = ticket;
  const isParticipant = (address: string) =>
    ticket.participants.some((person) => sameAddress(person.address, address));
  const removed = remove.filter(isParticipant);
  const [unknown] = remove;
  if (unknown !== undefined && add.length + removed.length === 0) {
    return { refused: `${unknown} gets no copies of ${id}` };
  }
  const isFirst = (address: string, n: number) =>
    add.findIndex((other) => sameAddress(other, address)) === n;
  const added = add
    .filter((address, n) => isFirst(address, n) && !isOnTicket(ticket, address))
    .map((address) => ({ name: '', address }));
  if (ticket.participants.length + added.length - removed.length > PARTICIPANTS_KEPT) {
    return { refused: `${id} may have ${PARTICIPANTS_KEPT} participants at most` };
  }
  if (added.length + removed.length === 0) return only([]);
  return only([{ type: 'ticket.participants', ticket: id, added, removed, by }]);
}

function block(ticket: Ticket, deed: 'block' | 'unblock', setting: Setting): DeskResult | Refusal {
  const { by } = setting;
  const { id, requester } = ticket;
  if (requester === null) return { refused: `${id} has no requester who could be ${deed}ed` };
  const { address } = requester;
  const isBlocked = blockedVerdict(failedIn(setting, address)) !== null;
  if (isBlocked === (deed === 'block')) return only([]);
  if (deed === 'unblock') return only([{ type: 'address.cleared', address, by }]);
  const isProven = lastOfRequester(ticket)?.isProven ?? false;
  return only([{ type: 'address.blocked', address, by, isProven }]);
}
