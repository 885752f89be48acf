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
import { fieldsIn } from '../config/fields-in.ts';
import { zoneFor } from '../dates/zone-name.ts';
import { mayConfirm, waysToProve } from '../decision/ways-to-prove.ts';
import { FileLost } from '../journal/blobs.ts';
import { isSendable } from '../ticket/found.ts';
import { ticketAddress } from '../ticket/id.ts';
import type { Letter } from '../ticket/letter.ts';
import type { OutgoingLetter } from '../ticket/mail.ts';
import { type Attachment, type Mailbox, nameOf, type TicketId } from '../ticket/ticket.ts';
import { clean } from './clean.ts';
import type {
  DeskDraft,
  HelpDraft,
  NoticeDraft,
  NotificationDraft,
  RobotMailDraft,
  TranscriptDraft,
} from './draft.ts';
import { finishLetter } from './letter.ts';
import { dailyMail, noticeMail } from './notice-text.ts';
import { bareSubject, replySubject } from './subject.ts';
import { helpText, type LetterText } from './text.ts';
import { isToldWhole } from './told.ts';
import {
  boundaryOf,
  encloseAsked,
  NULL_SENDER,
  type WritingContext,
  type WrittenDraft,
} from './written-draft.ts';

type DeskLetter = Pick<
  Letter,
  'from' | 'replyTo' | 'subject' | 'messageId' | 'inReplyTo' | 'references' | 'text'
> &
  Partial<Pick<Letter, 'attachments' | 'automatic' | 'cc' | 'html' | 'listId' | 'sealed'>> &
  Partial<Pick<LetterText, 'changes'>> & {
    /** Its reply address is for a word about its own commit. */
    readonly isAsking?: boolean;
  };

export async function writeToDesk(
  draft: DeskDraft,
  serial: number,
  desk: WritingContext,
): Promise<WrittenDraft | null> {
  const { config, now } = desk;
  const { changes = [], isAsking = false, ...said } = await letterOf(draft, serial, desk);
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
    ...(isAsking && { nonce: desk.nonce }),
    ...('isBlanked' in draft && draft.isBlanked && { isBlanked: true }),
  };
  return { changes, mail };
}

async function letterOf(
  draft: DeskDraft,
  serial: number,
  desk: WritingContext,
): Promise<DeskLetter> {
  switch (draft.kind) {
    case 'notice':
      return noticeLetter(draft, serial, desk);
    case 'digest':
    case 'weekly': {
      const { listLetter } = await import('./list-letter.ts');
      return listLetter(draft, messageIdOf(serial, desk), desk);
    }
    case 'notification':
      return notificationLetter(draft, serial, desk);
    case 'transcript':
      return transcriptLetter(draft, serial, desk);
    case 'mail':
      return robotLetter(draft, serial, desk);
    case 'help':
      return helpLetter(draft, serial, desk);
  }
}

function messageIdOf(serial: number, { nonce, keys, config }: WritingContext): string {
  return `<notice.${nonce.toString(36)}.${serial}.${keys.epoch}@${config.domain}>`;
}

function noticeLetter(
  { to, notices, more, held, daily }: NoticeDraft,
  serial: number,
  desk: WritingContext,
): DeskLetter {
  const { config, keys, now } = desk;
  const [queue] = config.queues;
  const person = to.name;
  const decides = mayConfirm(person, config);
  const { subject, text, ticket } =
    daily === undefined
      ? noticeMail(notices, more, held, decides)
      : dailyMail(held, more, daily.recorded);
  const noteAddress = (id: TicketId) =>
    staffAddress(keys, 'note', { ticket: id, person, at: now }, config.domain);
  const about = { held: desk.nonce, queue: queue.prefix, person, at: now };
  return {
    from: { name: queue.name, address: queueAddress(queue, config) },
    replyTo:
      held.length > 0 && decides
        ? confirmAddress(keys, about, config.domain)
        : ticket === null
          ? null
          : noteAddress(ticket),
    subject,
    messageId: messageIdOf(serial, desk),
    inReplyTo: null,
    references: [],
    text,
    isAsking: held.length > 0,
  };
}

