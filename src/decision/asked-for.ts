/** What a mail asks for by its words and addresses, whoever it is from. Pure. */

import { parseSignedAddress } from '../addresses/signed-address.ts';
import { type Config, prefixesOf } from '../config/config.ts';
import { commandingText, newText, type ParsedMessage } from '../reading/message.ts';
import { linesAtQuotes } from '../reading/quotes/at-quotes.ts';
import { ticketAndSuffix, ticketPartAt } from '../ticket/id.ts';
import { type Mailbox, namesOf, type Ticket, type TicketId } from '../ticket/ticket.ts';
import type { Candidates } from './candidates.ts';
import { customerCommandInText } from './customer-command.ts';

export function askedFor(
  message: ParsedMessage,
  /** That it came to the address of. */
  ticket: Ticket | null,
  config: Config,
): Pick<Candidates, 'asksForHelp' | 'isNoteToo' | 'isToAnswer' | 'word'> {
  const names = ticket === null ? [] : [...namesOf(ticket), ...ticket.merged];
  return {
    asksForHelp: asksForHelp(message),
    isNoteToo: isSentToNote(message.to, names, config),
    isToAnswer: isSentToAnswer(message.to, names, config),
    word: wordOf(message),
  };
}

/** Of one mail to a ticket and to its note address, either may come first: it is a note. */
function isSentToNote(to: readonly Mailbox[], names: readonly TicketId[], config: Config): boolean {
  return to.some(({ address }) => {
    const local = ticketPartAt(address, config.domain);
    const named = local === null ? null : ticketAndSuffix(local, prefixesOf(config));
    if (named?.suffix === 'note' && names.includes(named.ticket)) return true;
    const signed = parseSignedAddress(address, config.domain, prefixesOf(config));
    return signed?.role === 'note' && names.includes(signed.ticket);
  });
}

/** It asks for an answer of the ticket, also if it went to the customer by itself. */
function isSentToAnswer(
  to: readonly Mailbox[],
  names: readonly TicketId[],
  config: Config,
): boolean {
  return to.some(({ address }) => {
    const signed = parseSignedAddress(address, config.domain, prefixesOf(config));
    if (signed?.role !== 'answer' && signed?.role !== 'copies') return false;
    return names.includes(signed.ticket);
  });
}

/**
 * Not where it stands directly at a quote: the rest of one that a client has wrapped is no command.
 * What changes something is asked for by a mail that says nothing else.
 */
function wordOf(message: ParsedMessage): Candidates['word'] {
  const text = commandingText(message);
  const word = customerCommandInText(text);
  const [first] = message.newLines;
  if (word !== 'status' && newText(message).trim().includes('\n')) return null;
  if (word === null || first === undefined) return null;
  return linesAtQuotes(message.text).has(first.from - 1) ? null : word;
}

/** A subject that is that one word, and nothing else written. */
function asksForHelp(message: ParsedMessage): boolean {
  return message.subject.trim().toLowerCase() === 'help' && newText(message).trim() === '';
}
