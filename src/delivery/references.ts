/**
 * Which ticket a mail answers, by the Message-IDs that it names.
 *
 * A signed id of ours comes before any other: it says ticket and serial, and
 * whether this sender is the very person we sent it to. A signature that fits
 * neither the sender nor the recipient on record is no id of ours. Any other
 * known Message-ID routes the requester's own mail alone: people answer their
 * own mail, and a stranger must not catch it by using its id first. At most
 * TRIED references are looked up, nearest first, and only tickets that exist
 * are named.
 */
import type { Config } from '../config/config.ts';
import { prefixesOf } from '../config/config.ts';
import { parseSignedId, wasSentTo } from '../outgoing/signed-id.ts';
import type { Store } from '../store/store.ts';
import { isOfRequester, type TicketId } from '../ticket/ticket.ts';

const TRIED = 20;

export interface Thread {
  readonly signed: TicketId | null;
  /** The sender names a mail that we sent to his very address. */
  readonly provesSender: boolean;
  readonly known: TicketId | null;
}

export function threadOf(
  references: readonly string[],
  sender: string | null,
  config: Config,
  store: Store,
): Thread {
  const nearest = references.slice(0, TRIED);
  const thread = signedThread(nearest, sender, config, store);
  if (thread !== null) return thread;
  for (const reference of nearest) {
    const known = store.findMessage(reference);
    if (known !== null && isOfRequester(store.ticket(known), sender)) {
      return { signed: null, provesSender: false, known };
    }
  }
  return { signed: null, provesSender: false, known: null };
}

function signedThread(
  references: readonly string[],
  sender: string | null,
  config: Config,
  store: Store,
): Thread | null {
  const prefixes = prefixesOf(config);
  const ids = references.flatMap((name) => parseSignedId(name, config.domain, prefixes) ?? []);
  if (ids.length === 0) return null;
  const keys = store.signingKeys();
  let routed: Thread | null = null;
  for (const id of ids) {
    const ticket = store.ticket(id.ticket);
    if (ticket === null) continue;
    if (sender !== null && wasSentTo(keys, id, sender)) {
      return { signed: id.ticket, provesSender: true, known: null };
    }
    const message = ticket.messages.find(({ serial }) => serial === id.serial);
    if (
      routed === null &&
      message?.direction === 'out' &&
      wasSentTo(keys, id, message.to[0].address)
    ) {
      routed = { signed: id.ticket, provesSender: false, known: null };
    }
  }
  return routed;
}
