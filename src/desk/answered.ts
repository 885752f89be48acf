/**
 * Which mail on the ticket an answer of the staff is to: the one that its author was shown, by the
 * Message-ID of the notification (addresses/signed-id.ts), else the last that a person wrote.
 *
 * Without a Message-ID of ours it is not known if somebody who is not on the ticket has written,
 * too, or if it is for whom the mail had in copy: then whoever answers is asked. Pure.
 */
import type { Config } from '../config/config.ts';
import type { ParsedMessage } from '../reading/message.ts';
import { outsiderIn } from '../ticket/addressees.ts';
import { replyToOf, requesterAt } from '../ticket/reply-to.ts';
import {
  type IncomingMessage,
  isOnTicket,
  type Mailbox,
  peopleOf,
  sameAddress,
  type Ticket,
} from '../ticket/ticket.ts';
import { isToGiven, serialAnswered } from './answered-mail.ts';
import { inCopy, isToAll } from './in-copy.ts';

interface Answered {
  readonly answered: IncomingMessage | null;
  /** Addresses of all whom it could be for, if that cannot be told. */
  readonly unclear: readonly string[];
  /** It names a mail about this ticket. */
  readonly namesMail: boolean;
}

/** Who gets an answer. */
export interface Whom {
  readonly addressees: readonly Mailbox[];
  /** Somebody who is not on the ticket, and nobody else. */
  readonly alone: { readonly to: Mailbox } | null;
  /** Where the requester wants this one. */
  readonly elsewhere: { readonly requesterAt: Mailbox } | null;
  /** Whom the mail had in copy, if the answer is for them, too. */
  readonly also: readonly Mailbox[];
  readonly unclear: readonly string[];
  /**
   * Who wrote the mail that it says it answers, or nobody whom a command could mean; null if it
   * does not say.
   */
  readonly answers: { readonly writer: Mailbox | null } | null;
}

export function whomIn(
  ticket: Ticket | null,
  message: Pick<ParsedMessage, 'references' | 'to'>,
  config: Config,
): Whom {
  if (ticket === null) {
    return { ...NOWHERE_ELSE, addressees: [], also: [], unclear: [], answers: null };
  }
  const isForAll = isToAll(message, config);
  const { answered, unclear, namesMail } = answeredBy(message, ticket, { isForAll, config });
  const known = unclear.length > 0 ? null : answered;
  const outsider = outsiderIn(ticket, known);
  const answers =
    known === null && !namesMail ? null : { writer: outsider ?? writerOnTicket(ticket, known) };
  const also = isForAll && unclear.length === 0 ? inCopy(ticket, answered, config).people : [];
  if (outsider !== null) {
    const alone = { to: outsider };
    return { ...NOWHERE_ELSE, addressees: [outsider], alone, also, unclear, answers };
  }
  const at = requesterAt(ticket, known);
  const people = peopleOf(ticket);
  if (at === null) return { ...NOWHERE_ELSE, addressees: people, also, unclear, answers };
  return {
    addressees: [at, ...people],
    alone: null,
    elsewhere: { requesterAt: at },
    also,
    unclear,
    answers,
  };
}

function writerOnTicket(ticket: Ticket, answered: IncomingMessage | null): Mailbox | null {
  if (answered === null) return null;
  const written = [answered.from, replyToOf(answered)];
  return written.find((one) => isOnTicket(ticket, one?.address ?? null)) ?? null;
}

const NOWHERE_ELSE = { alone: null, elsewhere: null } as const;

function answeredBy(
  answer: Pick<ParsedMessage, 'references' | 'to'>,
  ticket: Ticket,
  { isForAll, config }: { readonly isForAll: boolean; readonly config: Config },
): Answered {
  const named = serialAnswered(answer, ticket.id, config);
  const namesMail = named !== null;
  const written = ticket.messages.filter(
    (message): message is IncomingMessage =>
      message.direction === 'in' && message.trust !== 'automatic' && message.movedTo === undefined,
  );
  const shown = written.find(({ serial }) => serial === named);
  if (shown !== undefined) return { answered: shown, unclear: [], namesMail };
  // What is written to the ticket's own address answers no mail.
  if (!isToGiven(answer, config)) return { answered: null, unclear: [], namesMail };
  const hasOutsider = written.some(
    (message) => (outsiderIn(ticket, message) ?? requesterAt(ticket, message)) !== null,
  );
  const reached = (message: IncomingMessage) => [
    ...[replyToOf(message) ?? message.from].flatMap((writer) => writer?.address ?? []),
    ...(isForAll ? inCopy(ticket, message, config).people.map(({ address }) => address) : []),
  ];
  const different = written
    .flatMap(reached)
    .filter((address, at, all) => all.findIndex((other) => sameAddress(other, address)) === at);
  const isOneOfMany = written.length > 1 && different.length > 1 && (hasOutsider || isForAll);
  return {
    answered: written.at(-1) ?? null,
    unclear: isOneOfMany ? different : [],
    namesMail,
  };
}
