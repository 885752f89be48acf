/**
 * The line that a log gets of a mail: under which names our MTA and its sender know it, and what
 * has become of it.
 *
 * Logs are read by others than the desk. So nothing of what the mail says is in it, no address
 * and no subject; and what a stranger could have written (queue id, Message-ID) is printable
 * ASCII without blanks, so that it can neither begin a line nor look like another field. Pure.
 */
import type { Kept } from '../outcome.ts';
import { type Change, ticketOf } from '../ticket/change.ts';
import type { Decision } from '../ticket/decision.ts';
import type { TicketId } from '../ticket/ticket.ts';

export interface LoggedMail {
  readonly end: Kept;
  /** Empty if it is not known. */
  readonly queueId: string;
  readonly decision: Decision;
  /** Of its own commit, or of that of the mail that it repeats. */
  readonly changes: readonly Change[];
}

/** Longer Message-IDs are no help to anybody. */
const MAX_CHARACTERS = 200;

/** `queue-id=4dX1 message-id=<1@x.example> ticket=SUPPORT-7102 decision=appended trust=thread` */
export function logLine({ end, queueId, decision, changes }: LoggedMail): string {
  const { messageId, trust, spoke } = decision;
  const checks = [...new Set(spoke.map(({ check }) => check))].join(',');
  const fields: readonly (readonly [string, string | null])[] = [
    ['queue-id', queueId],
    ['message-id', messageId],
    ['ticket', ticketIn(changes)],
    ['decision', end],
    ['trust', trust],
    ['checks', checks],
  ];
  return fields.map(([name, value]) => `${name}=${harmless(value ?? '') || '-'}`).join(' ');
}

function ticketIn(changes: readonly Change[]): TicketId | null {
  const added = changes.find(
    (change) => change.type === 'message.added' && change.message.direction === 'in',
  );
  const ids = (added === undefined ? changes : [added]).flatMap((change) => ticketOf(change) ?? []);
  return ids[0] ?? null;
}

function harmless(text: string): string {
  return text.slice(0, MAX_CHARACTERS).replace(/[^!-~]/g, '?');
}
