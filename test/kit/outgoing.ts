/** Mail of ours in a line, as a commit has it, and the octets that it becomes. */
import { composedOf } from '../../src/journal/mails.ts';
import { compose } from '../../src/letters/compose.ts';
import type { Letter } from '../../src/ticket/letter.ts';
import { type OutgoingLetter, type OutgoingMail, octetsOf } from '../../src/ticket/mail.ts';
import type { StoredFile } from '../../src/ticket/ticket.ts';

export function letterTo(address: string, different: Partial<Letter> = {}): Letter {
  return {
    from: { name: 'Support', address: 'SUPPORT-7102@support-ticket.example' },
    to: { name: '', address },
    ...{ cc: [], replyTo: null, subject: 'RE: x', inReplyTo: null, references: [] },
    messageId: '<support-7102.2.aaaaaaaaaaaaaaaa@support-ticket.example>',
    date: '2026-01-02T08:25:40.000Z',
    automatic: null,
    loopMark: 'new@support-ticket.example',
    ...{ text: 'Hello.\n', attachments: [], boundary: 'b' },
    ...different,
  };
}

/** A notice to the desk, if nothing else is said. */
export function outgoingTo(
  recipient: string,
  {
    letter,
    ...different
  }: Partial<Omit<OutgoingLetter, 'letter'>> & {
    readonly letter?: Partial<Letter>;
  } = {},
): OutgoingLetter {
  const about = { ticket: null, serial: 1, sender: '', recipient };
  return { ...about, ...different, letter: letterTo(recipient, letter) };
}

/** What sendmail gets; `read` gives the octets of a file. */
export async function wholeMail(
  mail: OutgoingMail,
  read: (file: StoredFile) => Promise<Buffer> = async ({ path }) => {
    throw new Error(`nobody gives ${path}`);
  },
): Promise<Buffer> {
  const composed = await composedOf(mail, compose);
  const files = new Map<StoredFile, Buffer>();
  for (const { file } of composed.enclosed ?? []) files.set(file, await read(file));
  return Buffer.concat([...octetsOf(composed, (file) => [files.get(file) ?? Buffer.of()])]);
}

/** What this program commits. */
export function letterIn(mail: OutgoingMail): Letter {
  if (!('letter' in mail)) throw new Error('an older program has committed it');
  return mail.letter;
}
