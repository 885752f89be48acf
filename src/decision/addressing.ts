/**
 * Which queue, and which ticket by its address, a mail was sent to; or a service of the desk.
 *
 * The envelope's recipients speak; only if there are none (a message piped
 * in by hand) do To and Cc. Mail to a ticket's address is for that ticket, whatever
 * the verb; by hand, `new` opens one all the same. `reply` also takes a bare number
 * from the extension (help-7102@). A signed address names its ticket like the plain
 * one: what it proves is asked elsewhere. Pure; whether a ticket exists is not asked, so
 * a bare number may be one of several.
 */

import { parseSignedAddress } from '../addresses/signed-address.ts';
import {
  type Config,
  prefixesOf,
  type QueueConfig,
  queueAddress,
  queueOf,
  ticketNames,
} from '../config/config.ts';
import type { Verb } from '../ticket/decision.ts';
import {
  type NamedTicket,
  parseTicketName,
  splitSuffix,
  ticketAndSuffix,
  ticketOfAddress,
  ticketPartAt,
} from '../ticket/id.ts';
import type { KnownSuffix } from '../ticket/suffix.ts';
import { type Mailbox, sameAddress, type TicketId } from '../ticket/ticket.ts';
import type { Envelope } from './envelope.ts';

export interface Addressee {
  /** Of its ticket, if it names one. */
  readonly queue: QueueConfig;
  /** A recipient, or its alias, names that queue. */
  readonly isQueueNamed: boolean;
  readonly ticket: NamedTicket | null;
  /** What stands behind the ticket: support-7102-close@. */
  readonly suffix: KnownSuffix | null;
  /** An address of the desk that is no queue and no ticket. */
  readonly service: 'control' | 'help' | null;
}

export interface Addressed {
  readonly verb: Verb;
  readonly envelope: Envelope;
  /** To and Cc of its header. */
  readonly to: readonly Mailbox[];
  /** Prefix of the queue for an address that names none; null: the config's first. */
  readonly defaultQueue: string | null;
}

export function addressee(addressed: Addressed, config: Config): Addressee {
  const { verb, envelope, to } = addressed;
  const recipients =
    envelope.recipients.length > 0 ? envelope.recipients : to.map(({ address }) => address);
  const isOrdered = verb === 'new' && envelope.recipients.length === 0;
  const named = isOrdered ? null : ticketAmong(recipients, addressed, config);
  const ticket = named?.ticket ?? null;
  const ofRecipient = config.queues.find((queue) =>
    recipients.some((recipient) => sameAddress(recipient, queueAddress(queue, config))),
  );
  const queue =
    (ticket === null ? undefined : queueOfTicket(ticket[0], config)) ??
    ofRecipient ??
    queueOf(addressed.defaultQueue, config);
  const isOfAlias = verb === 'new' && addressed.defaultQueue !== null;
  const isQueueNamed = ticket === null && (ofRecipient !== undefined || isOfAlias);
  const service = ticket === null ? serviceAmong(verb, recipients, config) : null;
  return { queue, isQueueNamed, ticket, suffix: named?.suffix ?? null, service };
}

export function queueOfTicket(ticket: TicketId, { queues }: Config): QueueConfig | undefined {
  return queues.find(({ prefix }) => ticket.startsWith(`${prefix}-`));
}

/** A queue of that name comes first. */
function serviceAmong(
  verb: Verb,
  recipients: readonly string[],
  { domain, control, help, queues }: Config,
): Addressee['service'] {
  const isSentTo = (local: string) =>
    !queues.some(({ address }) => address.toLowerCase() === local.toLowerCase()) &&
    recipients.some((recipient) => sameAddress(recipient, `${local}@${domain}`));
  if (isSentTo(help)) return 'help';
  return verb === 'control' || isSentTo(control) ? 'control' : null;
}

type Named = Pick<Addressee, 'suffix'> & { readonly ticket: NamedTicket };

function ticketAmong(
  recipients: readonly string[],
  { verb, envelope: { extension }, defaultQueue }: Addressed,
  config: Config,
): Named | null {
  const prefixes = prefixesOf(config);
  for (const recipient of recipients) {
    const signed = parseSignedAddress(recipient, config.domain, prefixes);
    if (signed?.role === 'confirm' || signed?.role === 'plan') return null;
    const ticket = ticketOfAddress(recipient, config.domain, prefixes) ?? signed?.ticket ?? null;
    // What a person was given for notes is for notes, whatever else proves who they are.
    const suffix = signed?.role === 'note' ? 'note' : null;
    if (ticket !== null) return { ticket: [ticket], suffix };
    const local = ticketPartAt(recipient, config.domain);
    const named = local === null ? null : ticketAndSuffix(local, prefixes);
    if (named !== null) return { ticket: [named.ticket], suffix: named.suffix };
  }
  if (verb !== 'reply' || extension === null) return null;
  const { name, suffix } = splitSuffix(extension);
  // A bare number there is of the queue that the mail is for.
  const ownFirst = [queueOf(defaultQueue, config).prefix, ...prefixes] as const;
  const ticket = parseTicketName(name, { ...ticketNames(config), prefixes: ownFirst });
  return ticket === null ? null : { ticket, suffix };
}
