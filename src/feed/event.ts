/**
 * The journal as events: one CloudEvent (CloudEvents 1.0, JSON format) for each
 * change that somebody outside may want to know of.
 *
 * `id` is the event's cursor: epoch, commit, place within the commit, hash. `source` is
 * this desk, or the system whose event was carried out (`originid` is that event's
 * id), so that whoever began it knows their own again. What is internal belongs to a
 * scope and goes only to those who ask for it. Pure.
 */
import type { LoggedCommit } from '../journal/log.ts';
import type { Change } from '../ticket/change.ts';
import { ERASED } from '../ticket/erased.ts';
import type { EventType, Scope } from '../ticket/event-type.ts';
import type { Attachment, Message, TicketId } from '../ticket/ticket.ts';
import { cursorText } from './cursor.ts';

/** Type and data of an event, and the scope that it needs. */
export interface Fact {
  readonly type: EventType;
  /** What it is about, if it is about a ticket. */
  readonly ticket: TicketId | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly scope?: Scope;
}

export interface FeedEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: EventType;
  readonly time: string;
  readonly subject?: TicketId;
  /** Extension: the id that the event had at its `source`. */
  readonly originid?: string;
  readonly datacontenttype: 'application/json';
  readonly data: Readonly<Record<string, unknown>>;
}

/** A commit as the feed needs it. */
export type FeedCommit = LoggedCommit & { readonly epoch: string };

export interface Placed {
  /** Position within its commit. */
  readonly n: number;
  readonly event: FeedEvent;
  readonly scope: Scope | null;
}

/** The events of a commit in their order; `desk` is our own source. */
export function eventsOf(commit: FeedCommit, desk: string): readonly Placed[] {
  const facts: readonly (Fact | null)[] = commit.isRestored
    ? [{ type: 'feed.reset', ticket: null, data: { reason: 'restored' } }]
    : commit.changes.map(factOf);
  return facts.flatMap((fact, n) =>
    fact === null ? [] : [{ n, event: eventOf(fact, n, commit, desk), scope: fact.scope ?? null }],
  );
}

/** For whoever stood behind a commit that a failover has lost: they go on from another one. */
export function lostEvent(id: string, desk: string, time: string): Placed {
  const event: FeedEvent = {
    ...{ specversion: '1.0', id, source: desk, type: 'feed.reset', time },
    ...{ datacontenttype: 'application/json', data: { reason: 'failover' } },
  };
  return { n: 0, event, scope: null };
}

function eventOf(fact: Fact, n: number, commit: FeedCommit, desk: string): FeedEvent {
  const { epoch, time } = commit;
  // What became of our mail is written down with whatever is committed next.
  const origin = fact.type.startsWith('reply.') ? null : commit.origin;
  return {
    specversion: '1.0',
    id: cursorText(epoch, commit, n),
    source: origin?.source || desk,
    type: fact.type,
    time,
    ...(fact.ticket !== null && { subject: fact.ticket }),
    // What came of one order is told apart, for whoever gets it passed on.
    ...(origin !== null && { originid: n === 0 ? origin.id : `${origin.id}/${n}` }),
    datacontenttype: 'application/json',
    data: { ...(fact.ticket !== null && { ticket: fact.ticket }), ...fact.data },
  };
}

