/**
 * Whose reply address a mail was sent to: the addresses that the staff are given say for
 * whom, and for what, they are good (addresses/signed-address.ts).
 */

import {
  type AddressOfPlan,
  type AddressOfRating,
  type AddressOfStaff,
  givenToPerson,
  parseSignedAddress,
  type StaffRole,
} from '../addresses/signed-address.ts';
import { type Config, prefixesOf, type StaffPerson } from '../config/config.ts';
import {
  commitIn,
  currentTicketIn,
  type Facts,
  isHeldIn,
  type Noticed,
  noticedIn,
  returnedIn,
} from '../journal/facts.ts';
import { commandingText, type ParsedMessage } from '../reading/message.ts';
import type { TicketId } from '../ticket/ticket.ts';
import { personOf } from './trust.ts';

interface Sent {
  readonly recipients: readonly string[];
  readonly from: string | null;
}

export interface Given {
  readonly person: StaffPerson;
  readonly role: Exclude<StaffRole, 'copies'>;
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
    if (address === null || 'serial' in address || address.role === 'plan') continue;
    const { keys } = facts;
    for (const person of config.staff) {
      const about = goodFor(address, person, facts);
      if (about === null) continue;
      const goesTo = currentTicketIn(facts, about.ticket);
      if ((goesTo?.id ?? null) !== ticket) continue;
      const how = givenToPerson(keys, address, person.name, now);
      if (how === null || (how === 'counts' && goesTo === null)) continue;
      // What it lets out is asked more of: a customer who has come to know the address does not know whose it is.
      const isTheirs = personOf(from, config.staff) === person;
      if (about.role === 'note' || isTheirs) return { person, how, ...about };
    }
  }
  return null;
}

/** Other than the word, one answers a mail that came back with an answer, and a notice with a note. */
function goodFor(
  address: AddressOfStaff,
  { name }: StaffPerson,
  facts: Facts,
): Pick<Given, 'role' | 'ticket'> | null {
  if (address.role !== 'confirm') {
    const { role, ticket } = address;
    return { role: role === 'copies' ? 'answer' : role, ticket };
  }
  const returned = returnedIn(facts, address.held);
  if (returned !== null) return { role: 'answer', ticket: returned.ticket };
  const ticket = noticedIn(facts, address.held, name)?.ticket ?? null;
  return ticket === null ? null : { role: 'note', ticket };
}

/** Whose reply address for answers it was sent to, whoever it is from. */
export function ownerOfAddress(
  ticket: TicketId | null,
  recipients: readonly string[],
  config: Config,
  facts: Facts,
  now: Date,
): StaffPerson | null {
  const owners = config.staff.filter(({ name, addresses: [from = null] }) => {
    const given = givenTo(ticket, { recipients, from }, config, facts, now);
    return given?.person.name === name && given.role === 'answer' && given.how === 'counts';
  });
  return owners[0] ?? null;
}

/** The word of one of the staff, about a mail that waits for it. */
export interface Confirmation {
  /** Number of the mail's commit. */
  readonly held: number;
  readonly person: StaffPerson;
  /** It has not been dealt with yet. */
  readonly isWaiting: boolean;
  /** Of a mail that came back: where it was written to. Of a notice: what it is about. */
  readonly ticket: TicketId | null;
  /** The held mails that a notice has named; null if it is none. */
  readonly named: Noticed['held'] | null;
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
    const { held } = address;
    const person = config.staff.find(
      ({ name }) => givenToPerson(keys, address, name, now) === 'counts',
    );
    if (person === undefined) continue;
    const returned = returnedIn(facts, held);
    if (returned !== null && returned.person !== person.name) continue;
    const isWaiting = returned?.isWaiting ?? isHeldIn(facts, held);
    const notice = noticedIn(facts, held, person.name);
    const ticket = returned?.ticket ?? notice?.ticket ?? null;
    const mail = commitIn(facts, held) ?? held;
    return { held: mail, person, isWaiting, ticket, named: notice?.held ?? null };
  }
  return null;
}

