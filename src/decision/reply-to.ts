/**
 * Where the author of a mail wants answers: its Reply-To, if that plainly names one mailbox, and
 * another than its From.
 *
 * Never an address of ours, of the staff, of a machine, or one that nobody reads; none in a mail of
 * a list, which sets it by itself, nor the address of a group; and none for the staff, who are
 * known by their own addresses. When it counts says ticket/reply-to.ts. Pure.
 */
import { ownAddresses, reachesDesk } from '../addresses/own-address.ts';
import type { Config } from '../config/config.ts';
import { namesPlainly } from '../reading/addresses.ts';
import type { ParsedMessage } from '../reading/message.ts';
import { isAnswerable, isOfMachine, isReadByNobody, sameMailbox } from '../ticket/address.ts';
import { type Mailbox, sameAddress } from '../ticket/ticket.ts';
import { isOfGroup } from './trusted-sources.ts';

/** Fields that lists set, and with them Reply-To. */
const OF_LISTS: readonly string[] = ['list-id', 'list-post', 'mailing-list', 'precedence'];

export function replyToIn(
  { fields, from, replyTo: [replyTo, ...others] }: ParsedMessage,
  config: Config,
  /** The List-Id of a group of ours that it came through. */
  group: string | null,
): Mailbox | null {
  if (replyTo === undefined || others.length > 0 || from === null) return null;
  const { address } = replyTo;
  const [field, ...again] = fields.filter(({ name }) => name === 'reply-to');
  if (field === undefined || again.length > 0 || !namesPlainly(field.value, address)) return null;
  if (sameAddress(address, from.address) || isSomeMachines(address)) return null;
  if (group === null && fields.some(({ name }) => OF_LISTS.includes(name))) return null;
  if (config.groups.some((one) => isOfGroup(address, one))) return null;
  const staff = config.staff.flatMap(({ addresses }) => addresses);
  const isOfStaff = (one: string) => staff.some((theirs) => sameMailbox(theirs, one));
  const isOurs = reachesDesk(address, ownAddresses(config));
  return isOurs || isOfStaff(address) || isOfStaff(from.address) ? null : replyTo;
}

function isSomeMachines(address: string): boolean {
  return !isAnswerable(address) || isReadByNobody(address) || isOfMachine(address);
}
