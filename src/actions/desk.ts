/**
 * What a person at the desk does to a ticket: answer it, set its status.
 *
 * Pure: ticket and words in, changes and drafts out, or a refusal in one line
 * for the person. An answer goes to the requester on record and nowhere else,
 * answers the last mail that came from him, names no mail of a third person, and
 * leaves the ticket waiting for him.
 */
import type { Change } from '../ticket/change.ts';
import { type FailedAddress, failingVerdict } from '../ticket/failing.ts';
import {
  type Message,
  nextSerial,
  type Status,
  sameAddress,
  type Ticket,
} from '../ticket/ticket.ts';
import type { TicketDraft } from './draft.ts';

export interface DeskResult {
  readonly changes: readonly Change[];
  readonly drafts: readonly TicketDraft[];
}

export interface Refusal {
  readonly refused: string;
}

/** `failed` knows what came back from an address. */
export function answer(
  ticket: Ticket,
  text: string,
  by: string,
  failed: (address: string) => FailedAddress | null,
): DeskResult | Refusal {
  if (text.trim() === '') return { refused: 'an answer needs a text: nothing was sent' };
  if (ticket.requester === null) {
    return { refused: `${ticket.id} has no requester: there is nobody to answer` };
  }
  const requester = ticket.requester;
  const failing = failingVerdict(failed(requester.address));
  if (failing !== null) {
    const { address } = requester;
    return { refused: `${failing.evidence}: mailrobot address clear ${address} allows it again` };
  }
  const isHis = (message: Message): boolean =>
    message.direction === 'in' &&
    message.trust !== 'automatic' &&
    message.from !== null &&
    sameAddress(message.from.address, requester.address);
  const his = ticket.messages.findLast(isHis);
  const between = ticket.messages.filter(
    (message) => message.direction === 'out' || isHis(message),
  );
  const draft: TicketDraft = {
    kind: 'answer',
    ticket: ticket.id,
    queue: ticket.queue,
    serial: nextSerial(ticket),
    to: requester,
    subject: ticket.subject,
    inReplyTo: his?.messageId ?? null,
    references: between.flatMap(({ messageId }) => messageId ?? []),
    text: `${text
      .replace(/\r\n?/g, '\n')
      .replace(/^(?:[ \t]*\n)+/, '')
      .trimEnd()}\n`,
  };
  return { changes: statusChanges(ticket, 'pending', by), drafts: [draft] };
}

export function setStatus(ticket: Ticket, to: Status, by: string): DeskResult {
  return { changes: statusChanges(ticket, to, by), drafts: [] };
}

function statusChanges(ticket: Ticket, to: Status, by: string): readonly Change[] {
  if (ticket.status === to) return [];
  return [{ type: 'ticket.status', ticket: ticket.id, from: ticket.status, to, by }];
}
