/**
 * From a draft to the bytes of a mail. The one file that knows nodemailer.
 *
 * One recipient, the one the draft names; every header is ours, with line
 * breaks and control characters taken out before MailComposer sees a value
 * (it would turn a CRLF in a name into an encoded word that decodes to CRLF).
 * Acknowledgements carry the marks of RFC 3834 (Auto-Submitted, null
 * reverse-path); answers of people carry the loop mark alone. Gives null for
 * an address that cannot be written to. Lines end with LF, for sendmail(1).
 */
import { domainToASCII } from 'node:url';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { Draft } from '../actions/draft.ts';
import type { Change } from '../ticket/change.ts';
import { ticketAddress } from '../ticket/id.ts';
import type { OutgoingMail } from '../ticket/mail.ts';
import type { Mailbox, OutgoingMessage } from '../ticket/ticket.ts';
import { replySubject } from './subject.ts';

export interface ComposeContext {
  readonly domain: string;
  readonly queueName: string;
  /** Where the queue's new tickets come in; the loop mark. */
  readonly queueAddress: string;
  readonly now: Date;
  readonly messageId: string;
  readonly text: string;
  readonly raw: string;
}

export interface Composed {
  readonly mail: OutgoingMail;
  readonly change: Change;
}

const REFERENCES_KEPT = 20;
const NAME_LIMIT = 100;
/** A dot-atom local part and a domain (RFC 5321 4.1.2, RFC 6531 3.3) that is no option of sendmail. */
const ATOM = String.raw`[^\s@"(),.:;<>[\\\]\p{Cc}]+`;
const WRITABLE = new RegExp(
  String.raw`^(?!-)(?=.{1,64}@)${ATOM}(?:\.${ATOM})*@[\p{L}\p{N}](?:[\p{L}\p{N}.-]*[\p{L}\p{N}])?$`,
  'u',
);

export async function compose(draft: Draft, context: ComposeContext): Promise<Composed | null> {
  const address = draft.to.address;
  if (!WRITABLE.test(address) || Buffer.byteLength(address) > 254) return null;
  const from: Mailbox = {
    name: clean(context.queueName),
    address: ticketAddress(draft.ticket, context.domain),
  };
  const to: Mailbox = { name: clean(draft.to.name).slice(0, NAME_LIMIT), address };
  const subject = replySubject(clean(draft.subject));
  const automatic = draft.kind === 'acknowledgement';
  const written: Mailbox = { ...to, address: withAsciiDomain(address) };
  const content = await build({
    from,
    to: written,
    subject,
    messageId: context.messageId,
    date: context.now,
    ...(draft.inReplyTo !== null && { inReplyTo: draft.inReplyTo }),
    references: bounded(draft.references),
    headers: {
      ...(automatic && {
        'Auto-Submitted': 'auto-replied',
        'X-Auto-Response-Suppress': 'DR, RN, NRN, OOF, AutoReply',
      }),
      'X-Loop': context.queueAddress,
    },
    text: context.text,
    textEncoding: 'quoted-printable',
    newline: '\n',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const message: OutgoingMessage = {
    serial: draft.serial,
    direction: 'out',
    automatic,
    delivery: 'waiting',
    from,
    to: [to],
    date: context.now.toISOString(),
    messageId: context.messageId,
    subject,
    text: context.text,
    attachments: [],
    raw: context.raw,
  };
  return {
    mail: {
      ticket: draft.ticket,
      serial: draft.serial,
      sender: automatic ? '' : from.address,
      recipient: written.address,
      content,
    },
    change: { type: 'message.added', ticket: draft.ticket, message },
  };
}

function build(options: ConstructorParameters<typeof MailComposer>[0]): Promise<string> {
  return new Promise((resolve, reject) => {
    new MailComposer(options).compile().build((error, content) => {
      if (error) reject(error);
      else resolve(content.toString('utf8'));
    });
  });
}

/** The first reference and the nearest ones (RFC 5322 3.6.4 lets a long chain be trimmed). */
function bounded(references: readonly string[]): string[] {
  if (references.length <= REFERENCES_KEPT) return [...references];
  return [...references.slice(0, 1), ...references.slice(1 - REFERENCES_KEPT)];
}

/** Every relay understands the A-label of a domain (RFC 5890), few the Unicode one (RFC 6531). */
function withAsciiDomain(address: string): string {
  const at = address.lastIndexOf('@') + 1;
  return address.slice(0, at) + (domainToASCII(address.slice(at)) || address.slice(at));
}

function clean(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}
