/**
 * The feed in: a line of JSON as an order to the desk.
 *
 * Takes what `events` gives (a CloudEvent) and the short form that is easy to write,
 * `{"type": "ticket.reply", "ticket": "SUPPORT-7102", "text": "…", "by": "…"}`; TYPES is
 * the one mapping between the two. An event of this very desk is `own` and not carried
 * out again; one that orders nothing is `ignored`. Pure.
 */

import * as v from 'valibot';
import type { Action } from '../desk/action.ts';
import { readCommand } from '../desk/grammar.ts';
import type { NewTicket } from '../desk/perform.ts';
import type { RecipientOrder } from '../recipients/change.ts';
import { readAddress, readRecipient } from '../recipients/recipient.ts';
import { EVENT_TYPES } from '../ticket/event-type.ts';
import { parseTicketName, type TicketNames } from '../ticket/id.ts';
import type { Origin } from '../ticket/origin.ts';
import type { Refusal } from '../ticket/refusal.ts';
import { STATUSES } from '../ticket/ticket.ts';
import type { NamedOrder } from './order.ts';

/** Event that is given, and order that is taken. */
const TYPES = {
  'ticket.created': 'create',
  'ticket.create': 'create',
  'ticket.replied': 'reply',
  'ticket.reply': 'reply',
  'ticket.noted': 'note',
  'ticket.note': 'note',
  'ticket.status': 'status',
  'ticket.assigned': 'assign',
  'ticket.assign': 'assign',
  'ticket.command': 'command',
  'recipient.added': 'recipient-add',
  'recipient.add': 'recipient-add',
  'recipient.removed': 'recipient-remove',
  'recipient.remove': 'recipient-remove',
} as const;
type Kind = (typeof TYPES)[keyof typeof TYPES];
const ORDERS =
  'ticket.create, ticket.reply, ticket.note, ticket.status, ticket.assign, ticket.command, recipient.add or recipient.remove';

export type Reading =
  | { readonly type: 'order'; readonly order: NamedOrder }
  | {
      readonly type: 'recipient';
      readonly order: RecipientOrder;
      readonly by: string;
      readonly origin: Origin | null;
    }
  | { readonly type: 'own' | 'ignored' }
  | { readonly type: 'error'; readonly error: string };

/** The desk that the orders are for. */
export interface OrderedDesk {
  /** Our own events come from it, whatever the domain was then: see `sourceOf`. */
  readonly source: string;
  readonly names: TicketNames;
  /** Who gives the orders that do not say. */
  readonly by: string;
}

/** Characters: far more than a person writes, and little enough to be shown. */
const NAME_LENGTH = 300;
const SUBJECT_LENGTH = 2000;
const TEXT_LENGTH = 1_000_000;
const text = (most: number) =>
  v.pipe(v.string('a text'), v.maxLength(most, `a text of at most ${most} characters`));
const Name = text(NAME_LENGTH);
const Text = text(TEXT_LENGTH);
const Id = v.optional(v.pipe(text(SUBJECT_LENGTH), v.minLength(1, 'an id')));
const Address = v.pipe(
  v.string('an address'),
  v.regex(/^[^\s<>@,;]{1,64}@[^\s<>@,;]{1,253}$/, 'an address such as nic@ferrier.example'),
);

/** null says the same as nothing: see `known`. */
const DATA = {
  create: v.strictObject({
    queue: v.optional(Name),
    subject: v.pipe(text(SUBJECT_LENGTH), v.minLength(1, 'a subject')),
    requester: v.optional(
      v.strictObject(
        { name: v.optional(Name, ''), address: Address },
        'an object with name and address',
      ),
    ),
    text: v.optional(Text, ''),
  }),
  reply: v.strictObject({
    text: Text,
    automatic: v.optional(v.boolean('true or false'), false),
    copyOf: v.optional(v.number('a number')),
  }),
  note: v.strictObject({ text: Text }),
  status: v.strictObject({
    status: v.picklist(STATUSES, 'new, open, pending or resolved'),
  }),
  assign: v.strictObject({ assignee: v.optional(Name) }),
  command: v.strictObject({ command: text(SUBJECT_LENGTH) }),
  'recipient-add': v.strictObject({ address: Name, destination: Name }),
  'recipient-remove': v.strictObject({ address: Name }),
} as const;

const Envelope = v.strictObject({
  type: Name,
  ticket: v.optional(Name),
  by: v.optional(Name),
  id: Id,
  source: v.optional(text(SUBJECT_LENGTH), ''),
  originid: Id,
});

export function readOrder(line: string, desk: OrderedDesk): Reading {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return wrong('not JSON');
  }
  if (!isObject(value)) return wrong('not an object');
  try {
    return read(value, desk);
  } catch (error) {
    if (error instanceof v.ValiError) return wrong(problemOf(error.issues[0]));
    throw error;
  }
}

/** Throws a ValiError where a value is not what its schema wants. */
function read(value: Readonly<Record<string, unknown>>, desk: OrderedDesk): Reading {
  const { data: given, subject } = value;
  const data = isObject(given) ? given : value;
  // A CloudEvent names the ticket as its subject; in the short form that is a subject.
  const ticket = asText(data['ticket'] ?? (isObject(given) ? subject : null));
  const about = { ...value, ticket, by: data['by'], id: asText(value['id']) };
  const envelope = v.parse(Envelope, known(Envelope, about));
  const { type, source } = envelope;
  if (isSameDesk(source, desk.source)) return { type: 'own' };
  const kind = kindOf(type);
  if (kind === null) {
    const isEvent = EVENT_TYPES.some((event) => event === type);
    return isEvent ? { type: 'ignored' } : wrong(`"type" holds "${type}": must be ${ORDERS}`);
  }
  const unknown = isObject(given) ? undefined : unknownKey(kind, value);
  if (unknown !== undefined) return wrong(`"${unknown}" is no part of ${type}`);
  return orderOf(kind, data, envelope, desk);
}

