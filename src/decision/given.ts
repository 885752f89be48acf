/**
 * Whose reply address a mail was sent to: the addresses that the staff are given say for
 * whom, and for what, they are good (addresses/signed-address.ts).
 */

import { givenToPerson, parseSignedAddress, type StaffRole } from '../addresses/signed-address.ts';
import { type Config, prefixesOf, type StaffPerson } from '../config/config.ts';
import { currentTicketIn, type Facts, isHeldIn } from '../journal/facts.ts';
import type { TicketId } from '../ticket/ticket.ts';
import { personOf } from './trust.ts';

interface Sent {
  readonly recipients: readonly string[];
  readonly from: string | null;
}

export interface Given {
  readonly person: StaffPerson;
  readonly role: StaffRole;
  readonly how: 'counts' | 'before a restore';
  readonly ticket: TicketId;
}

/**
 * Whose address it is, and what for; `staffProof: "sasl"` asks for the login alone. A ticket that is
 * not there was lost with the store, if it was given an address before a restore.
 */
export function givenTo(
  ticket: TicketId | null,
  { recipients, from }: Sent,
  config: Config,
  facts: Facts,
  now: Date,
): Given | null {
  if (config.staffProof === 'sasl') return null;
  for (const recipient of recipients) {
    const address = parseSignedAddress(recipient, config.domain, prefixesOf(config));
    if (address?.role !== 'answer' && address?.role !== 'note') continue;
    const goesTo = currentTicketIn(facts, address.ticket);
    if ((goesTo?.id ?? null) !== ticket) continue;
    const { keys } = facts;
    for (const person of config.staff) {
      const how = givenToPerson(keys, address, person.name, now);
      if (how === null || (how === 'counts' && goesTo === null)) continue;
      // What it lets out is asked more of: a customer who has come to know the address does not know whose it is.
      const isTheirs = personOf(from, config.staff) === person;
      const { role } = address;
      if (role === 'note' || isTheirs) return { person, role, how, ticket: address.ticket };
    }
  }
  return null;
}

/** Who says that a held mail is theirs. */
export interface Confirmation {
  readonly held: number;
  readonly person: StaffPerson;
  /** It is held still. */
  readonly isWaiting: boolean;
}

/** Whoever answers from that one-time address has read what was sent to that person alone. */
export function confirmationIn(
  recipients: readonly string[],
  config: Config,
  facts: Facts,
  now: Date,
): Confirmation | null {
  for (const recipient of recipients) {
    const address = parseSignedAddress(recipient, config.domain, prefixesOf(config));
    if (address?.role !== 'confirm') continue;
    const { keys } = facts;
    const person = config.staff.find(
      ({ name }) => givenToPerson(keys, address, name, now) === 'counts',
    );
    if (person === undefined) continue;
    const isWaiting = isHeldIn(facts, address.held);
    return { held: address.held, person, isWaiting };
  }
  return null;
}
