/**
 * Mail that a staff member writes: an answer to those on the ticket, or a copy of
 * what was said last to somebody outside.
 *
 * An answer goes to the requester and the participants on record, and to whom the answered mail
 * had in copy if its author says so, each with a mail of their own; it answers the last mail that
 * came from that person, names no mail that they do not know, and leaves the ticket waiting. Pure.
 */

import { failedIn } from '../journal/facts.ts';
import type { AnswerDraft } from '../letters/draft.ts';
import { isWritable } from '../ticket/address.ts';
import { failingVerdict } from '../ticket/failing.ts';
import { foundFiles, isSendable, sendableText } from '../ticket/found.ts';
import type { Refusal } from '../ticket/refusal.ts';
import { statusChanges } from '../ticket/status.ts';
import {
  type IncomingMessage,
  isMuted,
  isOnTicket,
  type Mailbox,
  nameOf,
  nextSerial,
  peopleOf,
  sameAddress,
  type Ticket,
} from '../ticket/ticket.ts';
import { type Action, type ActionContext, asWritten, type DeskResult } from './action.ts';
import { quotableTo } from './quotable.ts';
import { knownTo, lastOf } from './thread.ts';
import { beforeAnswer } from './without-answer.ts';

export const NO_TEXT = 'an answer needs a text: nothing was sent';

export function answer(
  ticket: Ticket,
  {
    text,
    html,
    enclosed,
    staffMail,
    to,
    requesterAt,
    also = [],
    begins,
    isAutomatic,
    gives,
  }: Extract<Action, { type: 'reply' | 'note' }>,
  context: ActionContext,
): DeskResult | Refusal {
  const { by, notBefore, isPromised } = context;
  const { id, requester } = ticket;
  const serial = nextSerial(ticket);
  const attachments = staffMail?.attachments(id, serial) ?? [];
  if (text.trim() === '' && attachments.length === 0) {
    return { refused: NO_TEXT };
  }
  const addressee = to ?? requesterAt ?? requester;
  if (addressee === null) return { refused: `${id} has no requester: there is nobody to answer` };
  const { address } = addressee;
  const failing = failingVerdict(failedIn(context, address));
  if (failing !== null) {
    return { refused: `${failing.evidence}: mailrobot address clear ${address} allows it again` };
  }
  if (isMuted(ticket, address)) {
    return {
      refused: `${address} has asked for no more mail about ${id}: unmute lets it go there again`,
    };
  }
  const isReached = (person: Mailbox) =>
    isWritable(person.address) &&
    !sameAddress(person.address, address) &&
    failingVerdict(failedIn(context, person.address)) === null &&
    !isMuted(ticket, person.address);
  const others = to === undefined && isAutomatic !== true ? ticket.participants : [];
  const cc = [...others, ...also].filter(isReached);
  const people = [addressee, ...cc];
  // Else the requester has got no answer.
  const isToRequester = to === undefined || sameAddress(address, requester?.address ?? '');
  const isAnswered = isToRequester && isAutomatic !== true;
  const undo = beforeAnswer(ticket, gives ?? (isAnswered ? 'pending' : ticket.status));
  const isAside = (person: Mailbox) =>
    !peopleOf(ticket).some((other) => sameAddress(other.address, person.address));
  const draftTo = (person: Mailbox, n: number): AnswerDraft => ({
    kind: 'answer',
    ticket: id,
    name: nameOf(ticket),
    queue: ticket.queue,
    serial: serial + n,
    to: person,
    cc: people.filter((other) => other !== person),
    subject: begins === true ? { begins: ticket.subject } : { answers: ticket.subject },
    inReplyTo: lastOf(ticket, person),
    references: knownTo(ticket, person),
    text: asWritten(text),
    history: isAutomatic ? [] : quotableTo(person, ticket, { isAlone: to !== undefined }),
    language: ticket.language,
    ...(html !== undefined && { html }),
    ...(enclosed !== undefined && { enclosed }),
    by,
    ...(isAutomatic && { isAutomatic }),
    attachments,
    ...(staffMail !== undefined && { written: staffMail.raw }),
    ...(n === 0 && staffMail?.notSent !== undefined && { notSent: staffMail.notSent }),
    ...(n > 0 && { copyOf: serial }),
    ...(isPromised && { isPromised }),
    ...(notBefore !== undefined && { notBefore, ...(isAside(person) && { isAside: true }) }),
    ...(n === 0 && { undo }),
  });
  const drafts = people.map(draftTo);
  const changes = isAnswered ? statusChanges(ticket, 'pending', by) : [];
  return { changes, drafts };
}

export function forward(
  ticket: Ticket,
  { to, text }: Extract<Action, { type: 'forward' }>,
  context: ActionContext,
): DeskResult | Refusal {
  const { by } = context;
  const failing = failingVerdict(failedIn(context, to));
  if (failing !== null) return { refused: failing.evidence };
  const last = ticket.messages.findLast(
    (message): message is IncomingMessage =>
      message.direction === 'in' &&
      message.trust !== 'automatic' &&
      message.movedTo === undefined &&
      (message.from === null || isOnTicket(ticket, message.from.address)),
  );
  if (last === undefined) return { refused: `${ticket.id} has no mail that could be forwarded` };
  const draft: AnswerDraft = {
    kind: 'answer',
    ticket: ticket.id,
    name: nameOf(ticket),
    queue: ticket.queue,
    serial: nextSerial(ticket),
    to: { name: '', address: to },
    cc: [],
    subject: { forwards: ticket.subject },
    inReplyTo: null,
    references: [],
    text: `${text.trim() === '' ? '' : `${asWritten(text)}\n`}${forwarded(last)}`,
    history: [],
    language: ticket.language,
    by,
    attachments: last.attachments.filter(isSendable),
  };
  return { changes: [], drafts: [draft] };
}

function forwarded(message: IncomingMessage): string {
  const { from, date, subject } = message;
  const text = sendableText(message.text, message.foundLines, 'nor passed on');
  const files = foundFiles(message).map((found) => `\n[${found}: not sent]`);
  const author = from === null ? '' : `${from.name} <${from.address}>`.trim();
  return `---------- Forwarded message ----------
From: ${author}
Date: ${date}
Subject: ${subject}

${asWritten(text)}${files.join('')}`;
}
