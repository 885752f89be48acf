/**
 * The config: its schema, from which its type and the JSON Schema for editors
 * are both made (`config.schema.json`).
 *
 * Every key is described here and nowhere else. Unknown keys are refused, so
 * that a misspelt one is not silently a default. Relative paths are resolved
 * against the folder of the config file (config/read.ts).
 */
import * as v from 'valibot';
import { collapseSchema } from './collapse.ts';
import { CAPS, capsSchema, LIMITS, limitsSchema, SIZES, sizesSchema } from './limits.ts';
import { Address, staffSchema } from './person.ts';
import { Queue } from './queue.ts';
import { shown } from './shown.ts';
import { SPAM_RULES, spamSchema } from './spam.ts';
import { STATUS, statusSchema } from './status.ts';
import { subscribersSchema } from './subscriber.ts';
import {
  A_HOST,
  A_SERVER,
  AN_IP,
  DOMAIN,
  HISTORY,
  isServerAddress,
  LOCAL_PART,
  limit,
  Text,
  timeZone,
  whenThere,
} from './values.ts';

const A_PROGRAM = 'a path, or a list of a path and its first arguments';

export const ConfigSchema = v.strictObject({
  $schema: v.optional(
    v.pipe(v.string(), v.description('For editors; mailrobot does not read it.')),
  ),
  domain: v.pipe(
    v.string(),
    v.regex(DOMAIN, 'a domain such as support-ticket.example'),
    v.description('The mail domain of the desk.'),
  ),
  store: v.pipe(
    Text,
    v.description(
      'The state directory, relative to this file or absolute; or a database: a postgresql:// URI',
    ),
  ),
  spool: v.optional(
    v.pipe(
      Text,
      v.description('With a database: the folder of this host (default: /var/lib/mailrobot).'),
    ),
  ),
  sendmail: v.optional(
    v.pipe(
      v.union([Text, v.pipe(v.array(Text), v.minLength(1, A_PROGRAM))], A_PROGRAM),
      v.description('Hands mail to the MTA: a path, or a list of a path and its first arguments.'),
    ),
    '/usr/sbin/sendmail',
  ),
  log: v.optional(
    v.pipe(
      v.union([v.literal('syslog'), Text], 'syslog, or the path of a file'),
      v.description(
        'Gets one line a mail: syslog, or a file, relative to this one or absolute; none if left out.',
      ),
    ),
  ),
  smtp: v.optional(
    v.pipe(
      v.string(),
      v.check(isServerAddress, A_SERVER),
      v.description(
        'Where mailrobot serve --lmtp hands mail over by SMTP, host:port; without it, to sendmail.',
      ),
    ),
  ),
  queues: v.pipe(
    v.array(Queue, 'a list of queues'),
    v.minLength(1, 'at least one queue'),
    v.description('The queues; the first one takes mail that names none.'),
  ),
  control: v.optional(
    v.pipe(
      v.string(),
      v.regex(LOCAL_PART, 'the part of an address before the @, such as control'),
      v.description('Local part of the address that takes commands: control in control@domain.'),
    ),
    'control',
  ),
  help: v.optional(
    v.pipe(
      v.string(),
      v.regex(LOCAL_PART, 'the part of an address before the @, such as help'),
      v.description('Local part of the address that explains the desk: help in help@domain.'),
    ),
    'help',
  ),
  alsoKnownAs: v.optional(
    v.pipe(
      v.array(Address, 'a list of addresses'),
      v.description(
        'Other addresses by which mail reaches the desk, such as info@ferrier.example.',
      ),
    ),
    [],
  ),
  subjectTag: v.optional(
    v.pipe(
      v.boolean('true or false'),
      v.description('Puts the ticket into the subjects of our mail: [Support SUPPORT-7102].'),
    ),
    false,
  ),
  markdown: v.optional(
    v.pipe(
      v.boolean('true or false'),
      v.description(
        'What is written in a terminal is Markdown, and goes out as HTML beside the text.',
      ),
    ),
    true,
  ),
  onBehalf: v.optional(
    v.pipe(
      v.boolean('true or false'),
      v.description('What one of the staff forwards to a queue is a ticket of whoever wrote it.'),
    ),
    true,
  ),
  staff: whenThere(staffSchema, []),
  timeZone: timeZone('The time zone of the desk, an IANA name; that of the host if left out.'),
  history: limit(3, HISTORY, 'How many of the earlier messages stand in a notification.'),
  notificationHtml: v.optional(
    v.pipe(
      v.boolean('true or false'),
      v.description('Notifications show the HTML of a mail beside its text.'),
    ),
    true,
  ),
  copies: v.optional(
    v.pipe(
      v.picklist(['ask', 'all', 'none'], 'ask, all or none'),
      v.description(
        'Whether an answer of the staff also goes to whom the customer had in copy: ask (if they answer to all), all or none.',
      ),
    ),
    'ask',
  ),
  authservId: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[^\s;]{1,253}$/, 'the authserv-id of our MTA, such as mx.support-ticket.example'),
      v.description(
        'Authentication-Results by this id are believed if our own MTA has written them.',
      ),
    ),
  ),
  authResults: v.optional(
    v.pipe(
      v.picklist(['above', 'below'], 'above or below'),
      v.description(
        'Where filters of ours write: above our own Received, or also right below it, where the MTA must strip what a stranger wrote.',
      ),
    ),
    'above',
  ),
  ownHosts: v.optional(
    v.pipe(
      v.array(v.pipe(v.string(), v.regex(DOMAIN, A_HOST)), 'a list of host names'),
      v.description('Names by which hosts of ours sign their Received, besides this one.'),
    ),
    [],
  ),
  relays: v.optional(
    v.pipe(
      v.array(
        v.pipe(v.string(), v.regex(/^[0-9A-Fa-f.:]{2,45}$/, AN_IP)),
        'a list of IP addresses',
      ),
      v.description('IP addresses of the MX hosts in front of this one.'),
    ),
    [],
  ),
  staffProof: v.optional(
    v.pipe(
      v.picklist(['authenticated', 'sasl'], 'authenticated or sasl'),
      v.description(
        'What proves a person of the desk: also an authenticated From, or a SASL login alone.',
      ),
    ),
    'authenticated',
  ),
  proof: v.optional(
    v.pipe(
      v.picklist(['message-id', 'reply-to'], 'message-id or reply-to'),
      v.description(
        'Where our mail carries its signature: reply-to if a relay replaces Message-IDs.',
      ),
    ),
    'message-id',
  ),
  forms: v.optional(
    v.pipe(
      v.array(Address, 'a list of addresses'),
      v.description(
        'From of web forms of our own, which may be the address of a queue: their Reply-To is the requester.',
      ),
    ),
    [],
  ),
  groups: v.optional(
    v.pipe(
      v.array(
        v.pipe(v.string(), v.regex(/^[^\s<>]{1,255}$/, 'a List-Id such as support.groups.example')),
        'a list of List-Ids',
      ),
      v.description('List-Ids of group addresses in front of a queue that are no mailing lists.'),
    ),
    [],
  ),
  strict: v.optional(
    v.pipe(
      v.boolean('true or false'),
      v.description("Hold what comes from a requester's address without a proof."),
    ),
    false,
  ),
  spam: whenThere(spamSchema, SPAM_RULES),
  collapse: whenThere(collapseSchema, []),
  caps: whenThere(capsSchema, CAPS),
  users: v.optional(
    v.pipe(
      v.array(
        v.strictObject({
          name: v.pipe(Text, v.description('The login.')),
          password: v.pipe(Text, v.description('In the clear: keep the config private.')),
        }),
        'a list of users',
      ),
      v.description('Who may log in to mailrobot serve, on a box without Postfix.'),
    ),
    [],
  ),
  subscribers: whenThere(subscribersSchema, []),
  acrossQueues: v.optional(
    v.pipe(
      v.picklist(['link', 'tell', 'none'], 'link, tell or none'),
      v.description(
        'What becomes of a mail about a ticket that came to another queue: told to both queues, and a linked ticket if its To names that queue alone; told to both; or told to the queue of the ticket.',
      ),
    ),
    'link',
  ),
  undo: limit(
    0,
    [0, 3600],
    'Seconds in which an answer of a person does not go out yet, and the command undo takes it back.',
  ),
  reopenDays: limit(
    60,
    [1, 36_500],
    'Days that a resolved ticket has rested; then a mail to it opens a new one, linked with it.',
  ),
  // Only who deals with robots checks them (robots.ts): a wrong row stops no other mail.
  robots: v.optional(v.unknown()),
  // And who deals with recipients checks these (recipients.ts).
  recipients: v.optional(v.unknown()),
  retentionDays: limit(
    30,
    [1, 3650],
    'Days after which recorded mail and discarded held mail is removed.',
  ),
  limits: whenThere(limitsSchema, LIMITS),
  sizes: whenThere(sizesSchema, SIZES),
  status: whenThere(statusSchema, STATUS),
});

