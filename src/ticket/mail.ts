/**
 * A mail of ours that must go out: composed, complete, decided.
 *
 * Envelope and content are fixed when the commit is made, so a retry, a
 * replay or another process sends the very same bytes (and Message-ID) to the
 * very same single recipient, whatever the config or the templates say by
 * then. `sender` is the RFC 5321 reverse-path; empty means the null one.
 */
import type { TicketId } from './ticket.ts';

export interface OutgoingMail {
  /** null for a notice to the desk. */
  readonly ticket: TicketId | null;
  /** Of the message in its ticket; of a notice among those of its commit. */
  readonly serial: number;
  /** Its number among the mails of its commit, where it is not the serial: see `placeOf`. */
  readonly place?: number;
  readonly sender: string;
  readonly recipient: string;
  /** RFC 5322 message (RFC 6532 where an address is), lines ended by LF, as sendmail(1) wants it. */
  readonly content: string;
}

/** Names its raw copy within its commit. */
export function placeOf({ serial, place }: Pick<OutgoingMail, 'serial' | 'place'>): number {
  return place ?? serial;
}

/** The serial, unless a mail of the same commit (about another ticket) has that one already. */
export function freePlace(serial: number, before: readonly OutgoingMail[]): number {
  const isTaken = before.some((mail) => placeOf(mail) === serial);
  return isTaken ? Math.max(...before.map(placeOf)) + 1 : serial;
}