async function notificationLetter(
  draft: NotificationDraft,
  serial: number,
  desk: WritingContext,
): Promise<DeskLetter> {
  const { config, keys, now } = desk;
  const { ticket, message, deeds, to, inCopy } = draft;
  const { domain } = config;
  const { notificationText, writerOf } = await import('./notification-text.ts');
  // The same for all mails about the ticket to this person: their client makes one thread of them.
  const root = signedMessageId(keys, ticket.id, 1, to.address, domain);
  // Of ours the number stands for what the customer got, and a ticket may be given many times.
  const isOfMail = message?.direction === 'in' && deeds.length === 0;
  const messageId = isOfMail
    ? signedMessageId(keys, ticket.id, message.serial, to.address, domain)
    : messageIdOf(serial, desk);
  const isFirst = messageId === root;
  const shown =
    message?.direction === 'in' && !isOfMail && message.serial > 1
      ? [signedMessageId(keys, ticket.id, message.serial, to.address, domain)]
      : [];
  // Those that find no room are named.
  let room = config.sizes.notification;
  const files: { readonly file: Attachment; readonly isAttached: boolean }[] = [];
  const isShown =
    draft.html !== undefined && 'html' in draft.html && isToldWhole(message?.text ?? '');
  for (const file of message?.attachments.filter(isSendable) ?? []) {
    // It stands beside the text, and is safe there.
    if (isShown && isItsHtml(file)) continue;
    const isAttached = file.size <= room && (await unlessLost(() => desk.files.isAtItsPath(file)));
    if (isAttached) room -= file.size;
    files.push({ file, isAttached });
  }
  const attachments = files.flatMap(({ file, isAttached }) => (isAttached ? [file] : []));
  const { text, html, ...around } = notificationText(draft, {
    control: waysToProve(to.name, config).length > 0 ? `${config.control}@${domain}` : null,
    copies: config.copies,
    zone: zoneFor(config, to.name),
    left: files.flatMap(({ file, isAttached }) => (isAttached ? [] : [file])),
    fields: (await fieldsIn(config))(ticket.queue),
  });
  const rich = html === null ? null : await import('./notification-html.ts');
  const queue = queueOf(ticket.queue, config);
  const given = { ticket: nameOf(ticket), person: to.name, at: now };
  const role = message?.direction === 'in' ? 'answer' : 'note';
  return {
    ...(inCopy.people.length > 0 &&
      config.copies === 'ask' && {
        cc: [await addressForAll({ ...given, also: inCopy.people }, desk)],
      }),
    from: { name: writerOf(draft) ?? queue.name, address: ticketAddress(nameOf(ticket), domain) },
    replyTo: staffAddress(keys, role, given, domain),
    subject: `[${nameOf(ticket)}] ${bareSubject(ticket.subject)}`,
    messageId,
    inReplyTo: isFirst ? null : root,
    // An answer names the mail that it shows.
    references: isFirst ? [] : [root, ...shown],
    listId: `<${queue.prefix.toLowerCase()}.${domain}>`,
    text,
    ...(rich !== null &&
      html !== null && { html: rich.notificationHtml(around, html, attachments) }),
    attachments,
  };
}

/** As it came; a mail's own HTML is kept by this name (reading/message.ts). */
function isItsHtml({ filename, contentType, contentId }: Attachment): boolean {
  return filename === 'message.html' && contentType === 'text/html' && contentId === undefined;
}

/** A second address of theirs, which reaches others as well. */
async function addressForAll(
  { ticket, person, also }: NonNullable<TranscriptDraft['forAll']>,
  { keys, now, config: { domain } }: WritingContext,
): Promise<Mailbox> {
  const { copiesInWords } = await import('./answer-reaches.ts');
  const address = staffAddress(keys, 'copies', { ticket, person, at: now }, domain);
  return { name: copiesInWords(also), address };
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
    sealed,
    from,
    queue,
    answerTo,
    forAll,
    attachments = [],
  }: TranscriptDraft,
  serial: number,
  desk: WritingContext,
): Promise<DeskLetter> {
  const { config, keys, now } = desk;
  const { name } = queueOf(queue, config);
  const replyAddress = (to: NonNullable<typeof answerTo>): string => {
    if ('plan' in to) return to.plan;
    return 'held' in to
      ? confirmAddress(keys, { ...to, at: now }, config.domain)
      : staffAddress(keys, 'answer', { ...to, at: now }, config.domain);
  };
  return {
    from: { name, address: `${from}@${config.domain}` },
    replyTo: answerTo === null ? null : replyAddress(answerTo),
    ...(forAll !== undefined && { cc: [await addressForAll(forAll, desk)] }),
    subject: replySubject(subject),
    messageId: messageIdOf(serial, desk),
    inReplyTo,
    references,
    ...(sealed === undefined ? { text } : { text: '', sealed }),
    attachments: await encloseAsked(attachments, desk.files),
    automatic: 'auto-replied',
    isAsking: answerTo !== null && 'held' in answerTo && answerTo.held === desk.nonce,
  };
}

function robotLetter(
  { subject, text, from, queue }: RobotMailDraft,
  serial: number,
  desk: WritingContext,
): DeskLetter {
  const { config } = desk;
  return {
    from: { name: queueOf(queue, config).name, address: `${from}@${config.domain}` },
    ...{
      replyTo: null,
      subject: bareSubject(clean(subject)),
      messageId: messageIdOf(serial, desk),
    },
    ...{ inReplyTo: null, references: [], text },
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