export type ParsedConfig = v.InferOutput<typeof ConfigSchema>;

/** What is wrong with one key (`queues.0.first`, or empty for the whole). */
export interface Problem {
  readonly key: string;
  /** What it holds, and what is allowed. */
  readonly problem: string;
}

export type Problems = readonly [Problem, ...Problem[]];

export type Checked =
  | { readonly ok: true; readonly config: ParsedConfig }
  | { readonly ok: false; readonly problems: Problems };

/** Checks raw JSON. */
export function checkSchema(value: unknown): Checked {
  if (Array.isArray(value)) return { ok: false, problems: [{ key: '', problem: NO_OBJECT }] };
  const parsed = v.safeParse(ConfigSchema, value);
  if (parsed.success) return { ok: true, config: parsed.output };
  const [first, ...others] = parsed.issues;
  return { ok: false, problems: [explain(first), ...others.map(explain)] };
}

const NO_OBJECT = 'it must be a JSON object';

export function explain(issue: v.BaseIssue<unknown>): Problem {
  const key = v.getDotPath(issue);
  if (key === null) return { key: '', problem: NO_OBJECT };
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    return { key, problem: 'is not a key that mailrobot knows' };
  }
  if (issue.input === undefined) return { key, problem: 'is missing' };
  return {
    key,
    problem: `holds ${shown(key, issue.input)}: must be ${allowed(issue)}`,
  };
}

/** What valibot calls some kinds of values. */
const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  boolean: 'true or false',
  Object: 'an object',
};

function allowed({ message, expected }: v.BaseIssue<unknown>): string {
  if (!message.startsWith('Invalid ') || expected === null) return message;
  // ("exec" | "webhook")
  const [, words] = /^\("(.+)"\)$/.exec(expected) ?? [];
  return words?.replaceAll('" | "', ' or ') ?? KINDS[expected] ?? expected;
}
