/**
 * Whom the writer of a mail had in copy: people in its To and Cc.
 *
 * An answer goes to the writer. Whoever answers it to all (their notification has a second
 * address for that) reaches these as well; `copies` in the config can say `all` or `none`. Never
 * among them: addresses of ours and groups, the staff, machines, who has asked for no more mail, and who gets
 * the answer anyway. Of a mail that is on a ticket and proves nothing, of one of a list, nobody is.
 * Nothing that goes out by itself is for them. Pure.
 */
import { ownAddresses, reachesDesk } from '../addresses/own-address.ts';
import type { Config } from '../config/config.ts';
import { isOfGroup } from '../decision/trusted-sources.ts';
import type { ParsedMessage } from '../reading/message.ts';
import { isOfMachine, isWritable, sameMailbox } from '../ticket/address.ts';
import { addresseesOf } from '../ticket/addressees.ts';
import {
  isMuted,
  type Mailbox,
  type Message,
  type Note,
  sameAddress,
  type Ticket,
} from '../ticket/ticket.ts';
import { isToCopies } from './answered-mail.ts';

const MAX_COPIES = 10;
/** Marks of mail that goes to many (decision/checks.ts). */
const OF_LISTS: readonly string[] = ['list', 'precedence', 'null-sender'];
const NO_REPLY = /^(?:no|not|dont|donot)[-_.+]?reply/i;

/** What tells others from the desk's own. */
export type OwnDesk = Pick<
  Config,
  'staff' | 'domain' | 'queues' | 'control' | 'help' | 'alsoKnownAs' | 'groups'
>;

export interface InCopy {
  readonly people: readonly Mailbox[];
  /** How many more there are. */
  readonly left: number;
}

const NOBODY: InCopy = { people: [], left: 0 };

export function inCopy(ticket: Ticket, message: Message | Note | null, config: OwnDesk): InCopy {
  if (message?.direction !== 'in' || message.trust === 'automatic' || message.trust === 'staff') {
    return NOBODY;
  }
  if (OF_LISTS.includes(message.mark?.check ?? '')) return NOBODY;
  // Anybody can write to a ticket in another's name, and name people of their own.
  if (message.trust === 'claimed' && message.serial > 1) return NOBODY;
  const own = ownAddresses(config);
  const { to, copies } = addresseesOf(ticket, message);
  const others = [message.from, message.replyTo ?? null, to, ...copies].flatMap((one) => one ?? []);
  const staff = config.staff.flatMap(({ addresses }) => addresses);
  const found: Mailbox[] = [];
  for (const person of message.to) {
    const { address } = person;
    const isKnown = [...others, ...found].some((other) => sameAddress(other.address, address));
    const isPerson = isWritable(address) && !NO_REPLY.test(address) && !isOfMachine(address);
    const isOurs =
      reachesDesk(address, own) ||
      staff.some((theirs) => sameMailbox(theirs, address)) ||
      config.groups.some((group) => isOfGroup(address, group));
    if (!isKnown && isPerson && !isOurs && !isMuted(ticket, address)) found.push(person);
  }
  return { people: found.slice(0, MAX_COPIES), left: Math.max(0, found.length - MAX_COPIES) };
}

/** Whether an answer says that it is for them, too: by an address that was given for that. */
export function isToAll(mail: Pick<ParsedMessage, 'to'>, config: Config): boolean {
  return config.copies === 'all' || isToCopies(mail, config);
}
