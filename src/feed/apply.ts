/**
 * The feed in: a line of JSON as an order to the desk.
 *
 * Takes what `events` gives (a CloudEvent) and the short form that is easy to write,
 * `{"type": "ticket.reply", "ticket": "SUPPORT-7102", "text": "…", "by": "…"}`; TYPES is
 * the one mapping between the two. An event of this very desk is `own` and not carried
 * out again; one that orders nothing is `ignored`. Pure.
 */
import * as v from 'valibot';
import type { Action, NewTicket } from '../actions/desk.ts';
import type { Order } from '../delivery/order.ts';
import { parseTicketId } from '../ticket/id.ts';
import type { Origin } from '../ticket/origin.ts';
import { EVENT_TYPES } from './event.ts';

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
} as const;
type Kind = (typeof TYPES)[keyof typeof TYPES];

export type Reading =
  | { readonly type: 'order'; readonly order: Order }
  | { readonly type: 'own' | 'ignored' }
  | { readonly type: 'error'; readonly error: string };

export interface Desk {
  /** What our own events have as their source. */
  readonly source: string;
  readonly prefixes: readonly [string, ...string[]];
  /** Who gives the orders that do not say. */
  readonly by: string;
}

const Text = v.string('a text');
const Id = v.optional(v.pipe(Text, v.minLength(1, 'an id')));
const Address = v.pipe(
  v.string('an address'),
  v.regex(/^[^\s<>@,;]+@[^\s<>@,;]+$/, 'an address such as nic@ferrier.example'),
);

/** null says the same as nothing: see `known`. */
const DATA = {
  create: v.strictObject({
    queue: v.optional(Text),
    subject: Text,
    requester: v.optional(v.strictObject({ name: v.optional(Text, ''), address: Address })),
    text: v.optional(Text, ''),
  }),
  reply: v.strictObject({ text: Text, automatic: v.optional(v.boolean('true or false'), false) }),
  note: v.strictObject({ text: Text }),
  status: v.strictObject({
    status: v.picklist(['new', 'open', 'pending', 'resolved'], 'new, open, pending or resolved'),
  }),
  assign: v.strictObject({ assignee: v.optional(Text) }),
} as const;

const Envelope = v.strictObject({
  type: Text,
  ticket: v.optional(Text),
  by: v.optional(Text),
  id: Id,
  source: v.optional(Text, ''),
  originid: Id,
});

export function readLine(line: string, desk: Desk): Reading {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return wrong('not JSON');
  }
  if (!isObject(value)) return wrong('not an object');
  const { data: given, subject } = value;
  const data = isObject(given) ? given : value;
  // A CloudEvent names the ticket as its subject; in the short form that is a subject.
  const ticket = data['ticket'] ?? (isObject(given) ? subject : null);
  const about = { ...value, ticket, by: data['by'] };
  const envelope = v.safeParse(Envelope, known(Envelope, about));
  if (!envelope.success) return wrong(problemOf(envelope.issues[0]));
  const { type, source } = envelope.output;
  if (source !== '' && source === desk.source) return { type: 'own' };
  const kind = kindOf(type);
  if (kind !== null) return orderOf(kind, data, envelope.output, desk);
  const isEvent = EVENT_TYPES.some((event) => event === type);
  return isEvent ? { type: 'ignored' } : wrong(`"type" holds "${type}", which orders nothing`);
}

function orderOf(
  kind: Kind,
  data: Readonly<Record<string, unknown>>,
  about: v.InferOutput<typeof Envelope>,
  desk: Desk,
): Reading {
  const { id, originid, source } = about;
  const by = about.by || source || desk.by;
  const origin: Origin | null = id === undefined ? null : { source, id: originid ?? id };
  const parsed = v.safeParse(DATA[kind], known(DATA[kind], data));
  if (!parsed.success) return wrong(problemOf(parsed.issues[0]));
  if (kind === 'create') {
    const ticket = newTicket(v.parse(DATA.create, parsed.output), desk);
    return { type: 'order', order: { type: 'create', ticket, by, origin } };
  }
  if (about.ticket === undefined) return wrong('"ticket" is missing');
  const ticket = parseTicketId(about.ticket, desk.prefixes);
  if (ticket === null) return wrong(`"ticket" holds "${about.ticket}", which is no ticket id`);
  if (kind === 'assign' && !('assignee' in data)) return wrong('"assignee" is missing');
  const action = actionOf(kind, parsed.output);
  if (action === null) return { type: 'ignored' };
  return { type: 'order', order: { type: 'act', ticket, action, by, origin } };
}

/** null for what a machine said: every desk says that by itself. */
function actionOf(kind: Exclude<Kind, 'create'>, data: unknown): Action | null {
  switch (kind) {
    case 'reply': {
      const { text, automatic } = v.parse(DATA.reply, data);
      return automatic ? null : { type: 'reply', text };
    }
    case 'note':
      return { type: 'note', text: v.parse(DATA.note, data).text };
    case 'status':
      return { type: 'status', status: v.parse(DATA.status, data).status };
    case 'assign':
      return { type: 'assign', to: v.parse(DATA.assign, data).assignee ?? null };
  }
}

/** What a schema knows of an object, where it is not null. */
function known(
  { entries }: { readonly entries: object },
  value: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(value).filter(([key, held]) => key in entries && held !== null),
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function newTicket(
  { queue, subject, requester, text }: v.InferOutput<typeof DATA.create>,
  { prefixes: [first] }: Desk,
): Omit<NewTicket, 'number'> {
  return { queue: queue?.toUpperCase() ?? first, subject, requester: requester ?? null, text };
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
  const held = JSON.stringify(issue.input) ?? '';
  return `"${key}" holds ${held.length > 60 ? `${held.slice(0, 57)}...` : held}: ${wanted} is wanted`;
}

function wrong(error: string): Reading {
  return { type: 'error', error };
}
