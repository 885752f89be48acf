/**
 * What one of the staff reads about a customer's mail: the customer's own words, whole (those
 * of a very long mail are in the mail that is attached), and how to answer, below a signature
 * mark, so that every client cuts it off an answer. Pure.
 */

import {
  type Attachment,
  type IncomingMessage,
  mailboxText,
  type Ticket,
} from '../ticket/ticket.ts';
import type { NotificationDraft } from './draft.ts';

import { toldOf } from './told.ts';

interface NotificationContext {
  readonly control: string;
  /** Attachments that are too large for this mail. */
  readonly left: readonly Attachment[];
}

const PROVEN: Readonly<Record<IncomingMessage['trust'], string>> = {
  automatic: ' (a machine)',
  claimed: ' (unverified)',
  thread: '',
  authenticated: '',
  staff: ' (staff)',
};

export function notificationText(
  { ticket, message, assignedBy }: NotificationDraft,
  { control, left }: NotificationContext,
): string {
  const { from, trust, text, fault, asks } = message;
  const told = toldOf(text);
  const author = from === null ? 'Somebody' : mailboxText(from);
  const lines = [
    ...(assignedBy === null ? [] : [`${assignedBy} has given ${ticket.id} to you.`, '']),
    `${author}${PROVEN[trust]}:`,
    ...(fault === undefined ? [] : [`[${fault}; the whole mail is attached]`]),
    ...(asks === undefined ? [] : [`[asks to ${asks}, unproven: nothing was done]`]),
    '',
    told.trimEnd(),
    ...(told.length < text.length ? ['', '[it goes on; the whole mail is attached]'] : []),
    '',
    ...left.map(({ filename, size }) => `[${filename}, ${size} octets, is in the ticket alone]`),
    '-- ',
    stateOf(ticket),
    'Answer this mail, and it goes to the customer; "note" alone in its first',
    'line keeps it inside.',
    `Commands at the top of an answer, such as "Status: resolved"; all of them:`,
    `a mail with the word "help" to ${control}`,
  ];
  return `${lines.join('\n').replace(/(?<!\n)\n{3,}-- \n/, '\n\n-- \n')}\n`;
}

function stateOf({ id, status, assignee, priority, tags }: Ticket): string {
  const facts = [
    status,
    assignee === null ? "nobody's" : `${assignee}'s`,
    ...(priority === 'normal' ? [] : [`priority ${priority}`]),
    ...tags.map((tag) => `+${tag}`),
  ];
  return `${id}: ${facts.join(', ')}`;
}

/** The lines above that are not the customer's, however they are quoted. */
const LINES_OF_THE_DESK = [
  /\S has given [A-Z0-9]+-\d+ to you\.\s*$/,
  /^\W*[A-Z0-9]+-\d+: (new|open|pending|resolved), /,
  /Answer this mail, and it goes to the customer; "note" alone in its first/,
  /^\W*line keeps it inside\.\s*$/,
  /Commands at the top of an answer, such as "Status: resolved"/,
  /a mail with the word "help" to \S+@/,
  /^\W*asks to close, unproven: nothing was done\]/,
  /\((unverified|a machine|staff)\):\s*$/,
];

/** Whether a line is one that the desk writes around a customer's words. */
export function isDesksOwn(line: string): boolean {
  return LINES_OF_THE_DESK.some((words) => words.test(line));
}