/** null for what is nobody's business outside. */
function factOf(change: Change): Fact | null {
  switch (change.type) {
    case 'ticket.created': {
      const { ticket, queue, subject, requester } = change;
      return { type: 'ticket.created', ticket, data: { queue, subject, requester } };
    }
    case 'message.added':
      return messageFact(change.ticket, change.message);
    case 'message.proven': {
      const { ticket, serial, from, to: trust } = change;
      return { type: 'ticket.proven', ticket, data: { serial, trust, from } };
    }
    case 'note.added': {
      const { ticket, serial, text, by } = change;
      return { type: 'ticket.noted', ticket, data: { serial, text, by }, scope: 'notes' };
    }
    case 'ticket.status': {
      const { ticket, from, to, by } = change;
      return { type: 'ticket.status', ticket, data: { status: to, from, by } };
    }
    case 'ticket.assigned': {
      const { ticket, from, to, by } = change;
      return { type: 'ticket.assigned', ticket, data: { assignee: to, from, by } };
    }
    case 'ticket.tagged': {
      const { ticket, added, removed, by } = change;
      return { type: 'ticket.tagged', ticket, data: { added, removed, by } };
    }
    case 'ticket.priority': {
      const { ticket, from, to, by } = change;
      return { type: 'ticket.priority', ticket, data: { priority: to, from, by } };
    }
    case 'ticket.field': {
      const { ticket, field, value, isFound = false, by } = change;
      return { type: 'ticket.field', ticket, data: { field, value, isFound, by } };
    }
    case 'ticket.retitled': {
      const { ticket, from, to, by } = change;
      return { type: 'ticket.retitled', ticket, data: { subject: to, from, by } };
    }
    case 'ticket.requester': {
      const { ticket, from, to, by } = change;
      return { type: 'ticket.requester', ticket, data: { requester: to, from, by } };
    }
    case 'ticket.participants': {
      const { ticket, added, removed, by } = change;
      return { type: 'ticket.participants', ticket, data: { added, removed, by } };
    }
    case 'ticket.muted': {
      const { ticket, address, isMuted, by } = change;
      return { type: 'ticket.muted', ticket, data: { address, isMuted, by } };
    }
    case 'ticket.watched': {
      const { ticket, person, isWatching, by } = change;
      return { type: 'ticket.watched', ticket, data: { person, isWatching, by } };
    }
    case 'ticket.merged': {
      const { ticket, into, by } = change;
      return { type: 'ticket.merged', ticket, data: { into, by } };
    }
    case 'ticket.split': {
      const { ticket, serial, to, by } = change;
      return { type: 'ticket.split', ticket, data: { serial, to, by } };
    }
    case 'ticket.moved': {
      const { ticket, from, queue, into: address, by } = change;
      return { type: 'ticket.moved', ticket, data: { queue, from, address, by } };
    }
    case 'ticket.linked': {
      const { ticket, other } = change;
      return { type: 'ticket.linked', ticket, data: { other } };
    }
    case 'reply.silenced': {
      const { ticket, reason } = change;
      return { type: 'ticket.silenced', ticket, data: { ...reason } };
    }
    case 'ticket.snoozed': {
      const { ticket, until, timeZone, by } = change;
      return { type: 'ticket.snoozed', ticket, data: { until, timeZone, by } };
    }
    case 'ticket.woken': {
      const { ticket, until, assignee } = change;
      return { type: 'ticket.woken', ticket, data: { until, assignee } };
    }
    case 'ticket.overdue': {
      const { ticket, since, assignee, workingSeconds } = change;
      const worked = workingSeconds === undefined ? {} : { workingSeconds };
      return { type: 'ticket.overdue', ticket, data: { since, assignee, ...worked } };
    }
    case 'ticket.reminded': {
      const { ticket, silence } = change;
      return { type: 'ticket.reminded', ticket, data: { silence: silence ?? null } };
    }
    case 'ticket.rated': {
      const { ticket, serial, score, person = null } = change;
      return { type: 'ticket.rated', ticket, data: { score, person, question: serial } };
    }
    case 'reply.sent':
    case 'reply.failed': {
      const { ticket, serial, type } = change;
      // A notice to the staff is the desk's own affair.
      if (ticket === null) return null;
      const why = change.type === 'reply.failed' ? { reason: change.reason } : {};
      return { type, ticket, data: { serial, ...why } };
    }
    case 'reply.unknown': {
      const { ticket, serial, again } = change;
      return ticket === null ? null : { type: 'reply.unknown', ticket, data: { serial, again } };
    }
    case 'reply.undone': {
      const { type, ticket, serial, by } = change;
      return ticket === null ? null : { type, ticket, data: { serial, by } };
    }
    case 'mail.bounced': {
      const { ticket, serial, status, reason } = change;
      return { type: 'mail.bounced', ticket, data: { serial, status, reason } };
    }
    case 'mail.recorded': {
      const { reason: check, evidence } = change;
      return { type: 'mail.recorded', ticket: null, data: { check, evidence }, scope: 'held' };
    }
    case 'mail.held': {
      const { id: held, ticket, queue, from, subject, reason } = change.mail;
      const data = { held, queue, from, subject, ...reason };
      return { type: 'mail.held', ticket, data, scope: 'held' };
    }
    case 'mail.released':
    case 'mail.discarded': {
      const { held, by, type } = change;
      return { type, ticket: null, data: { held, by }, scope: 'held' };
    }
    case 'address.failed': {
      const { address, ticket, serial, status, reason } = change;
      return { type: 'address.failed', ticket, data: { address, serial, status, reason } };
    }
    case 'address.blocked': {
      const { address, by, isProven, type } = change;
      const data = { address, by, ...(isProven !== undefined && { isProven }) };
      return { type, ticket: null, data };
    }
    case 'address.cleared': {
      const { address, by, type } = change;
      return { type, ticket: null, data: { address, by } };
    }
    case 'recipient.added': {
      const { address, destination, before = null, by, type } = change;
      return { type, ticket: null, data: { address, destination, before, by } };
    }
    case 'recipient.removed': {
      const { address, destination, by, type } = change;
      return { type, ticket: null, data: { address, destination, by } };
    }
    case 'ticket.legalhold': {
      const { type, ticket, isOnHold, by } = change;
      return { type, ticket, data: { isOnHold, by } };
    }
    case 'person.erased': {
      const { type, tickets, by } = change;
      return { type, ticket: null, data: { tickets, by } };
    }
    case 'robot.queued': {
      const { confirms, robot, onTicket } = change;
      if (confirms === undefined) return null;
      return {
        type: 'plan.confirmed',
        ticket: onTicket,
        data: { run: confirms, robot },
        scope: 'held',
      };
    }
    case 'robot.planned': {
      const { run, robot, answerTo, onTicket } = change;
      const data = { run, robot, to: answerTo.address };
      return { type: 'plan.made', ticket: onTicket, data, scope: 'held' };
    }
    case 'robot.doubted': {
      const { run, robot } = change;
      return { type: 'plan.doubted', ticket: null, data: { run, robot }, scope: 'held' };
    }
    case 'robot.lapsed': {
      const { run, robot, why } = change;
      return {
        type: 'plan.ended',
        ticket: null,
        data: { run, robot, end: why, why: '' },
        scope: 'held',
      };
    }
    case 'robot.ended': {
      const { plan, robot, end, why } = change;
      if (plan === undefined) return null;
      return {
        type: 'plan.ended',
        ticket: null,
        data: { run: plan, robot, end, why },
        scope: 'held',
      };
    }
    // Told by `ticket.received` and `mail.bounced`, if it is news.
    case 'mail.reported':
    // Told by `mail.recorded`.
    case 'ticket.repeated':
    // Told by `ticket.moved`.
    case 'ticket.named':
    // Told by `ticket.merged`.
    case 'ticket.absorbed':
    case 'ticket.seen':
    // Told by `ticket.replied`.
    case 'ticket.asked':
    case 'mail.again':
    case 'mail.expired':
    case 'mail.answered':
    case 'template.failed':
    case 'staff.away':
    case 'staff.notified':
    // Whoever reads an event of the mail from now on reads it without them.
    case 'mail.blanked':
    // What it did is told, and so is a mail that is held.
    case 'robot.failed':
      return null;
  }
}

