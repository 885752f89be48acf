/**
 * A letter in the form in which it is committed: what a stranger has a say in is made harmless.
 *
 * One recipient, the one in To. Names and subjects lose line breaks and control characters before
 * anybody composes them (nodemailer would turn a CRLF in a name into an encoded word that decodes
 * to CRLF). null for an address that cannot be written to. Pure.
 */
import { isWritable } from '../ticket/address.ts';
import type { Letter, LetterFile } from '../ticket/letter.ts';
import type { Mailbox } from '../ticket/ticket.ts';
import { asciiDomain } from './ascii-domain.ts';
import { clean } from './clean.ts';

const MAX_REFERENCES = 20;
const MAX_NAME_CHARACTERS = 100;

export function finishLetter(letter: Letter): Letter | null {
  const { from, to, cc, subject, inReplyTo, references, attachments } = letter;
  if (!isWritable(to.address)) return null;
  return {
    ...letter,
    from: { name: clean(from.name), address: from.address },
    to: named(to),
    cc: cc.filter(({ address }) => isWritable(address)).map(named),
    subject: clean(subject),
    inReplyTo: inReplyTo !== null && isQuotable(inReplyTo) ? inReplyTo : null,
    references: bounded(references.filter(isQuotable)),
    attachments: attachments.map(described),
  };
}

function named({ name, address }: Mailbox): Mailbox {
  return { name: clean(name).slice(0, MAX_NAME_CHARACTERS), address: withAsciiDomain(address) };
}

/** A message in base64 (RFC 2046 5.2.1 forbids it) and a multipart are files like any other. */
function described({ filename, contentType, size, sha256, path }: LetterFile): LetterFile {
  const isPlain = /^[a-z0-9]+\/[a-z0-9.+_-]+$/i.test(contentType);
  const isFile = isPlain && !/^(message|multipart)\//i.test(contentType);
  return {
    filename: clean(filename).slice(0, MAX_NAME_CHARACTERS),
    contentType: isFile ? contentType : 'application/octet-stream',
    ...{ size, sha256, path },
  };
}

/** The first reference and the nearest ones (RFC 5322 3.6.4 lets a long chain be trimmed). */
function bounded(references: readonly string[]): readonly string[] {
  if (references.length <= MAX_REFERENCES) return references;
  return [...references.slice(0, 1), ...references.slice(1 - MAX_REFERENCES)];
}

/** A stranger's Message-ID that fits a line, in ASCII, and that nobody would decode. */
function isQuotable(messageId: string): boolean {
  return /^<[!-~]{1,900}>$/.test(messageId) && !messageId.includes('=?');
}

/** Every relay understands the A-label of a domain (RFC 5890), few the Unicode one (RFC 6531). */
function withAsciiDomain(address: string): string {
  const at = address.lastIndexOf('@') + 1;
  return address.slice(0, at) + (asciiDomain(address.slice(at)) || address.slice(at));
}
