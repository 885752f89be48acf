/**
 * Who of the staff is written to about what a commit holds, and what each mail shows.
 *
 * A mail from outside is told to those whose it is to answer; what a colleague says or does (an
 * answer, a note, giving the ticket to somebody, closing it) to whom the ticket concerns, and so
 * is that a customer has closed it. Whoever gets a ticket is shown what its customer wrote last.
 * Nobody is told what they did themselves, and of machines' mail nobody is. Pure.
 */

import type { Config, StaffPerson } from '../config/config.ts';
import type { ShownHtml } from '../html/shown.ts';
import { OWN_PATHS } from '../journal/own-names.ts';
import type { Deed, NotificationDraft } from '../letters/draft.ts';
import { type Change, ticketsOf } from '../ticket/change.ts';
import { laterIn } from '../ticket/later.ts';
import {
  type IncomingMessage,
  type Message,
  type Note,
  receivedAs,
  sameAddress,
  type Ticket,
  type TicketId,
} from '../ticket/ticket.ts';
import { handOver } from './away.ts';
import { concernedBy, isForAll, toldOfMail } from './concerned.ts';
import { inCopy, type OwnDesk } from './in-copy.ts';
import { memberCalled } from './member.ts';
import type { Absence } from './works-in.ts';

interface Desk extends OwnDesk, Pick<Config, 'history'> {
  readonly absence: Absence;
  /** Other queues whose people are told of what has come in. */
  readonly alsoTold?: readonly string[];
  /** Of the mail that has come just now, as others may be shown it. */
  readonly html?: ShownHtml | undefined;
  readonly earlier?: EarlierHtml | undefined;
}

/** By raw mail, of some that came before: as others may be shown them, and the text beside it. */
export type EarlierHtml = ReadonlyMap<string, { readonly text: string; readonly html: ShownHtml }>;

export function notificationsOf(
  changes: readonly Change[],
  after: (id: TicketId) => Ticket | null,
  desk: Desk,
): readonly NotificationDraft[] {
  if (desk.staff.length === 0) return [];
  return [...ticketsOf(changes)].flatMap((id) => {
    const ticket = after(id);
    if (ticket === null) return [];
    return aboutTicket(
      ticket,
      changes.filter((change) => 'ticket' in change && change.ticket === id),
      // A message that is split off is no new mail.
      changes.some(({ type }) => type === 'ticket.split'),
      desk,
    );
  });
}

type Told = Pick<NotificationDraft, 'message' | 'deeds' | 'alsoTo'>;

/** The same for each of them who has an address. */
export function toldTo(
  people: readonly StaffPerson[],
  ticket: Ticket,
  about: Told,
  desk: OwnDesk & Pick<Config, 'history'> & Pick<Desk, 'html' | 'earlier'>,
): readonly NotificationDraft[] {
  const { message } = about;
  const html = message?.direction === 'in' ? htmlOf(message, desk) : undefined;
  const shown = {
    ...about,
    ...(html !== undefined && { html }),
    inCopy: inCopy(ticket, message, desk),
  };
  return people.flatMap(({ name, addresses: [address], history = desk.history }) =>
    address === undefined
      ? []
      : { kind: 'notification', to: { name, address }, ticket, history, ...shown },
  );
}

function htmlOf(message: IncomingMessage, { html, earlier }: Pick<Desk, 'html' | 'earlier'>) {
  if (receivedAs(message) === OWN_PATHS.rawIn) return html;
  const found = earlier?.get(message.raw);
  return found?.text === message.text ? found.html : undefined;
}

