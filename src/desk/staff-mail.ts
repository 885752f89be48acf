/**
 * A mail of the staff as it goes along with a ticket: its raw mail and its files, and what its author
 * is told of those that did not go out. Pure.
 */
import type { Intent } from '../decision/intent.ts';
import { clean } from '../letters/clean.ts';
import type { TranscriptDraft } from '../letters/draft.ts';
import type { ParsedMessage } from '../reading/message.ts';
import { goesLater } from '../ticket/later.ts';
import type { Ticket, TicketId } from '../ticket/ticket.ts';
import type { Action, StaffMail } from './action.ts';
import { inWords } from './in-words.ts';
import type { ReceivedMail } from './incoming.ts';
import { fateOf, fatesOf } from './sent-files.ts';
import { toAuthor } from './to-author.ts';

export function staffMailOf(
  mail: ReceivedMail,
  { attachments }: ParsedMessage,
  elsewhere: ReadonlySet<string>,
  { isNote, maxBytes }: { readonly isNote: boolean; readonly maxBytes: number },
): StaffMail {
  const fates = isNote
    ? attachments.map((file) => fateOf(file, elsewhere))
    : fatesOf(attachments, elsewhere, maxBytes);
  const notSent = attachments.flatMap((file, n) => {
    const why = fates[n];
    return typeof why === 'object' ? [`${file.filename || file.contentType}: ${why.why}`] : [];
  });
  return {
    raw: mail.raw,
    attachments: (ticket, serial) =>
      mail
        .attachments(ticket, serial, 'sent')
        .filter((_, n) => fates[n] === 'sent' || (isNote && fates[n] !== 'added')),
    ...(notSent.length > 0 && !isNote && { notSent }),
  };
}

export function notSentWith(actions: readonly Action[]): readonly string[] {
  return actions.flatMap((action) =>
    action.type === 'reply' ? (action.staffMail?.notSent ?? []) : [],
  );
}

/** Its HTML says other words than its text. */
export function isPlainAlone(actions: readonly Action[]): boolean {
  return actions.some(
    (action) => action.type === 'reply' && action.staffMail?.isPlainAlone === true,
  );
}

/** In a sentence each, what was ordered beside the words of the mail. */
export function doneWith(
  actions: readonly Action[],
  ticket: Ticket | null,
  zone: string,
): readonly string[] {
  if (ticket === null || actions.every(isPlainWord)) return [];
  return actions.flatMap((action) =>
    isPlainWord(action) && !isKeptBack(action, ticket) ? [] : [inWords(action, ticket, { zone })],
  );
}

/** That it can be taken back is said along with what is told anyway. */
function isKeptBack({ type }: Action, ticket: Ticket): boolean {
  return type === 'reply' && goesLater(ticket);
}

/** Of an answer that goes out later its author is told when. */
function isPlainWord(action: Action): boolean {
  return action.type === 'note' || (action.type === 'reply' && action.at === undefined);
}

/** It was carried out; its author hears at once what was done, and which files have not gone. */
export function toldDone(
  mail: ReceivedMail,
  {
    done,
    notSent,
    isPlainAlone,
  }: {
    readonly done: readonly string[];
    readonly notSent: readonly string[];
    readonly isPlainAlone: boolean;
  },
  { ticket, queue, person }: Extract<Intent, { type: 'act' }>,
  control: string,
): TranscriptDraft {
  // No word in return to what was done is one for the customer.
  const isAnswered = notSent.length > 0 || isPlainAlone;
  return {
    ...toAuthor(mail, person),
    from: isAnswered ? ticket : control,
    queue: queue.prefix,
    answerTo: isAnswered ? { ticket, person: person.name } : null,
    text: [
      ...(done.length === 0 ? [] : [...done.map(clean), '']),
      ...(notSent.length === 0 ? [] : filesNotSent(ticket, notSent)),
      ...(isPlainAlone ? [plainAlone(ticket), ''] : []),
    ].join('\n'),
  };
}

function plainAlone(ticket: TicketId): string {
  return `Your answer about ${ticket} goes out as plain text: its HTML does not say the same words.`;
}

function filesNotSent(ticket: TicketId, notSent: readonly string[]): readonly string[] {
  return [
    `Your answer about ${ticket} goes out without these files:`,
    '',
    ...notSent.map((file) => `- ${clean(file)}`),
    '',
  ];
}
