/**
 * Why a mail that our own MTA has authenticated may yet be nobody's order.
 *
 * A DKIM signature proves who wrote a mail, not who sends it: whoever ever got it can send it
 * again, to any address, with fields added that the signature does not cover (RFC 6376 8.6).
 * So such a mail acts once for each person and Message-ID, for ever; it is young; fields that
 * may stand once do (RFC 5322 3.6, RFC 2045); and it names whom it acts on. Pure.
 */
import type { HeaderField } from '../reading/header.ts';
import { DAY_MS } from '../ticket/age.ts';
import type { Verdict } from '../ticket/decision.ts';

export interface Provenance {
  readonly fields: readonly HeaderField[];
  /** RFC 3339, or null if it says none that can be read. */
  readonly date: string | null;
  readonly messageId: string | null;
  /** A mail of this person with this Message-ID has acted before. */
  readonly hasActed: boolean;
  /** The ticket or service that it was delivered to stands in its To or Cc. */
  readonly isNamed: boolean;
  readonly now: Date;
}

/** RFC 5322 3.6 and RFC 2045 3: of each name one field at most. */
const ONCE = [
  ...['date', 'from', 'sender', 'reply-to', 'to', 'cc', 'bcc', 'message-id', 'in-reply-to'],
  ...['references', 'subject', 'mime-version', 'content-type', 'content-transfer-encoding'],
] as const;

const GOOD_FOR_MS = 3 * DAY_MS;

function copied(evidence: string): Verdict {
  return { check: 'copied', evidence };
}

export const ACTED_BEFORE = copied('a mail with its Message-ID was carried out before');

/** What speaks for a copy of an older mail, or null. */
export function copyDoubt(mail: Provenance): Verdict | null {
  const twice = ONCE.find((name) => mail.fields.filter((field) => field.name === name).length > 1);
  if (twice !== undefined) return copied(`it has two ${twice} fields, as altered mails often do`);
  if (mail.messageId === null) return copied('it has no Message-ID');
  if (mail.hasActed) return ACTED_BEFORE;
  const date = mail.date === null ? Number.NaN : Date.parse(mail.date);
  if (!(Math.abs(mail.now.getTime() - date) <= GOOD_FOR_MS)) {
    return copied('its Date is not within three days of now');
  }
  return mail.isNamed ? null : copied('the address that it came to is not in its To or Cc');
}

/** Nothing speaks for a copy, and yet nothing tells one from it. */
export const UNCONFIRMED: Verdict = {
  check: 'unconfirmed',
  evidence:
    'its sender address is verified, but it came neither from a mail server of that domain nor to the reply address that was given',
};
