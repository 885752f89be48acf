/**
 * What an answer of the staff says of the mail that it answers: its number on the ticket, by the
 * nearest of its references that has one (what came back to its author has not, and goes on in the
 * thread of that mail), and the reply address that was used. Pure.
 */
import { type AddressOfStaff, parseSignedAddress } from '../addresses/signed-address.ts';
import { parseSignedId } from '../addresses/signed-id.ts';
import { type Config, prefixesOf } from '../config/config.ts';
import type { ParsedMessage } from '../reading/message.ts';
import type { TicketId } from '../ticket/ticket.ts';

/** null if it names no mail about this ticket. */
export function serialAnswered(
  { references }: Pick<ParsedMessage, 'references'>,
  ticket: TicketId,
  config: Config,
): number | null {
  const named = references.map((id) => parseSignedId(id, config.domain, prefixesOf(config)));
  return named.find((one) => one?.ticket === ticket)?.serial ?? null;
}

/** The first address for answers in its To and Cc; null if there is none. */
export function answerAddressIn(
  mail: Pick<ParsedMessage, 'to'>,
  config: Config,
): Extract<AddressOfStaff, { readonly minute: number }> | null {
  return givenInFields(mail, config).find(({ role }) => ANSWERING.includes(role)) ?? null;
}

/** Whether it was sent to an address that one of the staff was given to answer from. */
export function isToGiven(mail: Pick<ParsedMessage, 'to'>, config: Config): boolean {
  return givenInFields(mail, config).some(({ role }) => role !== 'note');
}

/** Whether it was sent to one that reaches whom the answered mail had in copy. */
export function isToCopies(mail: Pick<ParsedMessage, 'to'>, config: Config): boolean {
  return givenInFields(mail, config).some(({ role }) => role === 'copies');
}

const ANSWERING: readonly AddressOfStaff['role'][] = ['answer', 'copies'];

function givenInFields(
  { to }: Pick<ParsedMessage, 'to'>,
  config: Config,
): readonly AddressOfStaff[] {
  return givenAmong(
    to.map(({ address }) => address),
    config,
  );
}

/** What the staff were given, by its shape. */
export function givenAmong(
  addresses: readonly string[],
  config: Config,
): readonly AddressOfStaff[] {
  return addresses.flatMap((address) => {
    const given = parseSignedAddress(address, config.domain, prefixesOf(config));
    return given !== null && 'minute' in given && given.role !== 'plan' ? given : [];
  });
}
