/**
 * Whether two machines write to each other through the desk: a customer's and a colleague's,
 * neither of which says that it is one.
 *
 * Told by speed and count: three rounds, each within two minutes. A round is an answer of the
 * staff that came as a mail, a word from outside, and the next answer. What somebody
 * answers in a terminal is a person's, and ends the row. Pure.
 */
import type { Verdict } from '../ticket/decision.ts';
import { mailsOf, type Ticket } from '../ticket/ticket.ts';

const MAX_ROUNDS = 3;
const MAX_ROUND_MS = 2 * 60 * 1000;

/** Why an answer that comes by mail now is held, or null. */
export function respondersVerdict(ticket: Pick<Ticket, 'messages'>, now: Date): Verdict | null {
  let next = now.getTime();
  let rounds = 0;
  let isAnswered = false;
  for (const message of mailsOf(ticket).toReversed()) {
    if (message.direction === 'in') {
      isAnswered ||= message.trust !== 'automatic';
      continue;
    }
    if (message.automatic || message.copyOf !== undefined) continue;
    const took = next - Date.parse(message.date);
    const isRound = isAnswered && took >= 0 && took <= MAX_ROUND_MS;
    if (message.written === undefined || !isRound) return null;
    rounds += 1;
    if (rounds === MAX_ROUNDS) {
      const evidence = `${MAX_ROUNDS} answers by mail were answered within ${MAX_ROUND_MS / 60_000} minutes each, as machines do`;
      return { check: 'two-responders', evidence };
    }
    next = Date.parse(message.date);
    isAnswered = false;
  }
  return null;
}
