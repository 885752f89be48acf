/**
 * How a command of the terminal changes a ticket: the action is carried out as an order, and what
 * came of it is told as plain values. What cannot be done throws Refused.
 *
 * Not part of open-desk.ts, since whoever only shows a ticket does not load what changes one.
 */
import type { Action, TakenBack } from '../desk/action.ts';
import { carryOut } from '../feed/order.ts';
import { htmlReader } from '../intake/html-reader.ts';
import { Failure } from '../outcome.ts';
import type { Ticket, TicketId } from '../ticket/ticket.ts';
import { inShell } from './in-shell.ts';
import { type Desk, namedTicket } from './open-desk.ts';
import { Refused } from './refused.ts';
import type { Run } from './run.ts';

/** One that something can be done to. */
export async function currentNamed(name: string, desk: Desk): Promise<Ticket> {
  const ticket = await namedTicket(name, desk);
  if (ticket.mergedInto === null) return ticket;
  throw new Refused(`${ticket.id} is part of ${ticket.mergedInto}: name that one`);
}

export interface Changed {
  readonly isChanged: boolean;
  /** The ticket that came of it, if one did. */
  readonly made: TicketId | null;
  /** The answer that was taken back, if one was. */
  readonly takenBack?: TakenBack | undefined;
  /** All mail has been handed over. */
  readonly isSent: boolean;
  /** false: it is done, and what shows it could not be written. */
  readonly isShown: boolean;
}

/** Of a change that is kept in the journal, while the disk lets nothing else be written. */
export const KEPT_UNSEEN =
  'it is done and kept, but what shows it could not be written: a later command or mail does that';

/** Carries out an action of whoever gives the command. */
export async function change(
  ticket: TicketId,
  action: Action,
  { config, store, by }: Desk,
  run: Run,
): Promise<Changed> {
  const order = { type: 'act', ticket, action, by, origin: null } as const;
  const htmlOf = htmlReader({ config, store, reader: run.reader });
  const known = { config, store, now: run.now, htmlOf };
  const ordered = await keptAnyway(() => carryOut(order, known)).catch((error: unknown) => {
    if (!(error instanceof Failure)) throw error;
    throw new Refused(`${ticket}: nothing was done: ${error.message}`);
  });
  if (ordered?.end === 'refused') throw new Refused(inShell(ordered.reason));
  if (ordered === null) return { isChanged: true, made: null, isSent: false, isShown: false };
  if (ordered.end !== 'done') return { isChanged: false, made: null, isSent: true, isShown: true };
  const { made, takenBack, isSent } = ordered;
  return { isChanged: true, made, takenBack, isSent, isShown: true };
}

/** null if the commit stands, and what follows from it is left to the next run. */
export async function keptAnyway<T>(commit: () => Promise<T>): Promise<T | null> {
  try {
    return await commit();
  } catch (error) {
    if (error instanceof Failure && error.end === 'store-unfinished') return null;
    throw error;
  }
}
