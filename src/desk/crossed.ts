/**
 * What colleagues have written, or that the ticket was closed, since the mail that one of the
 * staff answers was written to them.
 *
 * Which mail that is, its Message-ID says among the references of the answer; else the reply
 * address, which knows the minute in which it was given. An answer that names neither crosses
 * nothing. Who has been shown it once (`seen` of the ticket) is not shown it again. Pure.
 */

import type { Config } from '../config/config.ts';
import { personOf } from '../decision/trust.ts';
import { saidMeanwhile } from '../letters/earlier.ts';
import { MINUTE_MS } from '../ticket/age.ts';
import type { Change } from '../ticket/change.ts';
import { isOnTicket, type Message, type Note, nextSerial, type Ticket } from '../ticket/ticket.ts';
import { answerAddressIn, serialAnswered } from './answered-mail.ts';
import type { ReceivedMail } from './incoming.ts';
import { memberCalled } from './member.ts';

export interface Crossed {
  /** In a sentence. */
  readonly problem: string;
  /** What was written in between. */
  readonly shown: readonly string[];
  /** That they have been shown it. */
  readonly seen: Change;
}

export function crossed(
  ticket: Ticket,
  answer: Pick<ReceivedMail, 'references' | 'to'>,
  person: string,
  config: Config,
): Crossed | null {
  const answered = answeredBy(ticket, answer, config);
  if (answered === null) return null;
  const entries = ticket.messages.filter(
    (entry) => isOfColleague(entry, ticket, person, config) && isLater(entry, answered),
  );
  return crossedBy(ticket, entries, person, config, 'after the mail that you answer');
}

/** The same of an answer in a terminal, which answers what came in last. */
export function crossedBefore(ticket: Ticket, by: string, config: Config): Crossed | null {
  const person = memberCalled(by, config.staff)?.name ?? by;
  const own = ticket.messages.findLast((entry) => nameOf(entry, ticket, config) === person);
  const known = Math.max(lastCameIn(ticket, config), own?.serial ?? 0);
  const entries = ticket.messages.filter(
    (entry) => entry.serial > known && isOfColleague(entry, ticket, person, config),
  );
  return crossedBy(ticket, entries, person, config, 'since its customer wrote last');
}

export function seenBy(person: string, ticket: Ticket): Change {
  const isClosed = ticket.status === 'resolved';
  return {
    ...{ type: 'ticket.seen', ticket: ticket.id, person },
    ...{ serial: nextSerial(ticket) - 1, isClosed },
  };
}

function crossedBy(
  ticket: Ticket,
  entries: readonly (Message | Note)[],
  person: string,
  config: Config,
  since: string,
): Crossed | null {
  const { id, seen = {} } = ticket;
  const before = (Object.hasOwn(seen, person) ? seen[person] : undefined) ?? UNSEEN;
  const unseen = entries.filter(({ serial }) => serial > before.serial);
  const isClosed =
    ticket.status === 'resolved' &&
    !(before.isClosed && before.serial >= lastCameIn(ticket, config));
  if (unseen.length === 0 && !isClosed) return null;
  const names = [...new Set(unseen.map((entry) => nameOf(entry, ticket, config)))];
  const what = [
    ...(names.length === 0 ? [] : [`${names.join(' and ')} wrote on ${id}`]),
    ...(isClosed ? [`${id} was closed`] : []),
  ];
  return {
    problem: `${what.join(', and ')} ${since}`,
    shown: saidMeanwhile(ticket, unseen),
    seen: seenBy(person, ticket),
  };
}

const UNSEEN = { serial: 0, isClosed: false } as const;

/** A message of the ticket, or the time from which on nothing was known. */
type Answered = { readonly serial: number } | { readonly from: number };

function answeredBy(
  { id }: Ticket,
  answer: Pick<ReceivedMail, 'references' | 'to'>,
  config: Config,
): Answered | null {
  const serial = serialAnswered(answer, id, config);
  if (serial !== null) return { serial };
  const given = answerAddressIn(answer, config);
  return given === null ? null : { from: (given.minute + 1) * MINUTE_MS };
}

/** A note, or an answer to those on the ticket, once; what was passed on to others is neither. */
function isOfColleague(
  entry: Message | Note,
  ticket: Ticket,
  person: string,
  config: Config,
): boolean {
  const name = nameOf(entry, ticket, config);
  if (name === null || name === person) return false;
  if (entry.direction !== 'out') return true;
  if (entry.delivery === 'undone') return false;
  return entry.copyOf === undefined && isOnTicket(ticket, entry.to[0].address);
}

/**
 * Who of the desk has written it; null for a customer's mail, and for a machine's. What one of them
 * has sent from their own mailbox has come in.
 */
function nameOf(
  entry: Message | Note,
  ticket: Ticket,
  { staff }: Pick<Config, 'staff'>,
): string | null {
  if (entry.direction === 'in') {
    const author = entry.from?.address ?? null;
    const isSent = entry.trust === 'staff' && entry.to.some((to) => isOnTicket(ticket, to.address));
    return isSent && !isOnTicket(ticket, author) ? (personOf(author, staff)?.name ?? null) : null;
  }
  if (entry.by === undefined) return null;
  return memberCalled(entry.by, staff)?.name ?? entry.by;
}

function isLater({ serial, date }: Message | Note, answered: Answered): boolean {
  return 'serial' in answered ? serial > answered.serial : Date.parse(date) >= answered.from;
}

/** Its number: what comes in may open a ticket again. */
function lastCameIn(ticket: Ticket, config: Config): number {
  const last = ticket.messages.findLast(
    (message) =>
      message.direction === 'in' &&
      message.trust !== 'automatic' &&
      nameOf(message, ticket, config) === null,
  );
  return last?.serial ?? 0;
}
