/**
 * What the staff have been sent about a ticket: its conversation, and the desk's own words
 * around it. By it a copy in an answer is known (reading/quotes/desk-copy.ts), and what must not
 * go out with one (inner-words.ts).
 *
 * The conversation is what the addressees of an answer wrote, and what was sent to them; a note, or
 * a mail of or to anybody else, is of the desk alone. Pure.
 */
import { isOwnAddress, ownAddresses } from '../addresses/own-address.ts';
import type { Config } from '../config/config.ts';
import { isAroundEarlier, isEndOfEarlier, linesAroundEarlier } from '../letters/earlier.ts';
import {
  DESK_SENTENCES,
  isDesksOwn,
  isLastOfNotification,
  sentencesFor,
  writerNamed,
} from '../letters/notification-sentences.ts';
import { absentLine } from '../letters/notification-text.ts';
import { newText } from '../reading/message.ts';
import type { Sent } from '../reading/quotes/desk-copy.ts';
import type { SentText } from '../reading/quotes/sent-words.ts';
import type { AwayPeople } from '../ticket/away.ts';
import type { HeldMail } from '../ticket/held.ts';
import { isBy } from '../ticket/reply-to.ts';
import {
  type Mailbox,
  type Message,
  mailboxText,
  type Note,
  namesOf,
  peopleOf,
  sameAddress,
  type Ticket,
} from '../ticket/ticket.ts';
import type { Whom } from './answered.ts';
import { isWordToStaff, linesThatCameBack, SENTENCES_TO_STAFF } from './words-to-staff.ts';

type Reached = Pick<Whom, 'addressees' | 'also'>;

/** `whom`: who gets the answer; `held`: mail that nobody has let in; `away`: who is. */
export function sentToStaff(
  ticket: Ticket | null,
  whom: Reached,
  { held, away }: { readonly held: readonly HeldMail[]; readonly away: AwayPeople },
  config: Config,
): Sent {
  const own = ownAddresses(config);
  const isWriter = writersIn(ticket);
  return {
    texts: [
      DESK_TEXT,
      ...Object.entries(away).map(([by, { until }]) => absenceText(by, until)),
      ...(ticket === null ? [] : textsOf(ticket, whom)),
      ...textsOfHeld(ticket, [...whom.addressees, ...whom.also], held),
      ...(ticket === null ? [] : titlesOf(ticket)),
      ...framesOf(ticket, config),
    ],
    namesDesk: (words) =>
      words
        .split(/[\s<>()[\],;:"']/)
        .some((word) => word.includes('@') && isOwnAddress(withoutEnd(word), own)),
    isFrame: (line) => {
      const plain = withoutMailto(line);
      return isWriter(plain) || isDesksOwn(plain) || isAroundEarlier(plain) || isWordToStaff(plain);
    },
    isLast: (line) => isLastOfNotification(line) || isEndOfEarlier(line),
    cameBack: linesThatCameBack,
  };
}

function absenceText(by: string, until: string | null): SentText {
  return { whose: 'frame', text: absentLine({ by, until }) };
}

const DESK_TEXT: SentText = {
  whose: 'frame',
  text: [...DESK_SENTENCES, ...SENTENCES_TO_STAFF].join('\n'),
};

/** A page of it begins so; one of before it was moved, with another name. */
function titlesOf(ticket: Ticket): readonly SentText[] {
  return namesOf(ticket).map((name) => ({ whose: 'frame', text: `${name} ${ticket.subject}` }));
}

/** Its own lines that name people, and may be wrapped anew. */
function framesOf(ticket: Ticket | null, { control, domain }: Config): readonly SentText[] {
  if (ticket === null) return [];
  const writers = ticket.messages.flatMap((message) =>
    message.direction === 'in' && message.from !== null ? [message.from] : [],
  );
  const people = [...peopleOf(ticket), ...writers].toReversed();
  const named = new Map(people.map((person) => [mailboxText(person), person]));
  const known = [...named.values()].slice(0, MAX_PEOPLE);
  const sentences = sentencesFor(ticket, known, `${control}@${domain}`);
  const lines = [...linesAroundEarlier(ticket), ...sentences];
  return lines.map((text) => ({ whose: 'frame', text }));
}

const MAX_PEOPLE = 100;

/** The latest last. */
function textsOf(ticket: Ticket, whom: Reached): readonly SentText[] {
  return ticket.messages.flatMap((message) => {
    const whose = isShared(message, whom) ? 'shared' : 'inner';
    return saidIn(message).map((text) => ({ whose, text }) as const);
  });
}

/**
 * The first lines of notifications that name nobody but the writer, or the end of one that is
 * wrapped: whoever is proven has nothing behind their name by which the line would be known.
 */
function writersIn(ticket: Ticket | null): (line: string) => boolean {
  const known = new Set(
    (ticket?.messages ?? []).flatMap((message) =>
      message.direction === 'in' && message.from !== null
        ? [writerNamed(message.from), message.from.address].map(asCompared)
        : [],
    ),
  );
  return (line) => /:\s{0,4}$/.test(line) && known.has(asCompared(line));
}

/** Letters, digits and what is in an address. */
function asCompared(line: string): string {
  return line.toLowerCase().replace(/[^\p{L}\p{N}@.]/gu, '');
}

/** A word without the marks and stops at its end. */
function withoutEnd(word: string): string {
  let end = word.length;
  while (end > 0 && '.*_'.includes(word.charAt(end - 1))) end -= 1;
  return word.slice(0, end);
}

/** As clients write the address of a link behind it. */
function withoutMailto(line: string): string {
  return line.replace(/<mailto:[^\s<>]{1,320}>|\[mailto:[^\s[\]]{1,320}\]/gi, '');
}

/** What a notice has told of it. Who gets the answer knows what they have written themselves. */
function textsOfHeld(
  ticket: Ticket | null,
  addressees: readonly Mailbox[],
  held: readonly HeldMail[],
): readonly SentText[] {
  const isOfTicket = ({ ticket: to }: HeldMail) =>
    to !== null && (to === ticket?.id || ticket?.merged.includes(to) === true);
  return held
    .filter((mail) => isOfTicket(mail) && !addressees.some((one) => isFrom(mail, one)))
    .flatMap(({ subject, beginning = '' }) => [
      { whose: 'inner', text: subject } as const,
      { whose: 'inner', text: beginning } as const,
    ]);
}

function isFrom({ from }: HeldMail, { address }: Mailbox): boolean {
  return from !== null && sameAddress(from.address, address);
}

/** What was said before is shown without what it quotes (letters/earlier.ts). */
function saidIn(message: Message | Note): readonly string[] {
  const { text } = message;
  const own = message.direction === 'in' ? newText(message) : text;
  return own.trim() === text.trim() ? [text] : [own, text];
}

/** Of those on the ticket one has had part in it, and so has each of the others. */
function isShared(message: Message | Note, { addressees, also }: Reached): boolean {
  return hadPart(message, addressees) && also.every((one) => hadPart(message, [one]));
}

function hadPart(message: Message | Note, addressees: readonly Mailbox[]): boolean {
  const isOneOf = (address: string) =>
    addressees.some((person) => sameAddress(person.address, address));
  switch (message.direction) {
    case 'internal':
      return false;
    case 'in':
      // Its author has sent it to them.
      if (message.to.some(({ address }) => isOneOf(address))) return true;
      return addressees.some(({ address }) => isBy(message, address));
    case 'out':
      return isOneOf(message.to[0].address);
  }
}
