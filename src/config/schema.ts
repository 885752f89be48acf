/**
 * The config: its schema, from which its type and the JSON Schema for editors
 * are both made (`config.schema.json`).
 *
 * Every key is described here and nowhere else. Unknown keys are refused, so
 * that a misspelt one is not silently a default. Relative paths are resolved
 * against the folder of the config file (src/config/read.ts).
 */
import { isIP } from 'node:net';
import * as v from 'valibot';
import { isEventPattern, SCOPES } from '../ticket/event-type.ts';
import { isPlain } from '../ticket/plain.ts';
import { DEFAULT_LIMITS } from './limits.ts';

const DOMAIN =
  /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/;
const LOCAL_PART = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$/;
/**
 * So short that a signed address of a ticket has at most 64 octets (addresses/signed-address.ts).
 */
const PREFIX = /^[A-Z][A-Z0-9]{0,19}$/;
const AN_EVENT_TYPE = 'an event type such as ticket.created or ticket.*';
/** Standard Webhooks: 24 to 64 octets. */
const SECRET = /^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/;
const A_NETWORK = 'an address or a network such as 10.1.0.0/16';
const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;

const A_TEXT = 'a text of 1 to 200 characters';
const Text = v.pipe(
  v.string(A_TEXT),
  v.minLength(1, A_TEXT),
  v.maxLength(200, A_TEXT),
  v.check((text) => isPlain(text) || /^\P{Cc}*$/u.test(text), A_TEXT),
);

const AN_ADDRESS = 'an address such as bob@support-ticket.example';
const A_HOST = 'the name of a host such as mx.support-ticket.example';
const AN_IP = 'an IP address such as 192.0.2.25';
const A_LANGUAGE = 'a language such as en or de';
const A_SIGNATURE = 'lines of at most 1000 characters in all, without a mark of its own';

function wholeNumber([least, most]: readonly [number, number], what: string) {
  const wanted = `a whole number from ${least} to ${most}`;
  return v.pipe(
    v.number(wanted),
    v.integer(wanted),
    v.minValue(least, wanted),
    v.maxValue(most, wanted),
    v.description(what),
  );
}

function limit(standard: number, range: readonly [number, number], what: string) {
  return v.optional(wholeNumber(range, what), standard);
}

/** May be left out. */
function period(most: number, what: string) {
  return v.optional(wholeNumber([1, most], what));
}

function cap(count: number, hours: number, what: string) {
  return v.optional(
    v.pipe(
      v.strictObject({
        count: limit(count, [0, 1_000_000], 'Automatic answers.'),
        hours: limit(hours, [1, 168], 'In so many hours.'),
      }),
      v.description(what),
    ),
    {},
  );
}

const Queue = v.strictObject({
  prefix: v.pipe(
    v.string(),
    v.regex(
      PREFIX,
      'up to 20 capital letters and digits, beginning with a letter, such as SUPPORT',
    ),
    v.description('First part of every ticket id of this queue: SUPPORT in SUPPORT-7102.'),
  ),
  address: v.pipe(
    v.string(),
    v.regex(LOCAL_PART, 'the part of an address before the @, such as new'),
    v.description('Local part of the address where new tickets come in: new in new@domain.'),
  ),
  name: v.pipe(Text, v.description('Display name in the From of our mail.')),
  first: limit(1, [1, 999_999_999], 'Number of the first ticket.'),
  numbers: v.optional(
    v.pipe(
      v.picklist(['own', 'shared'], 'own or shared'),
      v.description('Counts its tickets by itself, or with all queues that share their numbers.'),
    ),
    'own',
  ),
  language: v.optional(
    v.pipe(
      v.string(A_LANGUAGE),
      v.regex(/^[a-z]{2,3}$/, A_LANGUAGE),
      v.description("Of automatic mail, where the customer's own is not known, or has no text."),
    ),
    'en',
  ),
  signature: v.optional(
    v.pipe(
      v.string(A_SIGNATURE),
      v.maxLength(1000, A_SIGNATURE),
      v.check((text) => /^(?!-- ?\n)[^\p{Cc}]*(\n[^\p{Cc}]*)*$/u.test(text), A_SIGNATURE),
      v.description('Stands below a signature mark in every mail to customers.'),
    ),
    '',
  ),
  due: v.optional(
    v.pipe(
      v.strictObject({
        answerHours: period(24 * 365, 'Hours without an answer after which the staff are told.'),
        remindDays: period(3650, 'Days without a word of the customer, who is then reminded once.'),
        closeDays: period(3650, 'Days after the reminder; then the ticket is closed.'),
      }),
      v.description('What is done by itself after a time; nothing where left out.'),
    ),
    {},
  ),
});

const Address = v.pipe(
  v.string(AN_ADDRESS),
  v.regex(/^[^\s@-][^\s@]{0,63}@[^\s@]{1,253}$/, AN_ADDRESS),
  v.check((text) => isPlain(text) || /^\P{C}*$/u.test(text), AN_ADDRESS),
  v.maxLength(254, AN_ADDRESS),
);

