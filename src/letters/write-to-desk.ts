/**
 * Mail that is in no ticket: to the staff, to whoever sent commands, and to
 * whoever asks what the desk can do.
 *
 * A machine writes it: the null reverse-path, and the marks of RFC 3834. A mail about
 * a ticket has a reply address that is signed for this person alone. null for an address that
 * cannot be written to.
 */

import { confirmAddress, staffAddress } from '../addresses/signed-address.ts';
import { signedMessageId } from '../addresses/signed-id.ts';
import { queueAddress, queueOf } from '../config/config.ts';
import { FileLost } from '../journal/blobs.ts';
import { ticketAddress } from '../ticket/id.ts';
import type { Letter } from '../ticket/letter.ts';
import type { OutgoingLetter } from '../ticket/mail.ts';
import type { Attachment } from '../ticket/ticket.ts';
import type {
  DeskDraft,
  HelpDraft,
  NoticeDraft,
  NotificationDraft,
  TranscriptDraft,
} from './draft.ts';
import { finishLetter } from './letter.ts';
import { noticeMail } from './notice-text.ts';
import { bareSubject, replySubject } from './subject.ts';
import { helpText, type LetterText } from './text.ts';
import {
  boundaryOf,
  encloseAll,
  NULL_SENDER,
  type WritingContext,
  type WrittenDraft,
} from './written-draft.ts';

type DeskLetter = Pick<
  Letter,
  'from' | 'replyTo' | 'subject' | 'messageId' | 'inReplyTo' | 'references' | 'text'
> &
  Partial<Pick<Letter, 'attachments' | 'automatic'>> &
  Partial<Pick<LetterText, 'changes'>>;

export async function writeToDesk(
  draft: DeskDraft,
  serial: number,
  desk: WritingContext,
): Promise<WrittenDraft | null> {
  const { config, now } = desk;
  const { changes = [], ...said } = await letterOf(draft, serial, desk);
  const letter = finishLetter({
    ...{ to: draft.to, cc: [], date: now.toISOString(), attachments: [] },
    automatic: 'auto-generated',
    loopMark: queueAddress(config.queues[0], config),
    boundary: boundaryOf(desk),
    ...said,
  });
  if (letter === null) return null;
  const recipient = letter.to.address;
  const mail: OutgoingLetter = {
    ...{ ticket: null, serial, sender: NULL_SENDER, recipient, letter, isPassing: true },
  };
  return { changes, mail };
}

function letterOf(
  draft: DeskDraft,
  serial: number,
  desk: WritingContext,
): Promise<DeskLetter> | DeskLetter {
  switch (draft.kind) {
    case 'notice':
      return noticeLetter(draft, serial, desk);
    case 'notification':
      return notificationLetter(draft, serial, desk);
    case 'transcript':
      return transcriptLetter(draft, serial, desk);
    case 'help':
      return helpLetter(draft, serial, desk);
  }
}

function messageIdOf(serial: number, { paths, keys, config }: WritingContext): string {
  return `<notice.${paths.seq}.${serial}.${keys.epoch}@${config.domain}>`;
}

function noticeLetter(
  { to, notices, more }: NoticeDraft,
  serial: number,
  desk: WritingContext,
): DeskLetter {
  const { config, keys, now } = desk;
  const [queue] = config.queues;
  const { subject, text, ticket } = noticeMail(notices, more);
  return {
    from: { name: queue.name, address: queueAddress(queue, config) },
    replyTo:
      ticket === null
        ? null
        : staffAddress(keys, 'note', { ticket, person: to.name, at: now }, config.domain),
    subject,
    messageId: messageIdOf(serial, desk),
    inReplyTo: null,
    references: [],
    text,
  };
}

/** Octets of attachments that go along; the others are named. */
const MAX_ATTACHED_BYTES = 2 * 1024 * 1024;

async function notificationLetter(
  draft: NotificationDraft,
  serial: number,
  desk: WritingContext,
): Promise<DeskLetter> {
  const { config, keys, now } = desk;
  const { ticket, message, to, assignedBy } = draft;
  const { domain } = config;
  const { notificationText } = await import('./notification-text.ts');
  // The same for all mails about the ticket to this person: their client makes one thread of them.
  const root = signedMessageId(keys, ticket.id, 1, to.address, domain);
  const own = signedMessageId(keys, ticket.id, message.serial, to.address, domain);
  const messageId = assignedBy === null ? own : messageIdOf(serial, desk);
  const isFirst = messageId === root;
  let room = MAX_ATTACHED_BYTES;
  const files: { readonly file: Attachment; readonly isAttached: boolean }[] = [];
  for (const file of message.attachments) {
    const isAttached = file.size <= room && (await unlessLost(() => desk.files.isAtItsPath(file)));
    if (isAttached) room -= file.size;
    files.push({ file, isAttached });
  }
  const author = message.from?.name || message.from?.address || queueOf(ticket.queue, config).name;
  return {
    from: { name: author, address: ticketAddress(ticket.id, domain) },
    replyTo: staffAddress(keys, 'answer', { ticket: ticket.id, person: to.name, at: now }, domain),
    subject: `[${ticket.id}] ${bareSubject(ticket.subject)}`,
    messageId,
    inReplyTo: isFirst ? null : root,
    references: isFirst ? [] : [root],
    text: notificationText(draft, {
      control: `${config.control}@${domain}`,
      left: files.flatMap(({ file, isAttached }) => (isAttached ? [] : [file])),
    }),
    attachments: files.flatMap(({ file, isAttached }) => (isAttached ? [file] : [])),
  };
}

async function unlessLost(isThere: () => Promise<boolean>): Promise<boolean> {
  try {
    return await isThere();
  } catch (error) {
    if (error instanceof FileLost && error.isForGood) return false;
    throw error;
  }
}

async function transcriptLetter(
  {
    subject,
    inReplyTo,
    references,
    text,
    from,
    queue,
    answerTo,
    attachments = [],
  }: TranscriptDraft,
  serial: number,
  desk: WritingContext,
): Promise<DeskLetter> {
  const { config, keys, now } = desk;
  const { name } = queueOf(queue, config);
  const replyAddress = (to: NonNullable<typeof answerTo>): string =>
    'held' in to
      ? confirmAddress(keys, { ...to, at: now }, config.domain)
      : staffAddress(keys, 'answer', { ...to, at: now }, config.domain);
  return {
    from: { name, address: `${from}@${config.domain}` },
    replyTo: answerTo === null ? null : replyAddress(answerTo),
    subject: replySubject(subject),
    messageId: messageIdOf(serial, desk),
    inReplyTo,
    references,
    text,
    attachments: await encloseAll(attachments, desk.files),
    automatic: 'auto-replied',
  };
}

async function helpLetter(
  draft: HelpDraft,
  serial: number,
  desk: WritingContext,
): Promise<DeskLetter> {
  const { text, changes } = await helpText(draft, desk.config);
  const letter = await transcriptLetter(
    { ...draft, kind: 'transcript', text, answerTo: null },
    serial,
    desk,
  );
  return { ...letter, changes };
}
