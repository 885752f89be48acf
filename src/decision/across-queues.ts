/**
 * A mail about a ticket that came to another queue than the ticket's, or names one.
 *
 * If its To names that queue and not the ticket, it is that queue's to deal with. Else both are
 * told of it. Only a mail that names a mail of the ticket is meant: any other opens a ticket in the
 * queue that it came to. Pure.
 */

import { parseSignedAddress } from '../addresses/signed-address.ts';
import { type Config, prefixesOf, type QueueConfig, queueAddress } from '../config/config.ts';
import type { ParsedMessage } from '../reading/message.ts';
import { queueIn, ticketOfAddress } from '../ticket/id.ts';
import { type Mailbox, otherNames, sameAddress, type Ticket } from '../ticket/ticket.ts';

export interface Across {
  /** The other queue, if it alone is meant. */
  readonly isForOther: boolean;
  /** Prefixes of the queues whose people are told as well. */
  readonly alsoTold: readonly string[];
}

const NOT_ACROSS: Across = { isForOther: false, alsoTold: [] };

interface Addressed {
  /** Of the recipient; null if it names none. */
  readonly queue: QueueConfig | null;
  /** Of the envelope: one of them may be an alias of that queue. */
  readonly recipients: readonly string[];
  /** It came to the address of the ticket. */
  readonly isToTicket: boolean;
  /** It names a mail of the ticket. */
  readonly isAnswer: boolean;
}

export function acrossOf(
  ticket: Ticket | null,
  { queue, recipients, isToTicket, isAnswer }: Addressed,
  { to, primary }: Pick<ParsedMessage, 'to' | 'primary'>,
  config: Config,
): Across {
  if (ticket === null || !isAnswer || config.acrossQueues === 'none') return NOT_ACROSS;
  const isAmong = (one: QueueConfig, people: readonly Mailbox[]) => {
    const addresses = [queueAddress(one, config), ...(one === queue ? recipients : [])];
    return people.some(({ address }) => addresses.some((own) => sameAddress(address, own)));
  };
  // Whoever writes to a queue that it was in need not know that it was moved.
  const ownQueues = [ticket.queue, ...otherNames(ticket).map(queueIn)];
  const others = config.queues.filter(({ prefix }) => !ownQueues.includes(prefix));
  const own = config.queues.filter(({ prefix }) => ownQueues.includes(prefix));
  const isToOwn =
    primary.some(({ address }) => isOfTicket(address, config)) ||
    own.some((one) => isAmong(one, primary));
  const isAlone = (one: QueueConfig) =>
    config.acrossQueues === 'link' && !isToOwn && isAmong(one, primary);
  const isMeant = (one: QueueConfig) => one === queue || isAmong(one, to);
  // What is for the other queue alone opens a ticket there, when it comes to that.
  const told = others.filter((one) => isMeant(one) && !(isToTicket && isAlone(one)));
  return {
    isForOther: queue !== null && !isToTicket && others.includes(queue) && isAlone(queue),
    alsoTold: told.map(({ prefix }) => prefix),
  };
}

/** Plain or signed, of whichever ticket. */
function isOfTicket(address: string, config: Config): boolean {
  const prefixes = prefixesOf(config);
  return (
    ticketOfAddress(address, config.domain, prefixes) !== null ||
    parseSignedAddress(address, config.domain, prefixes) !== null
  );
}
