/** A mail that went out, as whoever gets it reads it. */
import { fieldValue } from '../../src/reading/header.ts';
import type { OutgoingMail } from '../../src/ticket/mail.ts';
import type { StoredFile } from '../../src/ticket/ticket.ts';
import { readOctets } from '../reading/read-file.ts';
import { wholeMail } from './outgoing.ts';

export interface Letter {
  /** Of the envelope; the sender is empty for a machine's mail. */
  readonly to: string;
  readonly sender: string;
  readonly subject: string;
  readonly text: string;
  /** null for none. */
  readonly id: string | null;
  readonly replyTo: string;
  readonly field: (name: string) => string | null;
  readonly files: readonly { readonly name: string; readonly octets: Buffer }[];
  /** The very octets. */
  readonly content: string;
}

export async function letterOf(
  outgoing: OutgoingMail,
  file: (named: StoredFile) => Promise<Buffer>,
): Promise<Letter> {
  const octets = await wholeMail(outgoing, file);
  const { message, files } = await readOctets(octets);
  return {
    to: outgoing.recipient,
    sender: outgoing.sender,
    subject: message.subject,
    text: message.text,
    id: message.messageId,
    replyTo: message.replyTo[0]?.address ?? '',
    field: (name) => fieldValue(message.fields, name.toLowerCase()),
    files: message.attachments.map(({ filename }, n) => ({
      name: filename,
      octets: files[n] ?? Buffer.alloc(0),
    })),
    content: octets.toString('utf8'),
  };
}
