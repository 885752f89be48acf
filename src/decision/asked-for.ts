/** What a mail asks for by its words and addresses, whoever it is from. Pure. */

import { type Config, prefixesOf } from '../config/config.ts';
import { newText, type ParsedMessage } from '../reading/message.ts';
import { linesAtQuotes } from '../reading/quotes/at-quotes.ts';
import { ticketAndSuffix, ticketPartAt } from '../ticket/id.ts';
import type { Mailbox, TicketId } from '../ticket/ticket.ts';
import { customerCommandInText } from './customer-command.ts';
import type { Candidates } from './route.ts';

export function askedFor(
  message: ParsedMessage,
  byAddress: TicketId | null,
  config: Config,
): Pick<Candidates, 'asksForHelp' | 'isNoteToo' | 'word'> {
  return {
    asksForHelp: asksForHelp(message),
    isNoteToo: isSentToNote(message.to, byAddress, config),
    word: wordOf(message),
  };
}

/** Of one mail to a ticket and to its note address, either may come first: it is a note. */
function isSentToNote(to: readonly Mailbox[], ticket: TicketId | null, config: Config): boolean {
  return to.some(({ address }) => {
    const local = ticketPartAt(address, config.domain);
    const named = local === null ? null : ticketAndSuffix(local, prefixesOf(config));
    return ticket !== null && named?.ticket === ticket && named.suffix === 'note';
  });
}

/** Not where it stands directly at a quote: the rest of one that a client has wrapped is no command. */
function wordOf(message: ParsedMessage): Candidates['word'] {
  const word = customerCommandInText(newText(message));
  const [first] = message.newLines;
  if (word === null || first === undefined) return null;
  return linesAtQuotes(message.text).has(first.from - 1) ? null : word;
}

/** A subject that is that one word, and nothing else written. */
function asksForHelp(message: ParsedMessage): boolean {
  return message.subject.trim().toLowerCase() === 'help' && newText(message).trim() === '';
}
