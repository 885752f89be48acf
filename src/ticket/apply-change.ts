/**
 * What a ticket looks like after a change.
 *
 * Pure: the same changes in the same order give the same ticket on any machine and
 * in any year, which is what lets the store rebuild its documents from the journal.
 * A change that does not fit throws a TypeError: the journal was damaged or written
 * by a newer program.
 */
import type { Change } from './change.ts';
import { ERASED, isErased } from './erased.ts';
import {
  type Delivery,
  type Note,
  type OutgoingMessage,
  sameAddress,
  type Ticket,
  type TicketId,
} from './ticket.ts';
import { endsSnooze, waitingAfter } from './waiting.ts';

export function applyChange(before: Ticket | null, change: Change, at: string): Ticket | null {
  const after = changed(before, change, at);
  if (after === null) return null;
  const waiting = waitingAfter(before?.waiting ?? null, after, change, at);
  const now = waiting === after.waiting ? after : { ...after, waiting };
  return now.snoozed !== undefined && endsSnooze(change, now) ? awake(now, change, at) : now;
}

function awake({ snoozed: _, ...ticket }: Ticket, change: Change, at: string): Ticket {
  const { waiting } = ticket;
  const resumed = change.type === 'ticket.woken' ? change.until : at;
  return waiting === null ? ticket : { ...ticket, waiting: { ...waiting, resumed } };
}

