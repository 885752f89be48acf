/**
 * Which ticket a mail answers, by the Message-IDs that it names and the signed
 * addresses that it was sent to.
 *
 * What we signed comes before any other: it says ticket and serial, and
 * whether this sender is the very person we sent it to. A token that fits
 * neither the sender nor the recipient on record is none of ours. Any other
 * known Message-ID routes the mail of those on its ticket alone: people answer their
 * own mail, and a stranger must not catch it by using its id first. At most
 * MAX_REFERENCES references are looked up, nearest first, and only tickets that exist
 * are named.
 */

import { epochOfSent, parseSignedAddress, type Sent } from '../addresses/signed-address.ts';
import { epochSentTo, parseSignedId, signedIdsIn } from '../addresses/signed-id.ts';
import type { SigningKeys } from '../addresses/token.ts';
import type { Config } from '../config/config.ts';
import { prefixesOf } from '../config/config.ts';
import { type Facts, ticketIn, ticketOfMessage } from '../journal/facts.ts';
import type { ParsedMessage } from '../reading/message.ts';
import { isOnTicket, type OutgoingMessage, type Ticket, type TicketId } from '../ticket/ticket.ts';

const MAX_REFERENCES = 20;

export interface Names {
  /** Message-IDs, nearest first. */
  readonly references: readonly string[];
  /** The envelope's. */
  readonly recipients: readonly string[];
  readonly sender: string | null;
}

export interface Thread {
  readonly signed: TicketId | null;
  /** The sender names a mail that we sent to their very address. */
  readonly provesSender: boolean;
  /** The mail of ours that a token names. */
  readonly sent: Sent | null;
  readonly known: TicketId | null;
  /** Of the nearest Message-ID that any ticket knows, whoever names it. */
  readonly answered: TicketId | null;
}

/** Those that are looked up. */
export function nearest(references: readonly string[]): readonly string[] {
  return references.slice(0, MAX_REFERENCES);
}

/** A report names the mail that it is about in many ways; the mail that came back is the surest. */
export function namedByReport({ report, references, text }: ParsedMessage): readonly string[] {
  return [...(report?.messageIds ?? []), ...references, ...signedIdsIn(text)];
}

/** The bounce address among these recipients that we gave to the recipient on record, or null. */
export function bounceAddressAmong(
  recipients: readonly string[],
  config: Config,
  facts: Facts,
): string | null {
  const found = recipients.find((recipient) => {
    const address = parseSignedAddress(recipient, config.domain, prefixesOf(config));
    if (address?.role !== 'bounce') return false;
    const message = sentMessage(ticketIn(facts, address.ticket), address.serial);
    if (message === null) return false;
    const { keys } = facts;
    const epoch = epochOfSent(keys, address, message.to[0].address);
    return epoch !== null && epoch === epochOfMessage(message, keys, config);
  });
  return found ?? null;
}

function sentMessage(ticket: Ticket | null, wanted: number): OutgoingMessage | null {
  const message = ticket?.messages.find(({ serial }) => serial === wanted);
  return message?.direction === 'out' ? message : null;
}

/** After a restore a serial comes twice: a token means the message of its own epoch. */
function epochOfMessage(
  { messageId, to }: OutgoingMessage,
  keys: SigningKeys,
  config: Config,
): string | null {
  const id = parseSignedId(messageId, config.domain, prefixesOf(config));
  return id === null ? null : epochSentTo(keys, id, to[0].address);
}

/** Whether it is a mail of ours that came round: its Message-ID, or an address that only we make, says so. */
export function isSentByUs(
  {
    messageId,
    addresses,
  }: { readonly messageId: string | null; readonly addresses: readonly string[] },
  config: Config,
  facts: Facts,
): boolean {
  const signs = signsIn(messageId === null ? [] : [messageId], addresses, config);
  return signs.length > 0 && (signedThread(signs, null, config, facts)?.sent ?? null) !== null;
}

const NO_THREAD: Thread = {
  ...{ signed: null, provesSender: false, sent: null, known: null, answered: null },
};

export function threadOf(
  { references, recipients, sender }: Names,
  config: Config,
  facts: Facts,
): Thread {
  const tried = nearest(references);
  const signs = signsIn(tried, recipients, config);
  const thread = signs.length === 0 ? null : signedThread(signs, sender, config, facts);
  if (thread !== null) return thread;
  let answered: TicketId | null = null;
  for (const reference of tried) {
    const known = ticketOfMessage(facts, reference);
    answered ??= known?.id ?? null;
    if (known !== null && isOnTicket(known, sender)) {
      return { ...NO_THREAD, known: known.id, answered };
    }
  }
  return { ...NO_THREAD, answered };
}

/** Names a mail of ours; to whom it was sent, its token tells. */
interface Sign {
  readonly ticket: TicketId;
  readonly serial: number;
  /** The epoch in which it was signed for this recipient, or null. */
  readonly epochFor: (keys: SigningKeys, recipient: string) => string | null;
}

function signsIn(
  references: readonly string[],
  recipients: readonly string[],
  config: Config,
): readonly Sign[] {
  const prefixes = prefixesOf(config);
  const byAddress = recipients.flatMap((recipient): Sign | readonly [] => {
    const address = parseSignedAddress(recipient, config.domain, prefixes);
    if (address === null || !('serial' in address)) return [];
    const { ticket, serial } = address;
    return { ticket, serial, epochFor: (keys, to) => epochOfSent(keys, address, to) };
  });
  const byReference = references.flatMap((reference): Sign | readonly [] => {
    const id = parseSignedId(reference, config.domain, prefixes);
    if (id === null) return [];
    return { ...id, epochFor: (keys, recipient) => epochSentTo(keys, id, recipient) };
  });
  return [...byAddress, ...byReference];
}

function signedThread(
  signs: readonly Sign[],
  sender: string | null,
  config: Config,
  facts: Facts,
): Thread | null {
  const { keys } = facts;
  let routed: Thread | null = null;
  for (const { ticket: id, serial, epochFor } of signs) {
    const ticket = ticketIn(facts, id);
    if (ticket === null) continue;
    const message = sentMessage(ticket, serial);
    const epoch = message === null ? null : epochOfMessage(message, keys, config);
    const sentTo = (recipient: string, signed: string): Sent | null =>
      signed === epoch ? { ticket: id, serial, recipient } : null;
    const ofSender = sender === null ? null : epochFor(keys, sender);
    if (sender !== null && ofSender !== null) {
      return {
        signed: id,
        provesSender: true,
        sent: sentTo(sender, ofSender),
        known: null,
        answered: null,
      };
    }
    if (routed !== null || message === null) continue;
    const recipient = message.to[0].address;
    const ofRecord = epochFor(keys, recipient);
    if (ofRecord === null) continue;
    routed = {
      signed: id,
      provesSender: false,
      sent: sentTo(recipient, ofRecord),
      known: null,
      answered: null,
    };
  }
  return routed;
}
