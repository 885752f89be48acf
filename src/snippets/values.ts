/**
 * What may stand in a snippet in double braces, and what it stands for in an answer.
 *
 * What a customer wrote (`name`, `subject`) is cleaned to a few words of one line. Pure.
 */
import { type Config, queueOf } from '../config/config.ts';
import { clean } from '../letters/clean.ts';
import { bareSubject } from '../letters/subject.ts';
import { ticketAddress } from '../ticket/id.ts';
import { type Mailbox, nameOf, type Ticket } from '../ticket/ticket.ts';

export const VARIABLES = ['ticket', 'address', 'queue', 'name', 'subject', 'author'] as const;

type Variable = (typeof VARIABLES)[number];
export type SnippetValues = Readonly<Record<Variable, string>>;

const MAX_CHARACTERS = 200;

export function valuesFor(
  ticket: Ticket,
  { to, by }: { readonly to: Mailbox | null; readonly by: string },
  config: Config,
): SnippetValues {
  const name = nameOf(ticket);
  const author = config.staff.find((one) => one.name === by || one.sasl.includes(by));
  return {
    ticket: name,
    address: ticketAddress(name, config.domain),
    queue: queueOf(ticket.queue, config).name,
    name: inWords(to?.name ?? ''),
    subject: inWords(bareSubject(ticket.subject)),
    author: author?.name ?? by,
  };
}

function inWords(text: string): string {
  return [...clean(text).replace(/\s+/g, ' ')].slice(0, MAX_CHARACTERS).join('').trim();
}
