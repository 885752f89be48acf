/**
 * Whose reply address a mail was sent to: the addresses that the staff are given say for
 * whom, and for what, they are good (outgoing/signed-address.ts).
 */
import { type Config, prefixesOf, type StaffPerson } from '../config/config.ts';
import { isOfPerson, parseSignedAddress } from '../outgoing/signed-address.ts';
import type { Store } from '../store/store.ts';
import { currentTicket, type TicketId } from '../ticket/ticket.ts';
import { type Proofs, personOf } from './trust.ts';

interface Sent {
  readonly recipients: readonly string[];
  readonly from: string | null;
}

/** An address for an answer or a note on this ticket; `staffProof: "sasl"` asks for the login alone. */
export function givenTo(
  ticket: TicketId | null,
  { recipients, from }: Sent,
  config: Config,
  store: Store,
  now: Date,
): Proofs['givenTo'] {
  if (config.staffProof === 'sasl') return null;
  for (const recipient of recipients) {
    const address = parseSignedAddress(recipient, config.domain, prefixesOf(config));
    if (address?.role !== 'answer' && address?.role !== 'note') continue;
    const goesTo = currentTicket(address.ticket, (id) => store.ticket(id));
    if (ticket === null || goesTo?.id !== ticket) continue;
    const keys = store.signingKeys();
    const person = config.staff.find(({ name }) => isOfPerson(keys, address, name, now));
    if (person === undefined) continue;
    // What it lets out is asked more of: a customer who has come to know the address does not know whose it is.
    const isHis = personOf(from, config.staff) === person;
    if (address.role === 'note' || isHis) return { person, role: address.role };
  }
  return null;
}

/** Who says that a held mail is theirs. */
export interface Confirmation {
  readonly held: number;
  readonly person: StaffPerson;
}

/** Whoever answers from that one-time address has read what was sent to that person alone. */
export function confirmationIn(
  recipients: readonly string[],
  config: Config,
  store: Store,
  now: Date,
): Confirmation | null {
  for (const recipient of recipients) {
    const address = parseSignedAddress(recipient, config.domain, prefixesOf(config));
    if (address?.role !== 'confirm') continue;
    const keys = store.signingKeys();
    const person = config.staff.find(({ name }) => isOfPerson(keys, address, name, now));
    if (person !== undefined) return { held: address.held, person };
  }
  return null;
}
