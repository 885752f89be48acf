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
import type { OutgoingMail } from '../ticket/mail.ts';
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
    const serial = nextSerial([...before, ...mails]);
    const written = isOfTicket(draft)
      ? await writeToTicket(draft, desk)
      : await (await import('./write-to-desk.ts')).writeToDesk(draft, serial, desk);
    if (written === null) continue;
    if (written.message !== null) changes.push(written.message);
    mails.push(written.mail);
  }
  return { changes, mails };
}

function isOfTicket(draft: Draft): draft is TicketDraft {
  return draft.kind === 'acknowledgement' || draft.kind === 'answer' || draft.kind === 'service';
}

/** Mails of a ticket have their serial in it; what comes behind them must not have the same. */
function nextSerial(mails: readonly OutgoingMail[]): number {
  return Math.max(0, ...mails.map(({ serial }) => serial)) + 1;
}
