/**
 * The lines that the desk writes around a customer's words in a notification
 * (notification-text.ts), as an answer brings them back: quoted, wrapped anew, or of an earlier
 * version. Who adds a sentence there adds it here, so that it is taken off an answer. Pure.
 */

import {
  type Mailbox,
  mailboxText,
  namesOf,
  type Ticket,
  type TicketId,
} from '../ticket/ticket.ts';
import { clean } from './clean.ts';

/** The lines that are not the customer's, however they are quoted; and those of before. */
const LINES_OF_THE_DESK = [
  /^[> \t]*[^\s>].{0,99} has given [A-Z0-9]+-\d+ to .{1,100}\.\s*$/,
  /^[> \t]*[^\s>].{0,99} has moved [A-Z0-9]+-\d+ to [A-Z0-9]+, from [A-Z0-9]+\.\s*$/,
  /^[> \t]*[^\s>].{0,99} has (taken|closed) [A-Z0-9]+-\d+\.\s*$/,
  /\S has given [A-Z0-9]+-\d+ back: it is nobody's now\./,
  /\S is away( until \d{4}-\d\d-\d\d)?, so this comes to you\./,
  /\S may be away: this answer came by itself, "/,
  /^\W*[A-Z0-9]+-\d+: (new|open|pending|resolved), /,
  /^[> \t]*[^\s>].{0,99} has written a note:\s*$/,
  /^[> \t]*[^\s>].{0,99} has (answered|written to) [^\s@]{1,64}@[^\s@]{1,253}[,:]\s{0,4}$/,
  /An answer to this mail goes to \S+@/,
  /^\W*with copies to \S+@/,
  /^\W*cc \+" in its first line puts them on the ticket\./,
  /^\W*In copy: \S+@/,
  /^\W*\d+ more in copy are reached by no answer\./,
  /"Reply to all" reaches them as well\./,
  /An answer to this mail comes back: there is nobody who gets it\./,
  /An answer to this mail is a note for your colleagues: no customer sees it\./,
  /^\W*\[they are not on [A-Z0-9]+-\d+\]/,
  /^\W*\[it came to [A-Z0-9, ]{1,200} as well\]/,
  /^\W*\[linked with [A-Z0-9]+-\d+[\],]/,
  /^\W*\[its subject (names [A-Z0-9]+-\d+\]|is new: )/,
  /^\W*\[marked as a machine's \([a-z-]{1,30}\): /,
  /^\W*\[Reply-To (does not count here|is of another domain than From): /,
  /^\W*\[not from the address that is on [A-Z0-9]+-\d+, /,
  /"note" alone in the first line of an answer keeps it inside\./,
  /Answer this mail, and it goes to the customer; "note" alone in its first/,
  /^\W*line keeps it inside\.\s*$/,
  /Commands at the top of an answer, such as "Status: resolved"/,
  /a mail with the word "help" to \S+@/,
  /All that was said: "show [A-Z0-9]+-\d+" in such a mail/,
  /^\W*asks to close, unproven: nothing was done\]/,
  /^\W*\d+ (files were|file was|lines were|line was) found inside .{0,80}: not sent, on ticket\]/,
  /^\W*\[\d+ pictures? on (?:other servers are|another server is) not shown\]/,
  /^\W*\[its HTML (?:says other words, and is not shown|is too large to be shown)\]/,
  /\S@[^\s<>@]{1,253}>? \((unverified|a machine|staff)\):\s{0,4}$/,
  /\(staff\) passes on a mail of \S/,
];

/** Whether a line is one that the desk writes around a customer's words. */
export function isDesksOwn(line: string): boolean {
  return LINES_OF_THE_DESK.some((words) => words.test(line));
}

/** Below the words of the mail; under them stands at most what was said before (earlier.ts). */
const LAST_LINES = [
  /^\W*[A-Z0-9]+-\d+: (new|open|pending|resolved), /,
  /"note" alone in the first line of an answer keeps it inside\./,
  /a mail with the word "help" to \S+@/,
  /All that was said: "show [A-Z0-9]+-\d+" in such a mail/,
];

/** Whether it may be the last line of a notification, if it is the last one of the desk's. */
export function isLastOfNotification(line: string): boolean {
  return LAST_LINES.some((words) => words.test(line));
}

/** The same in one piece: what is wrapped anew is known by its words. */
export const DESK_SENTENCES = [
  'An answer to this mail goes to',
  'An answer to this mail comes back: there is nobody who gets it.',
  '"Reply to all" reaches them as well.',
  'An answer to this mail is a note for your colleagues: no customer sees it.',
  '"note" alone in the first line of an answer keeps it inside.',
  'Answer this mail, and it goes to the customer; "note" alone in its first line keeps it inside.',
  'Commands at the top of an answer, such as "Status: resolved"; all of them: a mail with the word "help" to',
] as const;

/** Those that name people, of whom the writer stands above the first, or the ticket. */
export function sentencesFor(
  ticket: Ticket,
  people: readonly Mailbox[],
  control: string,
): readonly string[] {
  return [
    ...people.map(
      (person) =>
        `${writerNamed(person)}:\nAn answer to this mail goes to ${person.address} and to nobody else.`,
    ),
    `a mail with the word "help" to ${control}`,
    // A mail of before it was moved has its old name.
    ...namesOf(ticket).map(allSaid),
  ];
}

export function allSaid(id: TicketId): string {
  return `All that was said: "show ${id}" in such a mail`;
}

/** People that are named; the others are counted. */
export const MAX_NAMED = 3;

export const MAX_NAME_CHARACTERS = 100;

export function writerNamed({ name, address }: Mailbox): string {
  return clean(mailboxText({ name: name.slice(0, MAX_NAME_CHARACTERS), address }));
}
