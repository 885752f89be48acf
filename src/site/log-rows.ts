/**
 * Who did what to a ticket, and when: a row of its log for each change that a person wants to know
 * of. What is written in a note or a held mail is in none. Pure.
 */
import type { LoggedCommit } from '../journal/log.ts';
import { type Change, ticketOf } from '../ticket/change.ts';
import type { Mailbox, TicketId } from '../ticket/ticket.ts';

export interface LogRow {
  readonly ticket: TicketId;
  /** Number of the commit, and place in it. */
  readonly at: string;
  readonly time: string;
  readonly who: string;
  readonly what: string;
}

const DESK = 'the desk';

/** `hasNotes`: that a note was written is for those alone who may read it. */
export function logRowsOf({ seq, time, changes }: LoggedCommit, hasNotes: boolean): LogRow[] {
  return changes.flatMap((change, n) => {
    const ticket = ticketOf(change);
    const said = ticket === null ? null : saidOf(change, hasNotes);
    if (ticket === null || said === null) return [];
    const [who, what] = said;
    return [{ ticket, at: `${seq}.${n}`, time, who: who === '' ? DESK : who, what }];
  });
}

function saidOf(change: Change, hasNotes: boolean): readonly [string, string] | null {
  switch (change.type) {
    case 'ticket.created':
      return [addressOf(change.requester), `opened the ticket in ${change.queue}`];
    case 'message.added': {
      const { message } = change;
      if (message.direction === 'in') {
        return [addressOf(message.from), `wrote message ${message.serial}`];
      }
      const { serial, to, by = '', automatic, copyOf } = message;
      const what = copyOf === undefined ? `message ${serial}` : `a copy of message ${copyOf}`;
      return [automatic ? '' : by, `wrote ${what} to ${to[0].address}`];
    }
    case 'note.added':
      return hasNotes ? [change.by, `wrote note ${change.serial}`] : null;
    case 'message.proven':
      return ['', `a later copy proves who wrote message ${change.serial}`];
    case 'ticket.status':
      return [change.by, `${change.from} → ${change.to}`];
    case 'ticket.assigned':
      return [change.by, change.to === null ? 'gave it to nobody' : `gave it to ${change.to}`];
    case 'ticket.tagged': {
      const tags = [...signed('+', change.added), ...signed('−', change.removed)];
      return [change.by, `tags: ${tags.join(' ')}`];
    }
    case 'ticket.priority':
      return [change.by, `priority ${change.from} → ${change.to}`];
    case 'ticket.retitled':
      return [change.by, `called it “${change.to}”`];
    case 'ticket.requester':
      return [change.by, `made it the ticket of ${change.to.address}`];
    case 'ticket.participants': {
      const added = change.added.map(({ address }) => address);
      const people = [...signed('+', added), ...signed('−', change.removed)];
      return [change.by, `copies: ${people.join(' ')}`];
    }
    case 'ticket.muted':
      return [change.by, `${change.isMuted ? 'no more' : 'again'} mail to ${change.address}`];
    case 'ticket.watched':
      return [
        change.by,
        `${change.person} ${change.isWatching ? 'watches' : 'no more watches'} it`,
      ];
    case 'ticket.merged':
      return [change.by, `made it part of ${change.into}`];
    case 'ticket.absorbed':
      return ['', `${change.other} is part of it from now on`];
    case 'ticket.moved':
      return [change.by, `moved it from ${change.from} to ${change.queue}: ${change.into}`];
    case 'ticket.linked':
      return ['', `linked with ${change.other}`];
    case 'ticket.split':
      return [change.by, `made message ${change.serial} the ticket ${change.to}`];
    case 'ticket.overdue':
      return ['', 'told the staff that nobody answers'];
    case 'ticket.reminded':
      return ['', change.silence === undefined ? 'reminded the customer' : 'sent no reminder'];
    case 'ticket.legalhold':
      return [change.by, `legal hold ${change.isOnHold ? 'begins' : 'ends'}`];
    case 'ticket.repeated':
      return ['', 'counted the same mail once more'];
    case 'reply.silenced':
      return ['', `sent no automatic answer: ${change.reason.check}`];
    case 'reply.failed':
      return ['', `message ${change.serial} could not be sent`];
    case 'reply.unknown':
      return ['', `message ${change.serial}: its hand-over broke off`];
    case 'mail.bounced':
      return ['', `message ${change.serial} came back: ${change.status}`];
    default:
      return null;
  }
}

function addressOf(person: Mailbox | null): string {
  return person === null ? 'somebody' : person.address;
}

function signed(sign: string, words: readonly string[]): readonly string[] {
  return words.map((word) => `${sign}${word}`);
}
