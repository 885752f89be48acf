/**
 * Everything that the decision about a mail can ask of the store.
 *
 * Known from the mail alone: the tickets that its addresses and references name, of the
 * references the TRIED nearest, whoever it may act for, and the address that it is from.
 * Pure; the decision itself is in decide.ts.
 */

import { parseSignedAddress } from '../addresses/signed-address.ts';
import { parseSignedId } from '../addresses/signed-id.ts';
import { type Config, prefixesOf } from '../config/config.ts';
import { NO_QUESTIONS, type Questions } from '../journal/facts.ts';
import { inUnicode } from '../reading/addresses.ts';
import type { ParsedMessage } from '../reading/message.ts';
import type { Verb } from '../ticket/decision.ts';
import type { TicketId } from '../ticket/ticket.ts';
import { addressee } from './addressing.ts';
import { replyOf } from './automatic-reply.ts';
import type { Envelope } from './envelope.ts';
import { guard } from './guard.ts';
import { namedByReport, nearest } from './references.ts';
import { ticketInBrackets } from './subject-number.ts';
import { personOf } from './trust.ts';
import { authorOf } from './trusted-sources.ts';

export interface Arrived {
  readonly envelope: Envelope;
  readonly message: ParsedMessage;
  readonly verb: Verb;
  /** Prefix of the queue of mail whose address names none; null: the config's first. */
  readonly defaultQueue: string | null;
}

export function questionsOf(arrived: Arrived, config: Config): Questions {
  const { envelope, message, verb, defaultQueue } = arrived;
  const { recipients, sender } = envelope;
  const { messageId } = message;
  const repliesTo = message.replyTo.map(({ address }) => address);
  const author = authorOf(message, config)?.address ?? null;
  const writer = author ?? (sender ? inUnicode(sender) : null);
  const references = unique([
    ...nearest(message.references),
    ...nearest(namedByReport(message)),
    ...(messageId === null ? [] : [messageId]),
  ]);
  const signed = [...recipients, sender, ...repliesTo].flatMap((address) => {
    const found = parseSignedAddress(address ?? '', config.domain, prefixesOf(config));
    return found === null ? [] : [found];
  });
  const isToStaffAddress = signed.some((one) => !('serial' in one));
  const toConfirm = signed.flatMap((address) => (address.role === 'confirm' ? [address.held] : []));
  return {
    ...NO_QUESTIONS,
    tickets: unique<TicketId>([
      ...(addressee({ verb, envelope, to: message.to, defaultQueue }, config).ticket ?? []),
      ...some(ticketInBrackets(message.subject, prefixesOf(config))),
      ...signed.flatMap(({ ticket }) => some(ticket)),
      ...references.flatMap((id) =>
        some(parseSignedId(id, config.domain, prefixesOf(config))?.ticket ?? null),
      ),
    ]),
    linkedBy: writer,
    messages: references,
    acts:
      messageId === null
        ? []
        : actorsOf(author, isToStaffAddress, config).map((actor) => ({ actor, messageId })),
    writers: mayBeMarked(arrived) ? some(writer) : [],
    addresses: unique([...some(author), ...repliesTo]),
    held: toConfirm,
    returned: toConfirm,
    noticed: toConfirm,
  };
}

/** Under whose name it may act: whose the address is that it was sent to, is asked of the keys later. */
function actorsOf(
  author: string | null,
  isToStaffAddress: boolean,
  { staff }: Config,
): readonly string[] {
  const named = isToStaffAddress ? staff : some(personOf(author, staff));
  return unique([...named.map(({ name }) => name), ...some(author?.toLowerCase() ?? null)]);
}

/** Whatever else is found out: of a mail without any, it is not asked who has written before. */
function mayBeMarked({ envelope, message }: Arrived): boolean {
  const { fields, subject } = message;
  const from = message.from?.address ?? null;
  const known = {
    ...{ envelope, fields, from, source: null, own: NOTHING_OF_OURS, bounceAddress: null },
    // What matters here is whether it could be one.
    reply: replyOf({ subject, fields, isFromNull: envelope.sender === '', answered: null }),
  };
  return guard(known).says !== null;
}

const NOTHING_OF_OURS = { domain: '', prefixes: [], queues: [], services: [], others: [] };

function some<T>(value: T | null): readonly T[] {
  return value === null ? [] : [value];
}

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}
