/**
 * The config as the program uses it: checked, defaults filled in, paths
 * absolute, sendmail an argv. What may stand in the file is in schema.ts.
 */
import type { TicketNames } from '../ticket/id.ts';
import type { ReadLimits } from './limits.ts';
import type { ParsedConfig } from './schema/config.ts';

export type QueueConfig = Readonly<ParsedConfig['queues'][number]>;

export type SubscriberConfig = Readonly<ParsedConfig['subscribers'][number]>;

/** A folder of pages, which is kept up to date by the commits, and gets no events. */
export type PagesConfig = Extract<SubscriberConfig, { readonly type: 'pages' }>;
export type EventSubscriber = Exclude<SubscriberConfig, PagesConfig>;

export type StaffPerson = Readonly<ParsedConfig['staff'][number]>;

/** By what a person is known where they act: a name, or a login. */
export type StaffMember = Pick<StaffPerson, 'name' | 'sasl'> &
  Partial<Pick<StaffPerson, 'addresses' | 'queues' | 'timeZone'>>;

/** How many automatic answers may go out in a sliding window (decision/caps.ts). */
export interface Cap {
  readonly count: number;
  readonly hours: number;
}

export interface Caps {
  readonly address: Cap;
  readonly domain: Cap;
  readonly ticket: Cap;
  readonly total: Cap;
  /** In all, to those who write for the first time and whom nothing proves. */
  readonly firstTime: Cap;
  /** To one address, of whatever kind. */
  readonly all: Cap;
}

/** From where on a person should look; never critical if that is left out. */
export interface Threshold {
  readonly warning: number;
  readonly critical?: number | undefined;
}

export type Thresholds = Readonly<ParsedConfig['status']>;

/** Where the line goes that is written of each mail. */
export type LogPlace = { readonly to: 'syslog' } | { readonly to: 'file'; readonly path: string };

/** Where a desk is kept: in a folder; or in a database, and what is being received here in `spool`. */
export type StorePlace =
  | { readonly kind: 'files'; readonly root: string }
  | { readonly kind: 'database'; readonly url: string; readonly spool: string };

/** The folder that a desk has on this host, whose owner is whom the desk runs as. */
export function folderOf(store: StorePlace): string {
  return store.kind === 'files' ? store.root : store.spool;
}

