/**
 * What somebody says who was asked how it went: their score is counted on the ticket, and what they
 * have written beside it is a message there. Without words it is kept as recorded mail.
 *
 * Nothing is said in return: also not to whoever uses an address again, or whom nobody has asked.
 */
import type { StaffMember } from '../config/config.ts';
import type { ToRate } from '../decision/intent.ts';
import { wordsBeside } from '../decision/words-beside.ts';
import type { Kept } from '../outcome.ts';
import type { Change } from '../ticket/change.ts';
import type { Ticket } from '../ticket/ticket.ts';
import type { Batch } from './batch.ts';
import { type Appending, appendToTicket, type ReceivedMail, recordMail } from './incoming.ts';
import { memberCalled } from './member.ts';
import { fateOf } from './sent-files.ts';

interface Desk {
  readonly batch: Batch;
  /** Where the mail goes. */
  readonly ticket: Ticket;
  readonly staff: readonly StaffMember[];
}

export async function rate(
  mail: ReceivedMail,
  rating: ToRate,
  appending: Appending,
  { batch, ticket, staff }: Desk,
): Promise<Kept> {
  const changes = countedBy(rating, batch.ticket(rating.ticket), staff);
  if (isWithoutWords(mail, ticket)) {
    const evidence = `${rating.score} of 5 for ${rating.ticket}`;
    const why = rating.against ?? { check: 'rating', evidence };
    await batch.add([...recordMail(mail, why, true).changes, ...changes]);
    return 'recorded';
  }
  const added = appendToTicket(mail, ticket, appending);
  await batch.add([...added.changes, ...changes], added.drafts);
  return 'appended';
}

/** On the ticket whose question it is, unless it does not count. */
function countedBy(
  { against, score, ticket: id, question: serial }: ToRate,
  rated: Ticket | null,
  staff: readonly StaffMember[],
): readonly Change[] {
  if (against !== null || rated?.rating?.score !== null) return [];
  const person = whoseWork(rated, staff);
  const isOf = person === null ? {} : { person };
  return [{ type: 'ticket.rated', ticket: id, serial, score, ...isOf }];
}

/** What a client quotes or signs below is none. */
function isWithoutWords(mail: ReceivedMail, ticket: Ticket): boolean {
  if (mail.faults.length > 0 || wordsBeside(mail) !== '') return false;
  // Nor is the same as HTML, or a key.
  const files = mail.attachments(ticket.id, 1, 'shown');
  return files.every((file) => fateOf(file, new Set()) === 'added');
}

/** Whoever the ticket was given to, else who has answered last. */
function whoseWork({ assignee, messages }: Ticket, staff: readonly StaffMember[]): string | null {
  if (assignee !== null) return assignee;
  const last = messages.findLast((one) => one.direction === 'out' && one.by !== undefined);
  const by = last?.direction === 'out' ? last.by : undefined;
  return by === undefined ? null : (memberCalled(by, staff)?.name ?? by);
}
