/**
 * From an action's drafts to letters that a commit can hold.
 *
 * Gives each draft its text, addresses of ours, signed Message-ID and place. Nothing is composed
 * here: this runs under the store's lock. What a machine says goes out with the null reverse-path,
 * so that nothing comes back (RFC 3834 3.3); what a person says, with a signed address that knows
 * its mail. A draft to an address that cannot be written to is left out.
 */

import type { Change } from '../ticket/change.ts';
import { freePlace, type OutgoingLetter, placeOf } from '../ticket/mail.ts';
import type { AnswerDraft, Draft, TicketDraft } from './draft.ts';
import type { WritingContext, WrittenDraft, WrittenDrafts } from './written-draft.ts';

/** `before`: mails that the same commit holds already. */
export async function write(
  drafts: readonly Draft[],
  desk: WritingContext,
  before: readonly OutgoingLetter[] = [],
): Promise<WrittenDrafts> {
  const changes: Change[] = [];
  const mails: OutgoingLetter[] = [];
  for (const draft of drafts) {
    const others = [...before, ...mails];
    const written = isOfTicket(draft)
      ? await writeOne(draft, others, desk)
      : await (await import('./write-to-desk.ts')).writeToDesk(draft, nextPlace(others), desk);
    if (written === null) continue;
    changes.push(...written.changes);
    mails.push(written.mail);
  }
  return { changes, mails };
}

/**
 * An answer goes to each of several people in a mail of its own. The first one is kept as the copy
 * of all.
 */
async function writeOne(
  draft: TicketDraft,
  others: readonly OutgoingLetter[],
  desk: WritingContext,
): Promise<WrittenDraft | null> {
  const { writeToTicket } = await import('./write-to-ticket.ts');
  const place = freePlace(draft.serial, others);
  const first = 'copyOf' in draft ? others.find((mail) => isFirst(mail, draft)) : undefined;
  return writeToTicket(draft, place, first === undefined ? place : placeOf(first), desk);
}

function isFirst(mail: OutgoingLetter, { ticket, copyOf }: AnswerDraft): boolean {
  return mail.ticket === ticket && mail.serial === copyOf;
}

function isOfTicket(draft: Draft): draft is TicketDraft {
  return 'ticket' in draft && typeof draft.ticket === 'string';
}

/** What is in no ticket comes behind the others. */
function nextPlace(mails: readonly OutgoingLetter[]): number {
  return Math.max(0, ...mails.map(placeOf)) + 1;
}
