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
import type { Incoming } from '../journal/store.ts';
import { type ParsedMessage, parseMessage } from '../reading/message.ts';
import {
  type Forwarded,
  forwardedIn,
  isForward,
  withoutForwardMark,
} from '../reading/quotes/forwarded.ts';
import { type Mailbox, mailboxText } from '../ticket/ticket.ts';
import type { Opening, ReceivedMail } from './incoming.ts';

/** Octets of an attached mail that is read for its text. */
const READ = 1024 * 1024;

export interface OnBehalf {
  readonly asked: NonNullable<Opening['asked']>;
  readonly mail: ReceivedMail;
}

export async function onBehalf(
  mail: ReceivedMail,
  message: ParsedMessage,
  incoming: Incoming,
  config: Config,
): Promise<OnBehalf | null> {
  if (!isForward(message.subject)) return null;
  // An attachment of what is passed on is not what is passed on.
  const forwarded = forwardedIn(message.text);
  if (forwarded === 'nobody') return null;
  const found =
    forwarded === null
      ? await attached(mail, message, incoming, config)
      : copied(mail, message, forwarded);
  if (found === null || isOfDesk(found.asked.requester, config)) return null;
  return found;
}

function isOfDesk({ address }: Mailbox, config: Config): boolean {
  return personOf(address, config.staff) !== null || isOwnAddress(address, ownAddresses(config));
}

function copied(
  mail: ReceivedMail,
  { text, subject }: ParsedMessage,
  forwarded: Forwarded,
): OnBehalf {
  const asked = {
    requester: forwarded.from,
    subject: forwarded.subject || withoutForwardMark(subject),
    messageId: null,
  };
  // All of it is new here: it is what the customer has written.
  const newLines = [{ from: 1, to: text.split('\n').length }];
  return { asked, mail: { ...mail, newLines } };
}

async function attached(
  mail: ReceivedMail,
  message: ParsedMessage,
  incoming: Incoming,
  config: Config,
): Promise<OnBehalf | null> {
  const n = message.attachments.findIndex(
    ({ contentType, size }) => contentType === 'message/rfc822' && size <= READ,
  );
  if (n < 0) return null;
  const inner = await parseMessage(
    {
      chunks: () => incoming.attachmentChunks(n + 1),
      openAttachment: () => ({ write: () => {}, close: () => {} }),
    },
    config.limits.reading,
  );
  if (inner.from === null) return null;
  const { from, subject, messageId } = inner;
  const own = mail.text.trimEnd();
  const text = `${own}${own === '' ? '' : '\n\n'}${headerOf(from, subject)}\n\n${inner.text}`;
  const newLines = [{ from: 1, to: text.split('\n').length }];
  return { asked: { requester: from, subject, messageId }, mail: { ...mail, text, newLines } };
}

function headerOf(from: Mailbox, subject: string): string {
  return `---------- Forwarded message ----------\nFrom: ${mailboxText(from)}\nSubject: ${subject}`;
}
