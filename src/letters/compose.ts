/**
 * From a letter to the bytes of a mail, by nodemailer's MailComposer.
 *
 * One recipient, the one in To; every header is ours, with line
 * breaks and control characters taken out before MailComposer sees a value
 * (it would turn a CRLF in a name into an encoded word that decodes to CRLF).
 * What a machine says carries the marks of RFC 3834; answers of people carry the
 * loop mark alone. Gives null for an address that cannot be written to. Lines end
 * with LF, for sendmail(1).
 */
import { randomBytes } from 'node:crypto';
import { domainToASCII } from 'node:url';
import MailComposer from 'nodemailer/lib/mail-composer';
import { isWritable } from '../ticket/address.ts';
import type { Enclosed } from '../ticket/mail.ts';
import type { Mailbox, StoredFile } from '../ticket/ticket.ts';
import { clean } from './clean.ts';

export interface Letter {
  readonly from: Mailbox;
  readonly to: Mailbox;
  /** Named in the mail; each gets one of their own. */
  readonly cc: readonly Mailbox[];
  readonly replyTo: string | null;
  readonly subject: string;
  readonly messageId: string;
  readonly date: Date;
  readonly inReplyTo: string | null;
  /** Oldest first. */
  readonly references: readonly string[];
  /** Auto-Submitted (RFC 3834 5), or null for what a person wrote. */
  readonly automatic: 'auto-replied' | 'auto-generated' | null;
  /** The address of ours by which our mail knows itself. */
  readonly loopMark: string;
  readonly text: string;
  readonly attachments: readonly LetterFile[];
  /** Part of the boundaries between its parts: nobody may guess it. */
  readonly boundary: string;
}

export interface LetterFile {
  readonly filename: string;
  readonly contentType: string;
  readonly octets: FileOctets;
}

/** A file that lies in the store is named, and put in when the mail goes out (ticket/mail.ts). */
export type FileOctets = { readonly inStore: StoredFile } | { readonly content: Buffer };

export interface ComposedMail {
  /** As the mail has it. */
  readonly from: Mailbox;
  readonly to: Mailbox;
  readonly subject: string;
  /** For the envelope: the domain as every relay understands it. */
  readonly recipient: string;
  readonly content: string;
  readonly enclosed?: readonly Enclosed[];
}

const MAX_REFERENCES = 20;
const MAX_NAME_CHARACTERS = 100;
export async function compose(letter: Letter): Promise<ComposedMail | null> {
  const { address } = letter.to;
  if (!isWritable(address)) return null;
  const from = { name: clean(letter.from.name), address: letter.from.address };
  const to = { ...named(letter.to), address };
  const subject = clean(letter.subject);
  const recipient = withAsciiDomain(address);
  const files = letter.attachments.map(marked);
  const whole = await build({
    from,
    to: { ...to, address: recipient },
    cc: letter.cc.filter((other) => isWritable(other.address)).map(named),
    ...(letter.replyTo !== null && { replyTo: letter.replyTo }),
    subject,
    messageId: letter.messageId,
    date: letter.date,
    ...(letter.inReplyTo !== null &&
      isQuotable(letter.inReplyTo) && { inReplyTo: letter.inReplyTo }),
    references: bounded(letter.references.filter(isQuotable)),
    headers: {
      ...(letter.automatic !== null && {
        'Auto-Submitted': letter.automatic,
        'X-Auto-Response-Suppress': 'DR, RN, NRN, OOF, AutoReply',
      }),
      'X-Loop': letter.loopMark,
    },
    text: letter.text,
    attachments: files.map(enclosed),
    baseBoundary: letter.boundary,
    textEncoding: 'quoted-printable',
    newline: '\n',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return { from, to, subject, recipient, ...withoutMarks(whole, files) };
}

interface Marked extends Omit<LetterFile, 'octets'> {
  readonly content: Buffer;
  readonly file: StoredFile | null;
}

/** Octets whose base64 is one line that nothing else holds. */
const MARK_OCTETS = 54;

function marked({ octets, ...described }: LetterFile): Marked {
  return 'content' in octets
    ? { ...described, content: octets.content, file: null }
    : { ...described, content: randomBytes(MARK_OCTETS), file: octets.inStore };
}

function withoutMarks(
  whole: string,
  files: readonly Marked[],
): Pick<ComposedMail, 'content' | 'enclosed'> {
  const enclosed: Enclosed[] = [];
  let content = whole;
  for (const { file, content: mark } of files) {
    if (file === null) continue;
    const line = mark.toString('base64');
    const at = content.indexOf(line);
    const { filename, path, size, sha256 } = file;
    enclosed.push({ at, file: { filename, path, size, sha256 } });
    content = content.slice(0, at) + content.slice(at + line.length);
  }
  return enclosed.length === 0 ? { content } : { content, enclosed };
}

function named({ name, address }: Mailbox): Mailbox {
  return { name: clean(name).slice(0, MAX_NAME_CHARACTERS), address: withAsciiDomain(address) };
}

/** A message in base64 (RFC 2046 5.2.1 forbids it) and a multipart are files like any other. */
function enclosed({ filename, contentType, content }: Marked) {
  const isPlain = /^[a-z0-9]+\/[a-z0-9.+_-]+$/i.test(contentType);
  const isFile = isPlain && !/^(message|multipart)\//i.test(contentType);
  return {
    filename: clean(filename).slice(0, MAX_NAME_CHARACTERS),
    contentType: isFile ? contentType : 'application/octet-stream',
    contentTransferEncoding: 'base64' as const,
    content,
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
  if (references.length <= MAX_REFERENCES) return [...references];
  return [...references.slice(0, 1), ...references.slice(1 - MAX_REFERENCES)];
}

/** A stranger's Message-ID that fits a line, in ASCII, and that nobody would decode. */
function isQuotable(messageId: string): boolean {
  return /^<[!-~]{1,900}>$/.test(messageId) && !messageId.includes('=?');
}

/** Every relay understands the A-label of a domain (RFC 5890), few the Unicode one (RFC 6531). */
function withAsciiDomain(address: string): string {
  const at = address.lastIndexOf('@') + 1;
  return address.slice(0, at) + (domainToASCII(address.slice(at)) || address.slice(at));
}