function aboutTicket(
  ticket: Ticket,
  changes: readonly Change[],
  isSplit: boolean,
  desk: Desk,
): readonly NotificationDraft[] {
  const told = (
    people: readonly StaffPerson[],
    about: Told,
    author: string,
  ): readonly NotificationDraft[] => {
    const isAuthor = (person: StaffPerson) => isBy(person, author, desk.staff);
    const over = handOver(people, ticket, { ...desk, isAuthor });
    return [
      ...toldTo(over.people, ticket, about, desk),
      ...toldTo(over.others, ticket, { ...about, deeds: [...over.deeds, ...about.deeds] }, desk),
    ];
  };
  const said = isSplit ? [] : saidIn(changes, ticket);
  // Of these one mail tells later (told-together.ts).
  const isLater = changes.some(
    (change) => change.type === 'ticket.created' && change.isToldAlone === false,
  );
  const mails = isLater ? [] : said.filter((message) => message.direction === 'in');
  const ours = said.filter((message) => message.direction !== 'in');
  // What became of the other one is told where it went.
  const done = ticket.mergedInto === null ? deedsIn(changes) : [];
  // What a rule has done to it is told with the mail that has opened it.
  const isNew =
    changes.some(({ type }) => type === 'ticket.created') &&
    said.some((message) => message.direction === 'in');
  const deeds = isNew ? [] : done;
  const given = deeds.findLast((deed) => deed.type === 'assigned');
  const moved = deeds.findLast((deed) => deed.type === 'moved');
  const last = lastMail(ticket);
  const isGiven = (person: StaffPerson) =>
    given?.type === 'assigned' && given.to === person.name && !isBy(person, given.by, desk.staff);
  // Who works there has not heard of it.
  const newcomers =
    moved === undefined
      ? []
      : desk.staff.filter(
          (person) =>
            isForAll(person, ticket.queue) &&
            !isBy(person, moved.by, desk.staff) &&
            !isGiven(person),
        );
  const others = (by: string) =>
    concernedBy(ticket, desk.staff).filter((person) => !isBy(person, by, desk.staff));
  return [
    ...mails.flatMap((message) => {
      const author = message.from?.address ?? '';
      const { alsoTold: alsoTo = [] } = desk;
      const own = toldOfMail(ticket, desk.staff);
      const answering = laterIn(ticket).map(({ by = '' }) => memberCalled(by, desk.staff)?.name);
      const people = desk.staff.filter(
        (person) =>
          own.includes(person) ||
          // Their answer goes out without that they have read this, unless they take it back.
          answering.includes(person.name) ||
          alsoTo.some((queue) => isForAll(person, queue)),
      );
      return told(
        people.filter((person) => !isBy(person, author, desk.staff)),
        { message, deeds: isNew ? done : [], ...(alsoTo.length > 0 && { alsoTo }) },
        author,
      );
    }),
    ...ours.flatMap((message, n) => {
      const { by = '' } = message;
      const also = n < ours.length - 1 ? [] : deeds.filter((deed) => deed.by === by);
      return told(others(by), { message, deeds: also }, by);
    }),
    ...told(
      desk.staff.filter((person) => isGiven(person) && person.notify !== 'none'),
      last === undefined || given === undefined ? NOTHING : { message: last, deeds: [given] },
      given?.by ?? '',
    ).filter(({ message }) => message !== null),
    ...told(
      newcomers,
      moved === undefined ? NOTHING : { message: last ?? null, deeds: [moved] },
      moved?.by ?? '',
    ),
    ...aloneOf(deeds, ours).flatMap(([by, alone]) =>
      told(
        others(by).filter(
          (person) =>
            (last === undefined || !isGiven(person)) &&
            !(moved?.by === by && newcomers.includes(person)),
        ),
        { message: null, deeds: alone },
        by,
      ),
    ),
  ];
}

const NOTHING = { message: null, deeds: [] } as const;

/** What people have said by these changes. */
function saidIn(changes: readonly Change[], ticket: Ticket): readonly (Message | Note)[] {
  const at = (wanted: number) => ticket.messages.find(({ serial }) => serial === wanted) ?? [];
  return changes.flatMap((change) => {
    switch (change.type) {
      case 'message.added':
        return isOfPerson(change.message) && change.toldLaterIn === undefined ? change.message : [];
      case 'message.proven':
        // They were told nothing of what looked like a machine's.
        return change.from === 'automatic' ? at(change.serial) : [];
      case 'note.added':
        return at(change.serial);
      default:
        return [];
    }
  });
}

function isOfPerson(message: Message): boolean {
  if (message.direction === 'in') return message.trust !== 'automatic';
  return !message.automatic && message.copyOf === undefined;
}

function deedsIn(changes: readonly Change[]): readonly Deed[] {
  return changes.flatMap((change): Deed | readonly [] => {
    if (change.type === 'ticket.assigned') {
      return { type: 'assigned', to: change.to, by: change.by };
    }
    if (change.type === 'ticket.moved') {
      return { type: 'moved', from: change.from, to: change.queue, by: change.by };
    }
    if (change.type !== 'ticket.status') return [];
    const { from, to, by } = change;
    return to === 'resolved' && from !== 'resolved' ? { type: 'closed', by } : [];
  });
}

/** By whom, and what of it no mail of theirs tells. */
function aloneOf(
  deeds: readonly Deed[],
  said: readonly (Message | Note)[],
): readonly (readonly [string, readonly Deed[]])[] {
  const tellers = said.flatMap((message) => ('by' in message ? (message.by ?? []) : []));
  const people = new Set(deeds.map(({ by }) => by).filter((by) => !tellers.includes(by)));
  return [...people].map((by) => [by, deeds.filter((deed) => deed.by === by)] as const);
}

function isBy(person: StaffPerson, by: string, staff: readonly StaffPerson[]): boolean {
  return (
    memberCalled(by, staff)?.name === person.name ||
    person.addresses.some((own) => sameAddress(own, by))
  );
}

export function lastMail({ messages }: Ticket): IncomingMessage | undefined {
  return messages.findLast(
    (message): message is IncomingMessage =>
      message.direction === 'in' && message.trust !== 'automatic' && message.movedTo === undefined,
  );
}
