/**
 * What a person on a ticket asks of the desk in one word: support-7102-close@, or
 * `close` alone in the first line.
 *
 * Only the requester closes their ticket, and only by a mail that is proven; who stops the
 * mail stops their own. Each command gets an answer that a machine writes (and the
 * caps count), but for `quiet`. Pure.
 */
import type { Change } from '../ticket/change.ts';
import { statusChanges } from '../ticket/status.ts';
import { isMuted, type Mailbox, type Status, sameAddress, type Ticket } from '../ticket/ticket.ts';

export type CustomerCommand =
  | 'close'
  /** Nothing proves that it is whose ticket it is: the desk is told of it, and nothing more. */
  | 'close, unproven'
  | 'status'
  /** None of the staff is told by mail. */
  | 'quiet'
  | 'stop'
  /** Nothing proves that it is their address that shall get no more mail. */
  | 'stop, unproven';

/** What the answer says. */
export type ServiceNews =
  | 'closed'
  | 'not-closed'
  | 'close-unproven'
  | 'status'
  | 'stopped'
  | 'not-stopped';

export interface Granted {
  readonly changes: readonly Change[];
  readonly news: ServiceNews;
  /** As it is then. */
  readonly status: Status;
}

/** null if nothing is to be said or changed. */
export function grant(
  customerCommand: CustomerCommand | null,
  ticket: Ticket,
  { address }: Mailbox,
): Granted | null {
  const { id, status, requester } = ticket;
  const news = (what: ServiceNews): Granted => ({ changes: [], news: what, status });
  switch (customerCommand) {
    case null:
    case 'quiet':
      return null;
    case 'status':
      return news('status');
    case 'close': {
      if (requester === null || !sameAddress(requester.address, address)) return news('not-closed');
      const changes = statusChanges(ticket, 'resolved', address);
      return { changes, news: 'closed', status: 'resolved' };
    }
    case 'close, unproven': {
      if (requester === null || !sameAddress(requester.address, address)) return news('not-closed');
      if (status === 'resolved') return news('status');
      // It is a message, as any other that comes while we wait for one.
      const changes = status === 'pending' ? statusChanges(ticket, 'open', address) : [];
      return { changes, news: 'close-unproven', status: 'open' };
    }
    case 'stop': {
      if (isMuted(ticket, address)) return null;
      const muted = {
        type: 'ticket.muted',
        ticket: id,
        address,
        isMuted: true,
        by: address,
      } as const;
      return { changes: [muted], news: 'stopped', status };
    }
    case 'stop, unproven':
      return news('not-stopped');
  }
}

const COMMAND_WORDS = ['close', 'status', 'stop'] as const;

/** The one word of a first line that asks for something. */
export function customerCommandInText(text: string): (typeof COMMAND_WORDS)[number] | null {
  const first = text.trimStart().split('\n', 1)[0]?.trim().toLowerCase();
  return COMMAND_WORDS.find((word) => word === first?.replace(/[.!]{1,3}$/, '')) ?? null;
}
