/**
 * Whether two machines write to each other through the desk, neither of which says that it is one:
 * a customer's and a colleague's, or those of two colleagues.
 *
 * Told by speed and count: three rounds, each within two minutes. A round is an answer (or a note)
 * of the staff that came as a mail, a word from outside (or a note of a colleague), and the next
 * answer; or several of each, if several mails go round. What somebody writes in a terminal is a
 * person's, and ends the row. Pure.
 */
import type { Verdict } from '../ticket/decision.ts';
import { mailsOf, type Ticket } from '../ticket/ticket.ts';

const MAX_ROUNDS = 3;
const MAX_ROUND_MS = 2 * 60 * 1000;

interface Said {
  /** Of whoever writes now, or to them. */
  readonly is: 'own' | 'word';
  readonly date: string;
  readonly isByMail: boolean;
}

/** Why an answer that comes by mail now is held, or null. */
export function respondersVerdict(ticket: Pick<Ticket, 'messages'>, now: Date): Verdict | null {
  const said = mailsOf(ticket).flatMap((message): Said | readonly [] => {
    const { date } = message;
    if (message.direction === 'in')
      return message.trust === 'automatic' ? [] : { is: 'word', date, isByMail: true };
    if (message.automatic || message.copyOf !== undefined) return [];
    return { is: 'own', date, isByMail: message.written !== undefined };
  });
  return isRow(said, now) ? verdict('answers') : null;
}

/** Why a note of `author` that comes by mail now is held, or null. */
export function colleaguesVerdict(
  { messages }: Pick<Ticket, 'messages'>,
  author: string,
  now: Date,
): Verdict | null {
  const said = messages.flatMap((message): Said | readonly [] => {
    if (message.direction !== 'internal') return [];
    const { by, date, written } = message;
    return { is: by === author ? 'own' : 'word', date, isByMail: written !== undefined };
  });
  return isRow(said, now) ? verdict('notes') : null;
}

function verdict(what: 'answers' | 'notes'): Verdict {
  const evidence = `${MAX_ROUNDS} ${what} by mail were answered within ${MAX_ROUND_MS / 60_000} minutes each, as machines do`;
  return { check: 'two-responders', evidence };
}

function isRow(said: readonly Said[], now: Date): boolean {
  let next = now.getTime();
  let rounds = 0;
  let isAnswered = false;
  for (const { is, date, isByMail } of said.toReversed()) {
    if (!isByMail) return false;
    if (is === 'word') {
      isAnswered = true;
      continue;
    }
    const took = next - Date.parse(date);
    if (took < 0 || took > MAX_ROUND_MS) return false;
    if (isAnswered) rounds += 1;
    if (rounds === MAX_ROUNDS) return true;
    next = Date.parse(date);
    isAnswered = false;
  }
  return false;
}