function orderOf(
  kind: Kind,
  data: Readonly<Record<string, unknown>>,
  about: v.InferOutput<typeof Envelope>,
  desk: OrderedDesk,
): Reading {
  const { id, originid, source } = about;
  const by = about.by || source || desk.by;
  const named = about.ticket === undefined ? {} : { ticket: about.ticket };
  const origin: Origin | null = id === undefined ? null : { source, id: originid ?? id, ...named };
  if (kind === 'create') {
    const ticket = newTicket(v.parse(DATA.create, known(DATA.create, data)), desk);
    return { type: 'order', order: { type: 'create', ticket, by, origin } };
  }
  if (kind === 'recipient-add' || kind === 'recipient-remove') {
    const order = recipientOrder(kind, data);
    if ('refused' in order) return wrong(order.refused);
    return { type: 'recipient', order, by, origin };
  }
  const action = actionOf(kind, data, desk.names);
  if (action !== null && 'refused' in action) return wrong(`"command": ${action.refused}`);
  if (about.ticket === undefined) return wrong('"ticket" is missing');
  const ticket = parseTicketName(about.ticket, desk.names);
  const mayBeKnown = origin !== null && source !== '';
  if (ticket === null && !mayBeKnown) {
    return wrong(`"ticket" holds "${about.ticket}", which is not a ticket id`);
  }
  if (kind === 'assign' && !Object.hasOwn(data, 'assignee')) return wrong('"assignee" is missing');
  if (action === null) return { type: 'ignored' };
  return { type: 'order', order: { type: 'act', ticket, action, by, origin } };
}

/** null for what a machine said: every desk says that by itself; and for a copy of what is said. */
function actionOf(
  kind: Exclude<Kind, 'create' | 'recipient-add' | 'recipient-remove'>,
  data: Readonly<Record<string, unknown>>,
  names: TicketNames,
): Action | Refusal | null {
  switch (kind) {
    case 'reply': {
      const { text, automatic, copyOf } = v.parse(DATA.reply, known(DATA.reply, data));
      return automatic || copyOf !== undefined ? null : { type: 'reply', text };
    }
    case 'note':
      return { type: 'note', text: v.parse(DATA.note, known(DATA.note, data)).text };
    case 'status':
      return { type: 'status', status: v.parse(DATA.status, known(DATA.status, data)).status };
    case 'assign':
      return {
        type: 'assign',
        to: v.parse(DATA.assign, known(DATA.assign, data)).assignee ?? null,
      };
    case 'command':
      return readCommand(v.parse(DATA.command, known(DATA.command, data)).command, names);
  }
}

function recipientOrder(
  kind: 'recipient-add' | 'recipient-remove',
  data: Readonly<Record<string, unknown>>,
): RecipientOrder | Refusal {
  if (kind === 'recipient-remove') {
    const read = readAddress(v.parse(DATA[kind], known(DATA[kind], data)).address);
    return 'refused' in read ? read : { type: 'remove', ...read };
  }
  const { address, destination } = v.parse(DATA[kind], known(DATA[kind], data));
  const read = readRecipient(address, destination);
  return 'refused' in read ? read : { type: 'add', ...read };
}

/** The short form is written by hand: a misspelt key must not be passed over. */
function unknownKey(kind: Kind, value: Readonly<Record<string, unknown>>): string | undefined {
  const keys = { ...Envelope.entries, ...DATA[kind].entries, specversion: '', time: '' };
  return Object.keys(value).find((key) => !Object.hasOwn(keys, key));
}

/** 7102 is as good as "7102". */
function asText(value: unknown): unknown {
  return Number.isSafeInteger(value) ? String(value) : value;
}

/** By the store, which ends the source of a desk: its domain may have had another name. */
function isSameDesk(source: string, desk: string): boolean {
  const store = (name: string) => /^mailrobot:\/\/[^/]*\/([0-9a-f]+)$/.exec(name)?.[1];
  return store(source) !== undefined && store(source) === store(desk);
}

/** What a schema knows of an object, if it is not null. */
function known(
  { entries }: { readonly entries: object },
  value: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(value).filter(([key, held]) => Object.hasOwn(entries, key) && held !== null),
  );
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** null for anything but one object of JSON. */
export function objectIn(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function newTicket(
  { queue, subject, requester, text }: v.InferOutput<typeof DATA.create>,
  { names }: OrderedDesk,
): Omit<NewTicket, 'number'> {
  return {
    queue: queue?.toUpperCase() ?? names.prefixes[0],
    subject,
    requester: requester ?? null,
    text,
  };
}

function kindOf(type: string): Kind | null {
  return Object.entries(TYPES).find(([name]) => name === type)?.[1] ?? null;
}

function problemOf(issue: v.BaseIssue<unknown>): string {
  const key = v.getDotPath(issue);
  if (key === null) return 'not an object';
  if (issue.input === undefined) return `"${key}" is missing`;
  const wanted = issue.message.startsWith('Invalid ')
    ? (issue.expected ?? 'something else')
    : issue.message;
  return `"${key}" holds ${shown(issue.input)}: must be ${wanted}`;
}

/** However deep or long it is. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  const text = JSON.stringify(value) ?? '';
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function wrong(error: string): Reading {
  return { type: 'error', error };
}
