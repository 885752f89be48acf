/**
 * What a report about a mail of ours means: which mail came back, and whether its
 * address counts as failing.
 *
 * A report is proven where it names a mail of ours by a signature. Only then a
 * mail is marked as come back; only where the report also names the address that
 * we wrote to (not one behind it, where he has his mail passed on), and a lasting
 * fault of it (5.x.x), does that address count as failing: a forged report must
 * not silence a customer. RFC 3464, RFC 3463. Pure.
 */
import type { Report } from '../message/report.ts';
import type { Sent } from '../outgoing/signed-address.ts';
import {
  type Bounce,
  type MailReport,
  type ReportedRecipient,
  sameAddress,
} from '../ticket/ticket.ts';

export interface ReadReport {
  readonly shown: MailReport | null;
  readonly bounce: Bounce | null;
}

export function readReport(
  { recipients }: Pick<Report, 'recipients'>,
  sent: Sent | null,
): ReadReport {
  if (recipients.length === 0) return { shown: null, bounce: null };
  const shown = { isProven: sent !== null, recipients };
  const failed = recipients.filter(({ action }) => action === 'failed');
  if (sent === null) return { shown, bounce: null };
  const ofSent = failed.find((reported) => names(reported, sent.recipient));
  const told = ofSent ?? failed[0];
  if (told === undefined) return { shown, bounce: null };
  const status = told.status ?? '5.0.0';
  const isLasting = status.startsWith('5.');
  const bounce = {
    serial: sent.serial,
    status,
    reason: told.reason,
    failed: ofSent !== undefined && isLasting ? sent.recipient : null,
  };
  return { shown, bounce };
}

function names({ address, original }: ReportedRecipient, recipient: string): boolean {
  return (
    sameAddress(address, recipient) || (original !== undefined && sameAddress(original, recipient))
  );
}
