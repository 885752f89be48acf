/**
 * Which tickets are wanted, and in what order: the conditions of `ticket list`.
 *
 * All of them must hold; of several values of one condition any will do, but for tags,
 * which a ticket must have all. Texts are compared without case. Pure.
 */
import { compareByField, type FieldCondition, meets, type NamedField } from './field-filter.ts';
import { isSnoozed } from './snoozed.ts';
import { PRIORITIES, type Priority, STATUSES, type Status, type TicketSummary } from './ticket.ts';

/** What is left out does not matter. */
export interface TicketFilter {
  readonly statuses: readonly Status[];
  readonly queues: readonly string[];
  /** Names, and null for nobody. */
  readonly assignees: readonly (string | null)[];
  /** All of them. */
  readonly tags: readonly string[];
  /** All of them. */
  readonly fields: readonly FieldCondition[];
  readonly requester: string | null;
  readonly text: string | null;
  /** Changed before, or since. */
  readonly before: Date | null;
  readonly since: Date | null;
  /** With a time: those alone that are snoozed then, or none of them. */
  readonly snoozed?: { readonly now: Date; readonly isWanted: boolean };
}

export const SORTS = ['created', 'updated', 'priority', 'status'] as const;
export type Sort = (typeof SORTS)[number] | NamedField;

export function isWanted(ticket: TicketSummary, filter: TicketFilter): boolean {
  const { statuses, queues, assignees, tags, fields, requester, text, before, since, snoozed } =
    filter;
  const has = (found: string | undefined, wanted: string | null) =>
    wanted === null || (found ?? '').toLowerCase().includes(wanted.toLowerCase());
  const { name = '', address = '' } = ticket.requester ?? {};
  const updated = Date.parse(ticket.updatedAt);
  return (
    (statuses.length === 0 || statuses.includes(ticket.status)) &&
    (queues.length === 0 || queues.includes(ticket.queue)) &&
    (assignees.length === 0 || assignees.includes(ticket.assignee)) &&
    tags.every((tag) => ticket.tags.includes(tag)) &&
    fields.every((condition) => meets(ticket, condition)) &&
    has(`${name} ${address}`, requester) &&
    has(ticket.subject, text) &&
    (before === null || updated < before.getTime()) &&
    (since === null || updated >= since.getTime()) &&
    (snoozed === undefined || isSnoozed(ticket, snoozed.now) === snoozed.isWanted)
  );
}

/** Newest, changed last, most urgent, or nearest to its beginning first. */
export function compareBy(sort: Sort): (a: TicketSummary, b: TicketSummary) => number {
  const rank = (priority: Priority) => PRIORITIES.indexOf(priority);
  const stage = (status: Status) => STATUSES.indexOf(status);
  if (typeof sort !== 'string') return compareByField(sort);
  switch (sort) {
    case 'created':
      return (a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt);
    case 'updated':
      return (a, b) => Date.parse(b.updatedAt) - Date.parse(a.updatedAt);
    case 'priority':
      return (a, b) => rank(b.priority) - rank(a.priority);
    case 'status':
      return (a, b) => stage(a.status) - stage(b.status);
  }
}
