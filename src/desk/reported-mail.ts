/**
 * What a report about a mail of ours does to the ticket that it belongs to: a message there or a
 * count, the mark that the mail came back, and that its address fails. Pure.
 */
import type { Change } from '../ticket/change.ts';
import { statusChanges } from '../ticket/status.ts';
import { type Bounce, nextSerial, type Ticket } from '../ticket/ticket.ts';
import { added, type ReceivedMail, type Result, recordMail, withoutText } from './incoming.ts';
import { roomIn, sizeOf } from './ticket-room.ts';

/**
 * The first report on each mail of ours, and the first that says it came back, are always taken,
 * however full the ticket is: there are no more of them than mails of ours. Others are counted.
 * `reported`: whose mail it is about, the same ticket or one that was merged into it. null if it is
 * about no mail of ours.
 */
export function asReport(
  received: ReceivedMail,
  ticket: Ticket,
  reported: Ticket | null,
): Result | null {
  const { about, bounce } = received;
  const ours = reported?.messages.find((message) => message.serial === about?.serial);
  if (reported === null || ours?.direction !== 'out') return null;
  const { serial, reports, delivery, by } = ours;
  const counted: Change[] = [
    { type: 'mail.reported', ticket: reported.id, serial },
    ...(bounce === null ? [] : bounced(bounce, reported)),
    // Whoever has closed it took it for answered.
    ...(bounce !== null &&
    by !== undefined &&
    delivery !== 'bounced' &&
    ticket.status === 'resolved'
      ? statusChanges(ticket, 'open', 'mailrobot')
      : []),
  ];
  const isFirst = reports === undefined && delivery !== 'bounced';
  if (isFirst || (bounce !== null && delivery !== 'bounced')) {
    const mail =
      sizeOf(received) <= roomIn(ticket, received).size ? received : withoutText(received);
    return { changes: [added(ticket.id, nextSerial(ticket), mail), ...counted], drafts: [] };
  }
  const evidence = `message ${serial} of ${reported.id} has been reported on before`;
  const { changes } = recordMail(received, { check: 'reported-again', evidence }, true);
  return { changes: [...changes, ...counted], drafts: [] };
}

/**
 * A second report about a mail does not mark it again. That its address failed counts once
 * (failing.ts).
 */
function bounced({ serial, status, reason, failed }: Bounce, ticket: Ticket): readonly Change[] {
  const mail = ticket.messages.find((message) => message.serial === serial);
  if (mail?.direction !== 'out') return [];
  const what = { ticket: ticket.id, serial, status, reason };
  return [
    ...(mail.delivery === 'bounced' ? [] : [{ type: 'mail.bounced', ...what } as const]),
    ...(failed === null ? [] : [{ type: 'address.failed', address: failed, ...what } as const]),
  ];
}