function changed(ticket: Ticket | null, change: Change, at: string): Ticket | null {
  switch (change.type) {
    case 'ticket.created':
      if (ticket !== null) throw new TypeError(`${change.ticket} is created twice`);
      return {
        id: change.ticket,
        number: change.number,
        queue: change.queue,
        status: 'new',
        subject: change.subject,
        requester: change.requester && isErased(change.requester) ? null : change.requester,
        ...UNSORTED,
        language: change.language ?? null,
        createdAt: at,
        updatedAt: at,
        messages: [],
      };
    case 'message.added': {
      const known = present(ticket, change.ticket);
      return { ...known, updatedAt: at, messages: [...known.messages, change.message] };
    }
    case 'message.proven': {
      const known = present(ticket, change.ticket);
      const messages = known.messages.map((message) => {
        if (message.serial !== change.serial || message.direction !== 'in') return message;
        const { mark: _, ...unmarked } = message;
        const kept = change.isUnmarked ? unmarked : message;
        if (change.to === change.from) return kept;
        return { ...kept, trust: change.to, provenBy: change.raw };
      });
      const { silence: _, ...unsilenced } = known;
      return { ...(change.isUnmarked ? unsilenced : known), updatedAt: at, messages };
    }
    case 'ticket.status':
      return { ...present(ticket, change.ticket), status: change.to, updatedAt: at };
    case 'ticket.assigned':
      return { ...present(ticket, change.ticket), assignee: change.to, updatedAt: at };
    case 'ticket.priority':
      return { ...present(ticket, change.ticket), priority: change.to, updatedAt: at };
    case 'ticket.field': {
      const known = present(ticket, change.ticket);
      const { field, value, isFound } = change;
      const { [field]: _, ...others } = known.fields ?? {};
      const isGone = value === null || value === ERASED;
      const stands = isGone ? {} : { [field]: { value, ...(isFound && { isFound }) } };
      return { ...known, fields: { ...others, ...stands }, updatedAt: at };
    }
    case 'ticket.retitled':
      return { ...present(ticket, change.ticket), subject: change.to, updatedAt: at };
    case 'ticket.tagged': {
      const known = present(ticket, change.ticket);
      const kept = known.tags.filter((tag) => !change.removed.includes(tag));
      return { ...known, tags: [...kept, ...change.added], updatedAt: at };
    }
    case 'ticket.requester': {
      const known = present(ticket, change.ticket);
      const { from, to } = change;
      const others = known.participants.filter(
        ({ address }) => !isAmong([to.address, from?.address ?? ''], address),
      );
      const participants = from === null || isErased(from) ? others : [...others, from];
      return { ...known, requester: isErased(to) ? null : to, participants, updatedAt: at };
    }
    case 'ticket.participants': {
      const known = present(ticket, change.ticket);
      const kept = known.participants.filter(({ address }) => !isAmong(change.removed, address));
      const added = change.added.filter((person) => !isErased(person));
      return { ...known, participants: [...kept, ...added], updatedAt: at };
    }
    case 'ticket.muted': {
      const known = present(ticket, change.ticket);
      if (isErased(change)) return known;
      const others = known.muted.filter((silent) => !sameAddress(silent, change.address));
      return { ...known, muted: change.isMuted ? [...others, change.address] : others };
    }
    case 'ticket.watched': {
      const known = present(ticket, change.ticket);
      return { ...known, watching: { ...known.watching, [change.person]: change.isWatching } };
    }
    case 'ticket.seen': {
      const known = present(ticket, change.ticket);
      const { person, serial, isClosed } = change;
      return { ...known, seen: { ...known.seen, [person]: { serial, isClosed } } };
    }
    case 'ticket.legalhold': {
      const { legalHold: _, ...known } = present(ticket, change.ticket);
      return change.isOnHold ? { ...known, legalHold: true } : known;
    }
    case 'ticket.merged':
      return { ...present(ticket, change.ticket), mergedInto: change.into, updatedAt: at };
    case 'ticket.absorbed': {
      const known = present(ticket, change.ticket);
      return { ...known, merged: [...known.merged, change.other], updatedAt: at };
    }
    case 'ticket.moved': {
      const { address: _, ...known } = present(ticket, change.ticket);
      const { id, names = [] } = known;
      const { queue, into } = change;
      const isKnown = into === id || names.includes(into);
      return {
        ...{ ...known, queue, updatedAt: at },
        ...(into !== id && { address: into }),
        ...(!isKnown && { names: [...names, into] }),
      };
    }
    case 'ticket.named': {
      if (ticket !== null) throw new TypeError(`${change.ticket} is named, and there already`);
      const { number, queue, into } = change;
      return {
        ...{ id: change.ticket, number, queue, status: 'resolved', subject: '', requester: null },
        ...{ ...UNSORTED, mergedInto: into, isName: true, createdAt: at, updatedAt: at },
        messages: [],
      };
    }
    case 'ticket.linked': {
      const known = present(ticket, change.ticket);
      const { linked = [] } = known;
      // A ticket that rests goes on resting.
      return linked.includes(change.other)
        ? known
        : { ...known, linked: [...linked, change.other] };
    }
    case 'ticket.repeated': {
      const known = present(ticket, change.ticket);
      const count = (known.repeated?.count ?? 0) + 1;
      return { ...known, repeated: { count, last: at }, updatedAt: at };
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
      return withOutgoing(present(ticket, change.ticket), change.serial, (message) => ({
        ...message,
        delivery: 'failed',
        failure: change.reason,
      }));
    case 'reply.unknown':
      return withDelivery(
        present(ticket, change.ticket),
        change.serial,
        (before) => (before === 'waiting' && !change.again ? 'unknown' : before),
        change.again,
      );
    case 'reply.undone':
      return withDelivery(
        unasked(present(ticket, change.ticket), change.serial),
        change.serial,
        () => 'undone',
      );
    case 'mail.bounced':
      return withDelivery(present(ticket, change.ticket), change.serial, () => 'bounced');
    case 'mail.reported':
      return withOutgoing(present(ticket, change.ticket), change.serial, (message) => ({
        ...message,
        reports: (message.reports ?? 0) + 1,
      }));
    case 'reply.silenced': {
      const { check, evidence } = change.reason;
      return { ...present(ticket, change.ticket), silence: `${check}: ${evidence}` };
    }
    case 'ticket.snoozed': {
      const known = present(ticket, change.ticket);
      const { until, timeZone, by } = change;
      return until === null ? known : { ...known, snoozed: { until, timeZone, by } };
    }
    case 'ticket.asked':
    case 'ticket.rated': {
      const score = 'score' in change ? change.score : null;
      const rating = { question: change.serial, score, at };
      return { ...present(ticket, change.ticket), rating };
    }
    case 'ticket.overdue':
    case 'ticket.reminded':
    case 'ticket.woken':
      return present(ticket, change.ticket);
    case 'template.failed':
    case 'address.failed':
    case 'address.cleared':
    case 'address.blocked':
    case 'recipient.added':
    case 'recipient.removed':
    case 'staff.away':
    case 'staff.notified':
    case 'mail.again':
    case 'mail.recorded':
    case 'mail.answered':
    case 'mail.expired':
    case 'mail.held':
    case 'mail.released':
    case 'mail.discarded':
    case 'person.erased':
    case 'mail.blanked':
    case 'robot.queued':
    case 'robot.failed':
    case 'robot.ended':
    case 'robot.planned':
    case 'robot.doubted':
    case 'robot.lapsed':
      return ticket;
  }
}

/** How every ticket begins; a document of an older program, too, is read as if it said so. */
export const UNSORTED = {
  assignee: null,
  tags: [],
  priority: 'normal',
  participants: [],
  muted: [],
  mergedInto: null,
  merged: [],
  language: null,
  waiting: null,
} as const;

function isAmong(addresses: readonly string[], address: string): boolean {
  return addresses.some((other) => sameAddress(other, address));
}

function withDelivery(
  ticket: Ticket,
  serial: number,
  after: (before: Delivery) => Delivery,
  isRepeated = false,
): Ticket {
  const repeated = isRepeated ? ({ repeated: true } as const) : {};
  return withOutgoing(ticket, serial, (message) => ({
    ...message,
    delivery: after(message.delivery),
    ...repeated,
  }));
}

/** If the question was taken back. */
function unasked(ticket: Ticket, serial: number): Ticket {
  const { rating, ...others } = ticket;
  return rating?.question === serial ? others : ticket;
}

function withOutgoing(
  ticket: Ticket,
  serial: number,
  after: (before: OutgoingMessage) => OutgoingMessage,
): Ticket {
  const messages = ticket.messages.map((message) =>
    message.direction === 'out' && message.serial === serial ? after(message) : message,
  );
  return { ...ticket, messages };
}

function present(ticket: Ticket | null, id: TicketId | null): Ticket {
  if (ticket === null) throw new TypeError(`a change names ${id}, which does not exist yet`);
  return ticket;
}
