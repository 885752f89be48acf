/**
 * A mail that one of the staff passes on to a queue: the ticket is of whoever wrote it.
 *
 * The subject says that it is a forward; the mail is a copy in the text, below a copied
 * header, or else an attachment (message/rfc822: its own header says who wrote it, when
 * and what). null if it is neither, or if one of the desk wrote that mail. Only the word of
 * the staff person is believed: they could as well have written it down themselves.
 */

import { isOwnAddress, ownAddresses } from '../addresses/own-address.ts';
import type { Config } from '../config/config.ts';
import { personOf } from '../decision/trust.ts';
import { type ParsedMessage, parseMessage } from '../reading/message.ts';
import {
  type Forwarded,
  forwardedIn,
  isForward,
  withoutForwardMark,
} from '../reading/quotes/forwarded.ts';
import { type FoundLines, type Mailbox, mailboxText } from '../ticket/ticket.ts';
import type { Opening, ReceivedMail } from './incoming.ts';

/** Octets of an attached mail that is read for its text. */
const MAX_ATTACHED_MAIL_BYTES = 1024 * 1024;

/** Whose ticket it is; and what an attached mail says, below its author and subject. */
export interface PassedOn {
  readonly asked: NonNullable<Opening['asked']>;
  readonly attached: string | null;
  /** Lines of that which no filter in front of us has seen. */
  readonly foundLines: readonly FoundLines[];
}

/** `octetsOf`: of the n-th attachment, from 1. */
export async function passedOnBy(
  message: ParsedMessage,
  octetsOf: (n: number) => Iterable<Buffer>,
  config: Config,
): Promise<PassedOn | null> {
  if (!isForward(message.subject)) return null;
  // An attachment of what is passed on is not what is passed on.
  const forwarded = forwardedIn(message.text);
  if (forwarded === 'nobody') return null;
  const found =
    forwarded === null ? await attached(message, octetsOf, config) : copied(message, forwarded);
  return found === null || isOfDesk(found.asked.requester, config) ? null : found;
}

/** All of it is new here: it is what the customer has written. */
export function asOpened(mail: ReceivedMail, { attached, foundLines }: PassedOn): ReceivedMail {
  const own = mail.text.trimEnd();
  const before = own === '' ? '' : `${own}\n\n`;
  const text = attached === null ? mail.text : `${before}${attached}`;
  const found = [...mail.foundLines, ...below(before.split('\n').length - 1, foundLines)];
  return {
    ...mail,
    text,
    newLines: [{ from: 1, to: text.split('\n').length }],
    foundLines: found,
  };
}

function below(count: number, ranges: readonly FoundLines[]): readonly FoundLines[] {
  return ranges.map((range) => ({ ...range, from: range.from + count, to: range.to + count }));
}

function isOfDesk({ address }: Mailbox, config: Config): boolean {
  return personOf(address, config.staff) !== null || isOwnAddress(address, ownAddresses(config));
}

function copied({ subject }: ParsedMessage, forwarded: Forwarded): PassedOn {
  const asked = {
    requester: forwarded.from,
    subject: forwarded.subject || withoutForwardMark(subject),
    messageId: null,
  };
  return { asked, attached: null, foundLines: [] };
}

async function attached(
  message: ParsedMessage,
  octetsOf: (n: number) => Iterable<Buffer>,
  config: Config,
): Promise<PassedOn | null> {
  const n = message.attachments.findIndex(
    ({ contentType, size }) => contentType === 'message/rfc822' && size <= MAX_ATTACHED_MAIL_BYTES,
  );
  if (n < 0) return null;
  const inner = await parseMessage(
    {
      chunks: () => octetsOf(n + 1),
      openAttachment: () => ({ write: () => {}, close: () => {} }),
    },
    config.limits.reading,
  );
  if (inner.from === null) return null;
  const { from, subject, messageId } = inner;
  const header = `${headerOf(from, subject)}\n\n`;
  return {
    asked: { requester: from, subject, messageId },
    attached: `${header}${inner.text}`,
    foundLines: below(header.split('\n').length - 1, inner.foundLines),
  };
}

function headerOf(from: Mailbox, subject: string): string {
  return `---------- Forwarded message ----------\nFrom: ${mailboxText(from)}\nSubject: ${subject}`;
}