export interface Config {
  readonly file: string;
  readonly domain: string;
  readonly store: StorePlace;
  readonly sendmail: readonly [string, ...string[]];
  readonly log: LogPlace | null;
  /** Where a server hands mail over by SMTP; null: to sendmail. */
  readonly smtp: { readonly host: string; readonly port: number } | null;
  readonly queues: readonly [QueueConfig, ...QueueConfig[]];
  /** Local part of the address that takes commands, and of the one that explains the desk. */
  readonly control: string;
  readonly help: string;
  /** Other addresses by which mail reaches the desk. */
  readonly alsoKnownAs: readonly string[];
  /** What is written in a terminal goes out as HTML as well. */
  readonly markdown: boolean;
  /** What one of the staff forwards to a queue is a ticket of whoever wrote it. */
  readonly onBehalf: boolean;
  /** Puts the ticket into the subjects of our mail to customers. */
  readonly subjectTag: boolean;
  readonly staff: readonly StaffPerson[];
  /** IANA name; that of the host if left out (dates/zone-name.ts). */
  readonly timeZone?: string | undefined;
  /** How many of the earlier messages stand in a notification. */
  readonly history: number;
  /** Whether an answer also goes to whom the answered mail had in copy: if its author answers to all, always, or never. */
  /** Notifications show the HTML of a mail beside its text. */
  readonly notificationHtml: boolean;
  readonly copies: 'ask' | 'all' | 'none';
  /** By which our own MTA signs its Authentication-Results (RFC 8601 2.5). */
  readonly authservId: string | null;
  /** Where our MTA and its filters write (decision/border.ts). */
  readonly authResults: 'above' | 'below';
  readonly ownHosts: readonly string[];
  readonly relays: readonly string[];
  /** What proves a staff member: a login alone, or an authenticated From as well. */
  readonly staffProof: 'authenticated' | 'sasl';
  /** Where our mail carries its signature. */
  readonly proof: 'message-id' | 'reply-to';
  /** From of web forms whose Reply-To is the requester. */
  readonly forms: readonly string[];
  /** List-Ids (RFC 2919) of group addresses that are no mailing lists. */
  readonly groups: readonly string[];
  /** Who may log in to `mailrobot serve`. */
  readonly users: readonly { readonly name: string; readonly password: string }[];
  /** Who is told of every change. */
  readonly subscribers: readonly SubscriberConfig[];
  /**
   * What becomes of a mail about a ticket that came to another queue: a linked ticket there if it
   * is for that queue alone, else both are told; both are told; or it is told to the ticket's alone.
   */
  readonly acrossQueues: 'link' | 'tell' | 'none';
  /** Seconds in which an answer does not go out yet. */
  readonly undo: number;
  /** Days after which a resolved ticket is not opened again by a mail: a new one is. */
  readonly reopenDays: number;
  /** As the file has them: `robotsOf` (robots.ts) checks them. */
  readonly robots?: unknown;
  /** As the file has it: `recipientsOf` (recipients.ts) checks it. */
  readonly recipients?: unknown;
  /** Days after which recorded and discarded mail is removed. */
  readonly retentionDays: number;
  /** Hold what the requester's address sends without a proof. */
  readonly strict: boolean;
  /** Fields by which a filter in front of us says that a mail is spam. */
  readonly spam: readonly { readonly header: string; readonly pattern: string }[];
  /** What monitors repeat: by sender, and by what the subject is like (desk/repeats.ts). */
  readonly collapse: readonly { readonly from: string; readonly subject: string }[];
  readonly caps: Caps;
  readonly limits: {
    /** Octets of the largest message that is taken. */
    readonly messageSize: number;
    readonly reading: ReadLimits;
  };
  /** Octets of files that go out: in a notification, in an answer, and of one file by `get`. */
  readonly sizes: Readonly<ParsedConfig['sizes']>;
  /** Of mailrobot status. */
  readonly status: Thresholds;
}

export function prefixesOf({ queues: [first, ...others] }: Pick<Config, 'queues'>) {
  return [first.prefix, ...others.map(({ prefix }) => prefix)] as const;
}

/** Whether any queue asks how it went when a ticket is closed. */
export function hasRatings({ queues }: Pick<Config, 'queues'>): boolean {
  return queues.some(({ rating }) => rating);
}

/** Whether any queue has fields (fields-in.ts). */
export function hasFields({ queues }: Pick<Config, 'queues'>): boolean {
  return queues.some(({ fields }) => fields !== undefined);
}

/** Whether any queue has rules for its mail (rules.ts). */
export function hasRules({ queues }: Pick<Config, 'queues'>): boolean {
  return queues.some(({ match }) => match !== undefined);
}

export function ticketNames(config: Pick<Config, 'queues'>): TicketNames {
  const sharing = config.queues.filter(({ numbers }) => numbers === 'shared');
  return { prefixes: prefixesOf(config), sharing: sharing.map(({ prefix }) => prefix) };
}

/** The first one for a prefix that the config has no more, and for none. */
export function queueOf(prefix: string | null, { queues }: Pick<Config, 'queues'>): QueueConfig {
  return queues.find((queue) => queue.prefix === prefix) ?? queues[0];
}

/** Where new tickets of a queue come in. */
export function queueAddress(queue: QueueConfig, config: Config): string {
  return `${queue.address}@${config.domain}`;
}

/** Prefixes of the queues that count their tickets together, and the number they begin with. */
export interface Numbering {
  readonly queues: readonly string[];
  readonly first: number;
}

export function numberingOf(queue: string, { queues }: Pick<Config, 'queues'>): Numbering {
  const own = queues.find(({ prefix }) => prefix === queue);
  const together =
    own?.numbers === 'shared' ? queues.filter(({ numbers }) => numbers === 'shared') : [];
  if (together.length === 0) return { queues: [queue], first: own?.first ?? 1 };
  return {
    queues: together.map(({ prefix }) => prefix),
    first: Math.max(...together.map(({ first }) => first)),
  };
}
