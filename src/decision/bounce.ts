/**
 * What a report about a mail of ours means: which mail came back, and whether its
 * address counts as failing.
 *
 * A report is proven if it names a mail of ours by a token. Only then a
 * mail is marked as come back; only if the report also names the address that
 * we wrote to (not one behind it, if they have their mail passed on), and a lasting
 * fault of it (5.x.x), does that address count as failing: a forged report must
 * not silence a customer. RFC 3464, RFC 3463. Pure.
 */

import type { Sent } from '../addresses/signed-address.ts';
import type { Report } from '../reading/report.ts';
import {
  type Bounce,
  type MailReport,
  type ReportedRecipient,
  sameAddress,
} from '../ticket/ticket.ts';

/** Recipients of one report that a ticket shows. */
const MAX_RECIPIENTS_SHOWN = 20;
/** RFC 3463: other or undefined. */
const UNKNOWN_STATUS = '5.0.0';

export interface ReadReport {
  readonly shown: MailReport | null;
  readonly bounce: Bounce | null;
}

export function readReport(
  { recipients }: Pick<Report, 'recipients'>,
  sent: Sent | null,
): ReadReport {
  if (recipients.length === 0) return { shown: null, bounce: null };
  if (sent === null) {
    return {
      shown: { isProven: false, recipients: recipients.slice(0, MAX_RECIPIENTS_SHOWN) },
      bounce: null,
    };
  }
  const isFailed = ({ action }: ReportedRecipient) => action === 'failed';
  const ofSent = recipients.filter((reported) => names(reported, sent.recipient));
  const others = recipients.filter((reported) => !ofSent.includes(reported));
  const shown = {
    isProven: true,
    recipients: [...ofSent, ...others].slice(0, MAX_RECIPIENTS_SHOWN),
  };
  // What it says of the address that we wrote to counts before what it says of any behind it.
  const told = (ofSent.length > 0 ? ofSent : others).find(isFailed);
  if (told === undefined) return { shown, bounce: null };
  const isLasting = told.status?.startsWith('5.') === true;
  const bounce = {
    serial: sent.serial,
    status: told.status ?? UNKNOWN_STATUS,
    reason: told.reason,
    failed: ofSent.length > 0 && isLasting ? sent.recipient : null,
  };
  return { shown, bounce };
}

function names({ address, original }: ReportedRecipient, recipient: string): boolean {
  return (
    sameAddress(address, recipient) || (original !== undefined && sameAddress(original, recipient))
  );
}