const Person = v.strictObject({
  name: v.pipe(Text, v.description('How the desk calls the person.')),
  addresses: v.pipe(
    v.array(Address, 'a list of addresses'),
    v.minLength(1, 'at least one address'),
    v.description('Addresses that the person writes from; the first one gets mail.'),
  ),
  sasl: v.optional(
    v.pipe(v.array(Text, 'a list of logins'), v.description('SASL logins of the person.')),
    [],
  ),
  queues: v.optional(
    v.pipe(
      v.array(v.string(), 'a list of prefixes'),
      v.description('Prefixes of the queues that the person works in; all where left out.'),
    ),
  ),
  notify: v.optional(
    v.pipe(
      v.picklist(['all', 'assigned', 'none'], 'all, assigned or none'),
      v.description('Of which tickets the person gets mail.'),
    ),
    'all',
  ),
});

const subscriber = {
  name: v.pipe(
    v.string(),
    v.regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'small letters, digits and dashes'),
    v.description('Names the subscriber; how far it is is kept under this name.'),
  ),
  types: v.optional(
    v.pipe(
      v.array(v.pipe(v.string(), v.check(isEventPattern, AN_EVENT_TYPE)), 'a list of event types'),
      v.description('Events that it gets, such as ticket.created or ticket.*; all where empty.'),
    ),
    [],
  ),
  scope: v.optional(
    v.pipe(
      v.array(v.picklist(SCOPES, 'notes or held'), 'a list of scopes'),
      v.description('What is private and yet told to it: internal notes, held mail.'),
    ),
    [],
  ),
  seconds: limit(30, [1, 600], 'Seconds that one event may take.'),
};

const Subscriber = v.variant('type', [
  v.strictObject({
    type: v.literal('exec'),
    ...subscriber,
    command: v.pipe(
      v.array(Text, 'a list of a path and its arguments'),
      v.minLength(1, 'a list of a path and its arguments'),
      v.description('Program that gets the event on stdin, and acknowledges it by exit 0.'),
    ),
  }),
  v.strictObject({
    type: v.literal('webhook'),
    ...subscriber,
    url: v.pipe(
      v.string(),
      v.regex(/^https?:\/\/[^\s@/]+(\/\S*)?$/, 'a URL such as https://crm.example/hook'),
      v.description('Where the event is sent by POST; a 2xx acknowledges it.'),
    ),
    secret: v.pipe(
      v.string(),
      v.regex(SECRET, 'whsec_ and at least 24 octets in base64'),
      v.description('Signs the event (Standard Webhooks): keep the config private.'),
    ),
    allow: v.optional(
      v.pipe(
        v.array(v.pipe(v.string(), v.check(isNetwork, A_NETWORK)), 'a list of networks'),
        v.description('Inner addresses and networks that the name in its URL may mean.'),
      ),
      [],
    ),
  }),
  v.strictObject({
    type: v.literal('maildir'),
    ...subscriber,
    path: v.pipe(Text, v.description('Maildir that gets the event as a mail.')),
  }),
]);

const SpamRule = v.strictObject({
  header: v.pipe(
    v.string(),
    v.regex(/^[!-9;-~]{1,100}$/, 'the name of a header field'),
    v.description('Header field that the filter sets, such as X-Spam-Flag.'),
  ),
  pattern: v.pipe(
    Text,
    v.check(isPattern, 'a regular expression'),
    v.description(
      'Regular expression that its value fits where the mail is spam; case does not count.',
    ),
  ),
});

/** What the usual filters write: SpamAssassin, rspamd, and those that do as they do. */
const SPAM_RULES = [
  { header: 'X-Spam-Flag', pattern: '^yes' },
  { header: 'X-Spam-Status', pattern: '^yes' },
  { header: 'X-Spam', pattern: '^yes' },
  { header: 'X-Rspamd-Action', pattern: '^(add header|rewrite subject|reject)' },
];

