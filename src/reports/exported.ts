/**
 * What a person gets who asks what is known of them: what they have written, and what was written
 * to them. What others wrote on the same tickets is those others'. Notes, names of the staff, and
 * what they have made of a ticket, belong to the desk, and are in it only if that is asked for.
 * Pure.
 */
import type { Happened } from '../journal/ledger.ts';
import type { FailedAddress } from '../ticket/failing.ts';
import type { HeldMail } from '../ticket/held.ts';
import {
  type Attachment,
  type Message,
  type Note,
  peopleOf,
  type Ticket,
  type TicketId,
} from '../ticket/ticket.ts';

type IsPerson = (address: string) => boolean;

interface KeptMail {
  /** Relative to the store. */
  readonly raw: string;
  readonly time: string;
}

export interface TheirMails {
  readonly mails: readonly KeptMail[];
  readonly tickets: readonly TicketId[];
}

/** In the order in which they came and went. */
export class Gathering {
  readonly #mails = new Map<string, KeptMail>();
  readonly #tickets = new Set<TicketId>();
  readonly #isPerson: IsPerson;

  constructor(isPerson: IsPerson) {
    this.#isPerson = isPerson;
  }

  /** `authors`: by the header of a mail that was only recorded. */
  add({ time, changes, sender }: Happened, authors: readonly string[] = []): void {
    for (const change of changes) {
      switch (change.type) {
        case 'message.added':
          if (!isOf(change.message, this.#isPerson)) break;
          this.#tickets.add(change.ticket);
          this.#keep(change.message.raw, time);
          break;
        case 'mail.held':
          if (this.#is(change.mail.from?.address ?? sender)) this.#keep(change.mail.raw, time);
          break;
        case 'robot.queued':
          if (this.#is(change.from?.address ?? sender)) this.#keep(change.raw, time);
          break;
        case 'mail.recorded':
          if ([sender, ...authors].some((one) => this.#is(one))) this.#keep(change.raw, time);
          break;
        case 'ticket.created':
          if (this.#is(change.requester?.address)) this.#tickets.add(change.ticket);
          break;
        case 'ticket.requester':
          if (this.#is(change.to.address)) this.#tickets.add(change.ticket);
          break;
        case 'ticket.participants':
          if (change.added.some(({ address }) => this.#is(address))) {
            this.#tickets.add(change.ticket);
          }
          break;
        default:
      }
    }
  }

  get all(): TheirMails {
    return { mails: [...this.#mails.values()], tickets: [...this.#tickets] };
  }

  #is(address: string | undefined): boolean {
    return address !== undefined && this.#isPerson(address);
  }

  #keep(raw: string, time: string): void {
    if (!this.#mails.has(raw)) this.#mails.set(raw, { raw, time });
  }
}

function isOf(message: Message, isPerson: IsPerson): boolean {
  const { address } = message.direction === 'out' ? message.to[0] : (message.from ?? NOBODY);
  return isPerson(address);
}

const NOBODY = { address: '' };

export interface Exported {
  readonly person: string;
  readonly tickets: readonly object[];
  /** Mail of theirs that nobody has let in yet. */
  readonly held: readonly object[];
  /** What is known of mail to them, if something is. */
  readonly address: FailedAddress | null;
}

interface Known {
  readonly person: string;
  readonly isPerson: IsPerson;
  readonly tickets: readonly Ticket[];
  readonly held: readonly HeldMail[];
  readonly address: FailedAddress | null;
}

export function exportOf(known: Known, hasNotes: boolean): Exported {
  const { person, isPerson, tickets, held, address } = known;
  return {
    person,
    tickets: tickets.map((ticket) => exportedTicket(ticket, isPerson, hasNotes)),
    held: held
      .filter(({ from }) => from !== null && isPerson(from.address))
      .map(({ id, from, date, subject, beginning }) => ({ id, from, date, subject, beginning })),
    address: address === null || hasNotes ? address : withoutStaff(address),
  };
}

function withoutStaff({ blockedBy, ...known }: FailedAddress) {
  return { ...known, ...(blockedBy !== undefined && { isBlocked: true }) };
}

function exportedTicket(ticket: Ticket, isPerson: IsPerson, hasNotes: boolean) {
  const { id, queue, status, subject, requester, language, createdAt, updatedAt } = ticket;
  const { assignee, priority, tags, messages, fields } = ticket;
  const isRequester = requester !== null && isPerson(requester.address);
  const isTheirs = (one: Message | Note): boolean =>
    one.direction === 'internal' ? hasNotes && isRequester : isOf(one, isPerson);
  return {
    ...{ id, queue, status, subject, isRequester },
    isParticipant: !isRequester && peopleOf(ticket).some(({ address }) => isPerson(address)),
    ...(isRequester && { language, ...(fields !== undefined && { fields }) }),
    ...{ createdAt, updatedAt },
    ...(hasNotes && { assignee, priority, tags }),
    messages: messages.filter(isTheirs).map((one) => exportedEntry(one, hasNotes)),
  };
}

function exportedEntry(one: Message | Note, hasNotes: boolean) {
  const { serial, direction, date, text } = one;
  const attachments = one.attachments.map(exportedFile);
  const by = 'by' in one && hasNotes ? { by: one.by } : {};
  if (one.direction === 'internal') return { serial, direction, date, ...by, text, attachments };
  const { subject, from, messageId } = one;
  const to = one.direction === 'out' ? { to: one.to } : {};
  return { serial, direction, date, from, ...to, ...by, subject, messageId, text, attachments };
}

function exportedFile({ filename, contentType, size, sha256 }: Attachment) {
  return { filename, contentType, size, sha256 };
}
