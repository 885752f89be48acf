/**
 * What a person, or another system, does at the desk: the one table of actions.
 *
 * Pure: ticket and action in, changes and drafts out, or a refusal in one line.
 * An answer goes to the requester on record and nowhere else, answers the last
 * mail that came from him, names no mail of a third person, and leaves the ticket
 * waiting for him. A note goes to nobody. What is so already changes nothing.
 */
import type { Change } from '../ticket/change.ts';
import { type FailedAddress, failingVerdict } from '../ticket/failing.ts';
import { ticketId } from '../ticket/id.ts';
import {
  type Mailbox,
  type Message,
  mailsOf,
  nextSerial,
  type Status,
  sameAddress,
  type Ticket,
} from '../ticket/ticket.ts';
import type { TicketDraft } from './draft.ts';

export type Action =
  | { readonly type: 'reply' | 'note'; readonly text: string }
  | { readonly type: 'status'; readonly status: Status }
  /** null is nobody. */
  | { readonly type: 'assign'; readonly to: string | null };

/** Who acts, and what is known around the ticket. */
export interface Setting {
  readonly by: string;
  /** What came back from an address. */
  readonly failed: (address: string) => FailedAddress | null;
  /** Names of the staff. */
  readonly staff: readonly string[];
}

export interface DeskResult {
  readonly changes: readonly Change[];
  readonly drafts: readonly TicketDraft[];
}

export interface Refusal {
  readonly refused: string;
}

export function perform(ticket: Ticket, action: Action, setting: Setting): DeskResult | Refusal {
  switch (action.type) {
    case 'reply':
      return answer(ticket, action.text, setting);
    case 'note':
      return note(ticket, action.text, setting);
    case 'status':
      return { changes: statusChanges(ticket, action.status, setting.by), drafts: [] };
    case 'assign':
      return assign(ticket, action.to, setting);
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

function note(ticket: Ticket, text: string, { by }: Setting): DeskResult | Refusal {
  if (text.trim() === '') return { refused: 'a note needs a text' };
  const serial = nextSerial(ticket);
  const noted = {
    type: 'note.added',
    ticket: ticket.id,
    serial,
    text: asWritten(text),
    by,
  } as const;
  return { changes: [noted], drafts: [] };
}

function assign(ticket: Ticket, to: string | null, { by, staff }: Setting): DeskResult | Refusal {
  if (to !== null && !staff.includes(to)) {
    return {
      refused: `"${to}" is none of the staff: ${staff.join(', ') || 'nobody is, in the config'}`,
    };
  }
  const from = ticket.assignee ?? null;
  const assigned = { type: 'ticket.assigned', ticket: ticket.id, from, to, by } as const;
  return { changes: from === to ? [] : [assigned], drafts: [] };
}

function answer(ticket: Ticket, text: string, { by, failed }: Setting): DeskResult | Refusal {
  if (text.trim() === '') return { refused: 'an answer needs a text: nothing was sent' };
  if (ticket.requester === null) {
    return { refused: `${ticket.id} has no requester: there is nobody to answer` };
  }
  const requester = ticket.requester;
  const failing = failingVerdict(failed(requester.address));
  if (failing !== null) {
    const { address } = requester;
    return { refused: `${failing.evidence}: mailrobot address clear ${address} allows it again` };
  }
  const isHis = (message: Message): boolean =>
    message.direction === 'in' &&
    message.trust !== 'automatic' &&
    message.from !== null &&
    sameAddress(message.from.address, requester.address);
  const mails = mailsOf(ticket);
  const his = mails.findLast(isHis);
  const between = mails.filter((message) => message.direction === 'out' || isHis(message));
  const draft: TicketDraft = {
    kind: 'answer',
    ticket: ticket.id,
    queue: ticket.queue,
    serial: nextSerial(ticket),
    to: requester,
    subject: ticket.subject,
    inReplyTo: his?.messageId ?? null,
    references: between.flatMap(({ messageId }) => messageId ?? []),
    text: asWritten(text),
    by,
  };
  return { changes: statusChanges(ticket, 'pending', by), drafts: [draft] };
}

function statusChanges(ticket: Ticket, to: Status, by: string): readonly Change[] {
  if (ticket.status === to) return [];
  return [{ type: 'ticket.status', ticket: ticket.id, from: ticket.status, to, by }];
}

/** Lines ended by LF, without empty ones around them. */
function asWritten(text: string): string {
  return `${text
    .replace(/\r\n?/g, '\n')
    .replace(/^(?:[ \t]*\n)+/, '')
    .trimEnd()}\n`;
}
