/**
 * The ticket that a subject names in brackets, as our subjects do: `[SUPPORT-7102]`, or
 * `[Support SUPPORT-7102]`.
 *
 * It proves nothing, and anybody can write it: it counts in mail to the queue of that ticket, of
 * somebody who is on it, and only if the mail names nothing else (decide.ts). Pure.
 */
import { parseTicketId } from '../ticket/id.ts';
import type { TicketId } from '../ticket/ticket.ts';

const IN_BRACKETS = /\[(?:[^[\]]{0,100}\s)?([A-Za-z][A-Za-z0-9]{0,19}-[1-9]\d{0,14})\]/;
const MAX_SUBJECT_CHARACTERS = 500;

export function ticketInBrackets(subject: string, prefixes: readonly string[]): TicketId | null {
  const [, found] = IN_BRACKETS.exec(subject.slice(0, MAX_SUBJECT_CHARACTERS)) ?? [];
  return found === undefined ? null : parseTicketId(found, prefixes);
}
