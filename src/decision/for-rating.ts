/**
 * A mail to one of the five addresses by which whoever was asked says how it went.
 *
 * It counts if it is from whom we asked, by no check a machine's and not forged, and nothing was said
 * in answer to that question before. One that counts or not, it opens a closed ticket again only if
 * it asks something itself; and nothing that one of the staff sends there goes to the customer. Pure.
 */
import { type AddressOfRating, epochOfSent } from '../addresses/signed-address.ts';
import { type Config, queueOf } from '../config/config.ts';
import { currentTicketIn, type Facts, ticketIn } from '../journal/facts.ts';
import type { ParsedMessage } from '../reading/message.ts';
import type { Verdict } from '../ticket/decision.ts';
import type { Ticket } from '../ticket/ticket.ts';
import type { DecidedMail } from './decide.ts';
import type { Intent, ToRate } from './intent.ts';
import { wordsBeside } from './words-beside.ts';

interface ToRating {
  readonly address: AddressOfRating;
  readonly message: ParsedMessage;
}

export function forRating(
  decided: DecidedMail,
  { address, message }: ToRating,
  config: Config,
  facts: Facts,
): DecidedMail {
  const { intent, decision } = decided;
  const rated = ticketIn(facts, address.ticket);
  const ticket = currentTicketIn(facts, address.ticket);
  if (rated === null || ticket === null) return decided;
  const became = intentOf(intent, { rated, ticket }, decided, { address, message }, config, facts);
  if (became === intent) return decided;
  return {
    ...{ ...decided, intent: became },
    decision: { ...decision, route: ticket.id, by: 'address', intent: became.type },
  };
}

function intentOf(
  intent: Intent,
  { rated, ticket }: { readonly rated: Ticket; readonly ticket: Ticket },
  decided: DecidedMail,
  { address, message }: ToRating,
  config: Config,
  facts: Facts,
): Intent {
  const against = whyNot(rated, decided, address, facts);
  if (intent.type === 'act') {
    const queue = queueOf(ticket.queue, config);
    return { type: 'hold', queue, ticket: ticket.id, verdict: OF_STAFF };
  }
  const mayReopen = asksSomething(wordsBeside(message));
  // A ticket that has rested for long is rated all the same, and nobody is told that it was before;
  // what somebody else asks there is a matter of their own.
  const isOpening = intent.type === 'open' && (against === null || !mayReopen);
  if (intent.type !== 'append' && !isOpening) return intent;
  const { serial: question, score } = address;
  const rating: ToRate = { ticket: rated.id, question, score, against };
  return intent.type === 'append'
    ? { ...intent, mayReopen: intent.mayReopen && mayReopen, rating }
    : { type: 'append', ticket: ticket.id, mayReopen, customerCommand: null, rating };
}

const OF_STAFF: Verdict = {
  check: 'not-asked',
  evidence: 'one of the staff has written to the address by which a customer rates a ticket',
};
const against = (evidence: string): Verdict => ({ check: 'rating', evidence });

function whyNot(
  { id, rating, requester }: Ticket,
  { from, forged, mark, decision }: DecidedMail,
  address: AddressOfRating,
  { keys }: Facts,
): Verdict | null {
  const isTheirs = from !== null && epochOfSent(keys, address, from.address) !== null;
  if (!isTheirs) return against('it is not from the address that was asked');
  if (requester === null) return against('whoever was asked is on the ticket no more');
  if (forged !== null) return forged;
  const [spoke = mark] = decision.spoke;
  if (spoke !== null) return against(`a machine may have written it: ${spoke.check}`);
  if (rating?.question !== address.serial) return against(`message ${address.serial} asks nothing`);
  return rating.score === null ? null : against(`${id} was rated before`);
}

const ASKS = '?？؟\u037e';
const BEHIND = /[\s)\]"'”’»!?.]/;

/** A question mark that ends a sentence: not one within an address of the web. */
function asksSomething(text: string): boolean {
  return [...text].some((char, at, all) => {
    const next = all[at + 1];
    return ASKS.includes(char) && (next === undefined || BEHIND.test(next));
  });
}
