/**
 * The kinds of events that the desk tells of, and what is private among them. Public:
 * events.schema.json has one shape for each.
 */

export const SCOPES = ['notes', 'held'] as const;
/** What is private: notes of the desk, and mail that nobody has let in. */
export type Scope = (typeof SCOPES)[number];

export const EVENT_TYPES = [
  'ticket.created',
  'ticket.received',
  'ticket.proven',
  'ticket.replied',
  'ticket.noted',
  'ticket.status',
  'ticket.assigned',
  'ticket.tagged',
  'ticket.priority',
  'ticket.field',
  'ticket.retitled',
  'ticket.requester',
  'ticket.participants',
  'ticket.muted',
  'ticket.watched',
  'ticket.merged',
  'ticket.split',
  'ticket.linked',
  'ticket.moved',
  'ticket.silenced',
  'ticket.legalhold',
  'ticket.snoozed',
  'ticket.woken',
  'ticket.overdue',
  'ticket.reminded',
  'ticket.rated',
  'reply.sent',
  'reply.failed',
  'reply.unknown',
  'reply.undone',
  'mail.bounced',
  'mail.recorded',
  'mail.held',
  'mail.released',
  'mail.discarded',
  'plan.made',
  'plan.confirmed',
  'plan.doubted',
  'plan.ended',
  'address.failed',
  'address.blocked',
  'address.cleared',
  'recipient.added',
  'recipient.removed',
  'person.erased',
  'feed.reset',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** `wanted` is a type, or `ticket.*` for all that begin so. */
export function isOfType(type: string, wanted: string): boolean {
  return wanted.endsWith('.*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted;
}

export function isEventPattern(wanted: string): boolean {
  return EVENT_TYPES.some((type) => isOfType(type, wanted));
}