export const ConfigSchema = v.strictObject({
  $schema: v.optional(
    v.pipe(v.string(), v.description('For editors; mailrobot does not read it.')),
  ),
  domain: v.pipe(
    v.string(),
    v.regex(DOMAIN, 'a domain such as support-ticket.example'),
    v.description('The mail domain of the desk.'),
  ),
  store: v.pipe(Text, v.description('The state directory, relative to this file or absolute.')),
  sendmail: v.optional(
    v.pipe(
      v.union(
        [Text, v.pipe(v.array(Text), v.minLength(1))],
        'a path, or a list of a path and its first arguments',
      ),
      v.description('Hands mail to the MTA: a path, or a list of a path and its first arguments.'),
    ),
    '/usr/sbin/sendmail',
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
  onBehalf: v.optional(
    v.pipe(
      v.boolean('true or false'),
      v.description('What one of the staff forwards to a queue is a ticket of whoever wrote it.'),
    ),
    true,
  ),
  staff: v.optional(
    v.pipe(
      v.array(Person, 'a list of people'),
      v.check(
        (staff) => areDistinct(staff.map(({ name }) => name)),
        'people with names that all differ',
      ),
      v.description('People of the desk, by their addresses and logins.'),
    ),
    [],
  ),
  authservId: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[^\s;]{1,253}$/, 'the authserv-id of our MTA, such as mx.support-ticket.example'),
      v.description(
        'Authentication-Results by this id are believed where our own MTA has written them.',
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
        'Where our mail carries its signature: reply-to where a relay replaces Message-IDs.',
      ),
    ),
    'message-id',
  ),
  forms: v.optional(
    v.pipe(
      v.array(Address, 'a list of addresses'),
      v.description('From of web forms of our own: their Reply-To is the requester.'),
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
  spam: v.optional(
    v.pipe(
      v.array(SpamRule, 'a list of rules'),
      v.description('Fields by which a filter says that a mail is spam: it is held.'),
    ),
    SPAM_RULES,
  ),
  caps: v.optional(
    v.pipe(
      v.strictObject({
        address: cap(5, 24, 'To one address.'),
        domain: cap(50, 1, 'To one domain.'),
        ticket: cap(3, 24, 'About one ticket.'),
        total: cap(200, 1, 'In all.'),
        all: v.optional(
          v.pipe(
            v.strictObject({
              count: limit(20, [0, 1_000_000], 'Automatic answers.'),
              hours: limit(24, [1, 168], 'In so many hours.'),
            }),
            v.description('To one address, of all kinds; four times `address` where left out.'),
          ),
        ),
      }),
      v.description(
        'Past a cap, automatic answers stay away; mail is kept as ever. All but `all` count each kind of answer by itself.',
      ),
    ),
    {},
  ),
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
  subscribers: v.optional(
    v.pipe(
      v.array(Subscriber, 'a list of subscribers'),
      v.check(
        (subscribers) => areDistinct(subscribers.map(({ name }) => name)),
        'subscribers with names that all differ',
      ),
      v.description('Who is told of every change, in order and at least once.'),
    ),
    [],
  ),
  retentionDays: limit(
    30,
    [1, 3650],
    'Days after which recorded mail and discarded held mail is removed.',
  ),
  limits: v.optional(
    v.strictObject({
      messageSize: limit(
        50 * MEBIBYTE,
        [1, 1024 * MEBIBYTE],
        'Octets of the largest message taken; a larger one is deferred (75).',
      ),
      headerSize: limit(
        DEFAULT_LIMITS.headerSize,
        [16 * KIBIBYTE, 16 * MEBIBYTE],
        'Octets of header that are read, of the mail and all its parts.',
      ),
      parts: limit(DEFAULT_LIMITS.parts, [1, 100_000], 'MIME parts that are read.'),
      depth: limit(DEFAULT_LIMITS.depth, [1, 1000], 'Multiparts within multiparts that are read.'),
      addresses: limit(DEFAULT_LIMITS.addresses, [1, 100_000], 'Addresses of To and Cc kept.'),
      attachments: limit(DEFAULT_LIMITS.attachments, [1, 100_000], 'Attachments kept as files.'),
      textSize: limit(
        DEFAULT_LIMITS.textSize,
        [KIBIBYTE, 64 * MEBIBYTE],
        'Octets of text parts that are read, in all.',
      ),
      seconds: limit(
        DEFAULT_LIMITS.seconds,
        [1, 120],
        'Seconds for reading a mail that is not plain; then only its beginning is read.',
      ),
      memory: limit(
        DEFAULT_LIMITS.memory / MEBIBYTE,
        [64, 4096],
        'Mebibytes of heap for reading a mail that is not plain.',
      ),
    }),
    {},
  ),
});

export type ParsedConfig = v.InferOutput<typeof ConfigSchema>;

export type Checked =
  | { readonly ok: true; readonly config: ParsedConfig }
  | { readonly ok: false; readonly key: string; readonly problem: string };

/** Checks raw JSON; a problem names the key, what it holds and what is allowed. */
export function checkSchema(value: unknown): Checked {
  const parsed = v.safeParse(ConfigSchema, value);
  return parsed.success
    ? { ok: true, config: parsed.output }
    : { ok: false, ...explain(parsed.issues[0]) };
}

function explain(issue: v.BaseIssue<unknown>): { key: string; problem: string } {
  const key = v.getDotPath(issue);
  if (key === null) return { key: '', problem: 'it is no JSON object' };
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    return { key, problem: 'is not a key that mailrobot knows' };
  }
  if (issue.input === undefined) return { key, problem: 'is missing' };
  return {
    key,
    problem: `holds ${oneLine(JSON.stringify(issue.input))}: ${allowed(issue)} is wanted`,
  };
}

function allowed(issue: v.BaseIssue<unknown>): string {
  const isOurs = !issue.message.startsWith('Invalid ');
  return isOurs ? issue.message : (issue.expected ?? issue.message);
}

export function oneLine(text: string): string {
  const flat = text.replace(/\s+/g, ' ');
  return flat.length > 80 ? `${flat.slice(0, 77)}...` : flat;
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}

function areDistinct(values: readonly string[]): boolean {
  return new Set(values.map((value) => value.toLowerCase())).size === values.length;
}

function isNetwork(text: string): boolean {
  const [, address = '', bits = '0'] = /^([0-9a-f.:]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
  const version = isIP(address);
  return version !== 0 && Number(bits) <= (version === 4 ? 32 : 128);
}
