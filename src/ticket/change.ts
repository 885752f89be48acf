/**
 * What can happen to the desk, and what a ticket looks like afterwards.
 *
 * A Change is one fact of the journal; `applyChange` folds a fact into a
 * ticket. Pure: the same changes in the same order give the same ticket on
 * any machine and in any year, which is what lets the store rebuild its
 * documents from the journal. A change that does not fit throws a TypeError:
 * the journal was damaged or written by a newer program.
 */
import type { Verdict } from './decision.ts';
import type { HeldMail } from './held.ts';
import {
  type Delivery,
  type Mailbox,
  type Message,
  type Note,
  type Priority,
  type Status,
  sameAddress,
  type Ticket,
  type TicketId,
} from './ticket.ts';

export type Change =
  | {
      readonly type: 'ticket.created';
      readonly ticket: TicketId;
      readonly number: number;
      readonly queue: string;
      readonly subject: string;
      readonly requester: Mailbox | null;
    }
  | { readonly type: 'message.added'; readonly ticket: TicketId; readonly message: Message }
  | {
      readonly type: 'ticket.status';
      readonly ticket: TicketId;
      readonly from: Status;
      readonly to: Status;
      readonly by: string;
    }
  | {
      readonly type: 'ticket.assigned';
      readonly ticket: TicketId;
      readonly from: string | null;
      readonly to: string | null;
      readonly by: string;
    }
  | ({
      readonly type: 'note.added';
      readonly ticket: TicketId;
    } & Pick<Note, 'serial' | 'text' | 'by' | 'written'> &
      Partial<Pick<Note, 'attachments'>>)
  | {
      readonly type: 'ticket.tagged';
      readonly ticket: TicketId;
      readonly added: readonly string[];
      readonly removed: readonly string[];
      readonly by: string;
    }
  | {
      readonly type: 'ticket.priority';
      readonly ticket: TicketId;
      readonly from: Priority;
      readonly to: Priority;
      readonly by: string;
    }
  | {
      readonly type: 'ticket.retitled';
      readonly ticket: TicketId;
      readonly from: string;
      readonly to: string;
      readonly by: string;
    }
  | {
      readonly type: 'ticket.participants';
      readonly ticket: TicketId;
      readonly added: readonly Mailbox[];
      readonly removed: readonly string[];
      readonly by: string;
    }
  /** A person on the ticket wants no more mail about it, or wants it again. */
  | {
      readonly type: 'ticket.muted';
      readonly ticket: TicketId;
      readonly address: string;
      readonly isMuted: boolean;
      readonly by: string;
    }
  /** Its mail goes to another one from now on, which is told by `ticket.absorbed`. */
  | {
      readonly type: 'ticket.merged';
      readonly ticket: TicketId;
      readonly into: TicketId;
      readonly by: string;
    }
  | { readonly type: 'ticket.absorbed'; readonly ticket: TicketId; readonly other: TicketId }
  /** One of its messages begins another one. */
  | {
      readonly type: 'ticket.split';
      readonly ticket: TicketId;
      readonly serial: number;
      readonly to: TicketId;
      readonly by: string;
    }
  /** No automatic answer went out, and why. */
  | { readonly type: 'reply.silenced'; readonly ticket: TicketId; readonly reason: Verdict }
  /** Mail that is kept and belongs to no ticket: its raw copy and why. */
  | {
      readonly type: 'mail.recorded';
      readonly raw: string;
      readonly reason: string;
      readonly evidence: string;
      /** A machine wrote it: its raw copy is removed after a time. */
      readonly expires: boolean;
    }
  /** A machine has answered a mail that is in no ticket. */
  | {
      readonly type: 'mail.answered';
      readonly address: string;
      readonly about: 'control' | 'help' | 'returned';
    }
  /** Their raw copies are removed; `mails` are the numbers of the commits that brought them. */
  | { readonly type: 'mail.expired'; readonly mails: readonly number[] }
  /** A mail of ours came back, by a report that carries our signature. */
  | {
      readonly type: 'mail.bounced';
      readonly ticket: TicketId;
      readonly serial: number;
      readonly status: string;
      readonly reason: string;
    }
  /** And its address failed for good (failing.ts counts). */
  | {
      readonly type: 'address.failed';
      readonly address: string;
      readonly ticket: TicketId;
      readonly serial: number;
      readonly status: string;
      readonly reason: string;
    }
  /** Mail from there opens nothing, and none of ours goes there. */
  | { readonly type: 'address.blocked'; readonly address: string; readonly by: string }
  /** What came back from there is forgotten, and so is that it was blocked. */
  | { readonly type: 'address.cleared'; readonly address: string; readonly by: string }
  /** Whoever of the desk is to know what the notices until now say has been written to. */
  | { readonly type: 'staff.notified'; readonly people: readonly string[] }
  /** Mail that waits for a person to let it in or throw it away. */
  | { readonly type: 'mail.held'; readonly mail: HeldMail }
  /** What became of it; `held` is its id. */
  | {
      readonly type: 'mail.released' | 'mail.discarded';
      readonly held: number;
      readonly by: string;
    }
  /** The MTA has taken the mail, or never will; `mail` is its id in the outbox. No ticket: a notice. */
  | {
      readonly type: 'reply.sent';
      readonly ticket: TicketId | null;
      readonly serial: number;
      readonly mail: string;
    }
  | {
      readonly type: 'reply.failed';
      readonly ticket: TicketId | null;
      readonly serial: number;
      readonly mail: string;
      readonly reason: string;
    };