function messageFact(ticket: TicketId, message: Message): Fact {
  const { serial, subject, text, messageId } = message;
  if (message.direction === 'out') {
    const { to, automatic, by = null, copyOf, notBefore } = message;
    const data = {
      ...{ serial, to: to[0], subject, text, automatic, by, messageId },
      ...(copyOf !== undefined && { copyOf }),
      ...(notBefore !== undefined && { notBefore }),
    };
    return { type: 'ticket.replied', ticket, data };
  }
  const { from, replyTo, trust, report, fault, mark, asks, foundLines } = message;
  const attachments = message.attachments.filter(({ path }) => path !== ERASED).map(described);
  return {
    type: 'ticket.received',
    ticket,
    data: {
      ...{ serial, from, trust, subject, text, messageId, attachments },
      ...(replyTo !== undefined && { replyTo }),
      ...(mark !== undefined && { mark }),
      ...(asks !== undefined && { asks }),
      ...(report !== undefined && { report }),
      ...(foundLines !== undefined && { foundLines }),
      ...(fault !== undefined && { fault }),
    },
  };
}

function described(attachment: Attachment) {
  const { filename, contentType, size, sha256, foundIn, isUnpacked } = attachment;
  const marks = { ...(foundIn !== undefined && { foundIn }), ...(isUnpacked && { isUnpacked }) };
  return { filename, contentType, size, sha256, ...marks };
}
