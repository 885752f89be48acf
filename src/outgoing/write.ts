/**
 * From an action's drafts to mails that a commit can hold.
 *
 * Gives each draft its text, addresses of ours, signed Message-ID and place, and
 * composes it. What a machine says goes out with the null reverse-path, so that
 * nothing comes back (RFC 3834 3.3); what a person says, with a signed address
 * that knows its mail. A draft to an address that cannot be written to is left
 * out.
 */
import type { Draft, TicketDraft } from '../actions/draft.ts';
import type { Change } from '../ticket/change.ts';
import { freePlace, type OutgoingMail, placeOf } from '../ticket/mail.ts';
import { writeToTicket } from './write-to-ticket.ts';
import type { Writing, Written } from './written.ts';

/** `before`: mails that the same commit holds already. */
export async function write(
  drafts: readonly Draft[],
  desk: Writing,
  before: readonly OutgoingMail[] = [],
): Promise<Written> {
  const changes: Change[] = [];
  const mails: OutgoingMail[] = [];
  for (const draft of drafts) {
    const others = [...before, ...mails];
    const written = isOfTicket(draft)
      ? await writeToTicket(draft, freePlace(draft.serial, others), desk)
      : await (await import('./write-to-desk.ts')).writeToDesk(draft, nextPlace(others), desk);
    if (written === null) continue;
    changes.push(...written.changes);
    mails.push(written.mail);
  }
  return { changes, mails };
}

function isOfTicket(draft: Draft): draft is TicketDraft {
  return 'ticket' in draft && typeof draft.ticket === 'string';
}

/** What is in no ticket comes behind the others. */
function nextPlace(mails: readonly OutgoingMail[]): number {
  return Math.max(0, ...mails.map(placeOf)) + 1;
}