/** Sent to an address for somebody's word, whether it counts or not. */
export function isToConfirm(recipients: readonly string[], config: Config): boolean {
  return recipients.some((one) => {
    const role = parseSignedAddress(one, config.domain, prefixesOf(config))?.role;
    return role === 'confirm' || role === 'plan';
  });
}

/**
 * The one-time address of a robot's plan, or one that rates a ticket, which it was sent to: whether it
 * counts or not.
 */
export function oneTimeAddressIn(
  recipients: readonly string[],
  config: Config,
): AddressOfPlan | AddressOfRating | null {
  for (const one of recipients) {
    const address = parseSignedAddress(one, config.domain, prefixesOf(config));
    if (address?.role === 'plan' || address?.role === 'rating') return address;
  }
  return null;
}

/** Says that it is the word: what a client quotes or signs below does not count. */
export function isTheWord(message: ParsedMessage): boolean {
  const [first = ''] = commandingText(message).trimStart().split('\n', 1);
  return /^["'“”„‚‘’«»*_`]{0,3}send["'“”‘’«»*_`.!]{0,4}$/i.test(first.trim());
}

/** In eight languages, as people say it. */
const SENDS =
  /^(?:sen[dt]|(?:ab)?(?:senden|schicken)|envoyer|envoyez|enviar|env[ií]a|inviare?|verzenden|skicka|wyślij|отправить)$/;
const AROUND_SENDS =
  /^(?:please|it|now|ok(?:ay)?|yes|anyway|just|this|as|is|out|so|bitte|ja|es|trotzdem|oui|svp|le|la|s[ií]|por|favore?|lo|per|graag)$/;
const MAX_WORDS_AROUND = 6;

/** Is meant for the desk, and not quite the word: "Senden", "OK, send it". A customer must not get it. */
export function isLikeTheWord(message: ParsedMessage): boolean {
  const lines = commandingText(message).split('\n', 100);
  return lines
    .filter((line) => /[\p{L}]/u.test(line))
    .slice(0, 2)
    .some((line) => {
      const words =
        line
          .slice(0, 200)
          .toLowerCase()
          .match(/[\p{L}\p{N}]+/gu) ?? [];
      return (
        words.length <= MAX_WORDS_AROUND &&
        words.some((word) => SENDS.test(word)) &&
        words.every((word) => SENDS.test(word) || AROUND_SENDS.test(word))
      );
    });
}

const HELD_WORDS = ['release', 'open', 'discard', 'block'] as const;

/** What is to be done with a held mail. */
export interface HeldOrder {
  readonly word: (typeof HELD_WORDS)[number];
  readonly id: number;
  readonly isHeld: boolean;
}

/**
 * `release`, or `discard 17 and 18`, in each line that its author wrote: null if it says something
 * else, and nothing if it begins like one and goes on, or names no mail where there are several.
 */
export function heldOrdersIn(
  message: ParsedMessage,
  named: Noticed['held'],
): readonly HeldOrder[] | null {
  const lines = commandingText(message)
    .split('\n')
    .map((line) => line.trim().toLowerCase())
    .filter((line) => line !== '');
  const isLikeOne = HELD_WORDS.some((word) => lines[0]?.split(/[^a-z]/, 1)[0] === word);
  if (!isLikeOne) return null;
  const orders = lines.map((line) => heldOrderIn(line, named));
  return orders.includes(null) ? [] : orders.flatMap((order) => order ?? []);
}

function heldOrderIn(line: string, named: Noticed['held']): readonly HeldOrder[] | null {
  const [first, ...rest] = line.split(/[\s,;.]+/).filter((word) => word !== '');
  const word = HELD_WORDS.find((known) => known === first);
  const ids = rest.filter((one) => one !== 'and').map((one) => Number(one.replace(/^#/, '')));
  const wanted = ids.length === 0 && named.length === 1 ? named.map(({ id }) => id) : ids;
  const found = wanted.flatMap((id) => named.find((one) => one.id === id) ?? []);
  if (word === undefined || found.length === 0 || found.length < wanted.length) return null;
  return found.map((one) => ({ word, ...one }));
}