export function applyChange(ticket: Ticket | null, change: Change, at: string): Ticket | null {
  switch (change.type) {
    case 'ticket.created':
      if (ticket !== null) throw new TypeError(`${change.ticket} is created twice`);
      return {
        id: change.ticket,
        number: change.number,
        queue: change.queue,
        status: 'new',
        subject: change.subject,
        requester: change.requester,
        ...UNSORTED,
        createdAt: at,
        updatedAt: at,
        messages: [],
      };
    case 'message.added': {
      const known = present(ticket, change.ticket);
      return { ...known, updatedAt: at, messages: [...known.messages, change.message] };
    }
    case 'ticket.status':
      return { ...present(ticket, change.ticket), status: change.to, updatedAt: at };
    case 'ticket.assigned':
      return { ...present(ticket, change.ticket), assignee: change.to, updatedAt: at };
    case 'ticket.priority':
      return { ...present(ticket, change.ticket), priority: change.to, updatedAt: at };
    case 'ticket.retitled':
      return { ...present(ticket, change.ticket), subject: change.to, updatedAt: at };
    case 'ticket.tagged': {
      const known = present(ticket, change.ticket);
      const kept = known.tags.filter((tag) => !change.removed.includes(tag));
      return { ...known, tags: [...kept, ...change.added], updatedAt: at };
    }
    case 'ticket.participants': {
      const known = present(ticket, change.ticket);
      const kept = known.participants.filter(({ address }) => !isAmong(change.removed, address));
      return { ...known, participants: [...kept, ...change.added], updatedAt: at };
    }
    case 'ticket.muted': {
      const known = present(ticket, change.ticket);
      const others = known.muted.filter((silent) => !sameAddress(silent, change.address));
      return { ...known, muted: change.isMuted ? [...others, change.address] : others };
    }
    case 'ticket.merged':
      return { ...present(ticket, change.ticket), mergedInto: change.into, updatedAt: at };
    case 'ticket.absorbed': {
      const known = present(ticket, change.ticket);
      return { ...known, merged: [...known.merged, change.other], updatedAt: at };
    }
    case 'ticket.split': {
      const known = present(ticket, change.ticket);
      const messages = known.messages.map((message) =>
        message.serial === change.serial && message.direction !== 'internal'
          ? { ...message, movedTo: change.to }
          : message,
      );
      return { ...known, messages, updatedAt: at };
    }
    case 'note.added': {
      const known = present(ticket, change.ticket);
      const { serial, text, by, attachments = [], written } = change;
      const note: Note = {
        ...{ serial, direction: 'internal', date: at, by, text, attachments },
        ...(written !== undefined && { written }),
      };
      return { ...known, updatedAt: at, messages: [...known.messages, note] };
    }
    case 'reply.sent':
      // It may have come back before we write down that it has gone.
      return withDelivery(present(ticket, change.ticket), change.serial, (before) =>
        before === 'waiting' ? 'sent' : before,
      );
    case 'reply.failed':
      return withDelivery(present(ticket, change.ticket), change.serial, () => 'failed');
    case 'mail.bounced':
      return withDelivery(present(ticket, change.ticket), change.serial, () => 'bounced');
    case 'reply.silenced': {
      const { check, evidence } = change.reason;
      return { ...present(ticket, change.ticket), silence: `${check}: ${evidence}` };
    }
    case 'address.failed':
    case 'address.cleared':
    case 'address.blocked':
    case 'staff.notified':
    case 'mail.recorded':
    case 'mail.answered':
    case 'mail.expired':
    case 'mail.held':
    case 'mail.released':
    case 'mail.discarded':
      return ticket;
  }
}

/** What nobody has said of a ticket yet; also of one that an older program wrote. */
export const UNSORTED = {
  assignee: null,
  tags: [],
  priority: 'normal',
  participants: [],
  muted: [],
  mergedInto: null,
  merged: [],
} as const;

function isAmong(addresses: readonly string[], address: string): boolean {
  return addresses.some((other) => sameAddress(other, address));
}

/** The ticket that a change belongs to, or null for one about no ticket. */
export function ticketOf(change: Change): TicketId | null {
  return 'ticket' in change ? change.ticket : null;
}

function withDelivery(
  ticket: Ticket,
  serial: number,
  after: (before: Delivery) => Delivery,
): Ticket {
  const messages = ticket.messages.map((message) =>
    message.direction === 'out' && message.serial === serial
      ? { ...message, delivery: after(message.delivery) }
      : message,
  );
  return { ...ticket, messages };
}

function present(ticket: Ticket | null, id: TicketId | null): Ticket {
  if (ticket === null) throw new TypeError(`a change names ${id}, which does not exist yet`);
  return ticket;
}
