/**
 * Mail that a staff member writes: an answer to those on the ticket, or a copy of
 * what was said last to somebody outside.
 *
 * An answer goes to the requester and the participants on record and nowhere else,
 * each with a mail of their own; it answers the last mail that came from that person,
 * names no mail that they do not know, and leaves the ticket waiting. Pure.
 */

import { failedIn } from '../journal/facts.ts';
import type { AnswerDraft } from '../letters/draft.ts';
import { isWritable } from '../ticket/address.ts';
import { failingVerdict } from '../ticket/failing.ts';
import type { Refusal } from '../ticket/refusal.ts';
import { statusChanges } from '../ticket/status.ts';
import {
  type IncomingMessage,
  isMuted,
  isOnTicket,
  type Mailbox,
  nextSerial,
  type Ticket,
} from '../ticket/ticket.ts';
import { type Action, type ActionContext, asWritten, type DeskResult } from './action.ts';
import { knownTo, lastOf } from './thread.ts';

export function answer(
  ticket: Ticket,
  { text, staffMail }: Extract<Action, { type: 'reply' | 'note' }>,
  context: ActionContext,
): DeskResult | Refusal {
  const { by } = context;
  const { id, requester } = ticket;
  const serial = nextSerial(ticket);
  const attachments = staffMail?.attachments(id, serial) ?? [];
  if (text.trim() === '' && attachments.length === 0) {
    return { refused: 'an answer needs a text: nothing was sent' };
  }
  if (requester === null) return { refused: `${id} has no requester: there is nobody to answer` };
  const { address } = requester;
  const failing = failingVerdict(failedIn(context, address));
  if (failing !== null) {
    return { refused: `${failing.evidence}: mailrobot address clear ${address} allows it again` };
  }
  if (isMuted(ticket, address)) {
    return { refused: `${address} has asked for no more mail about ${id}` };
  }
  const isReached = (person: Mailbox) =>
    isWritable(person.address) &&
    failingVerdict(failedIn(context, person.address)) === null &&
    !isMuted(ticket, person.address);
  const cc = ticket.participants.filter(isReached);
  const draftTo = (to: Mailbox, n: number): AnswerDraft => ({
    kind: 'answer',
    ticket: id,
    queue: ticket.queue,
    serial: serial + n,
    to,
    cc: [requester, ...cc].filter((other) => other !== to),
    subject: { answers: ticket.subject },
    inReplyTo: lastOf(ticket, to),
    references: knownTo(ticket, to),
    text: asWritten(text),
    by,
    attachments,
    ...(staffMail !== undefined && { written: staffMail.raw }),
    ...(n > 0 && { copyOf: serial }),
  });
  const drafts = [requester, ...cc].map(draftTo);
  return { changes: statusChanges(ticket, 'pending', by), drafts };
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
    queue: ticket.queue,
    serial: nextSerial(ticket),
    to: { name: '', address: to },
    cc: [],
    subject: { forwards: ticket.subject },
    inReplyTo: null,
    references: [],
    text: `${text.trim() === '' ? '' : `${asWritten(text)}\n`}${forwarded(last)}`,
    by,
    attachments: last.attachments,
  };
  return { changes: [], drafts: [draft] };
}

function forwarded({ from, date, subject, text }: IncomingMessage): string {
  const author = from === null ? '' : `${from.name} <${from.address}>`.trim();
  return `---------- Forwarded message ----------
From: ${author}
Date: ${date}
Subject: ${subject}

${asWritten(text)}`;
}
