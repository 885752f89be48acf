/**
 * Which queue, and which ticket by its address, a mail was sent to.
 *
 * The envelope's recipients speak; only where there are none (a message piped
 * in by hand) do To and Cc. `new` never looks for a ticket in the address,
 * `reply` also takes a bare number from the extension (help-7102@), no verb
 * looks at the recipient alone. A signed address names its ticket like the plain
 * one: what it proves is asked elsewhere. Pure; whether the ticket exists is not asked.
 */
import { type Config, prefixesOf, type QueueConfig, queueAddress } from '../config/config.ts';
import { parseSignedAddress } from '../outgoing/signed-address.ts';
import type { Verb } from '../ticket/decision.ts';
import { parseTicketId, ticketOfAddress } from '../ticket/id.ts';
import { type Mailbox, sameAddress, type TicketId } from '../ticket/ticket.ts';
import type { Envelope } from './envelope.ts';

export interface Addressee {
  readonly queue: QueueConfig;
  readonly ticket: TicketId | null;
}

export function addressee(
  verb: Verb,
  envelope: Envelope,
  headerRecipients: readonly Mailbox[],
  config: Config,
): Addressee {
  const recipients =
    envelope.recipients.length > 0
      ? envelope.recipients
      : headerRecipients.map(({ address }) => address);
  const ticket = verb === 'new' ? null : ticketAmong(verb, recipients, envelope, config);
  const queue =
    config.queues.find(({ prefix }) => ticket?.startsWith(`${prefix}-`)) ??
    config.queues.find((queue) =>
      recipients.some((recipient) => sameAddress(recipient, queueAddress(queue, config))),
    ) ??
    config.queues[0];
  return { queue, ticket };
}

function ticketAmong(
  verb: Verb,
  recipients: readonly string[],
  { extension }: Envelope,
  config: Config,
): TicketId | null {
  const prefixes = prefixesOf(config);
  for (const recipient of recipients) {
    const ticket =
      ticketOfAddress(recipient, config.domain, prefixes) ??
      parseSignedAddress(recipient, config.domain, prefixes)?.ticket ??
      null;
    if (ticket !== null) return ticket;
  }
  return verb === 'reply' && extension !== null ? parseTicketId(extension, prefixes) : null;
}
