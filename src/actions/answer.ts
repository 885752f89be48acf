/**
 * Mail that a person of the desk writes: an answer to those on the ticket, or a copy of
 * what was said last to somebody outside.
 *
 * An answer goes to the requester and the participants on record and nowhere else,
 * each with a mail of his own; it answers the last mail that came from the requester,
 * names no mail of a third person, and leaves the ticket waiting. Pure.
 */
import { failingVerdict } from '../ticket/failing.ts';
import {
  type IncomingMessage,
  isMuted,
  type Mailbox,
  type Message,
  mailsOf,
  nextSerial,
  sameAddress,
  type Ticket,
} from '../ticket/ticket.ts';
import { type Action, asWritten, type DeskResult, type Refusal, type Setting } from './action.ts';
import type { AnswerDraft } from './draft.ts';
import { statusChanges } from './status.ts';

export function answer(
  ticket: Ticket,
  { text, written }: Extract<Action, { type: 'reply' | 'note' }>,
  { by, failed }: Setting,
): DeskResult | Refusal {
  const { id, requester } = ticket;
  const serial = nextSerial(ticket);
  const attachments = written?.attachments(id, serial) ?? [];
  if (text.trim() === '' && attachments.length === 0) {
    return { refused: 'an answer needs a text: nothing was sent' };
  }
  if (requester === null) return { refused: `${id} has no requester: there is nobody to answer` };
  const { address } = requester;
  const failing = failingVerdict(failed(address));
  if (failing !== null) {
    return { refused: `${failing.evidence}: mailrobot address clear ${address} allows it again` };
  }
  if (isMuted(ticket, address)) {
    return { refused: `${address} has asked for no more mail about ${id}` };
  }
  const cc = ticket.participants.filter(
    (person) => failingVerdict(failed(person.address)) === null && !isMuted(ticket, person.address),
  );
  const his = mailsOf(ticket).findLast((message) => isBy(message, requester));
  const draft: AnswerDraft = {
    kind: 'answer',
    ticket: id,
    queue: ticket.queue,
    serial,
    to: requester,
    cc,
    subject: { answers: ticket.subject },
    inReplyTo: his?.messageId ?? null,
    references: between(ticket, requester),
    text: asWritten(text),
    by,
    attachments,
    ...(written !== undefined && { written: written.raw }),
  };
  const copies = cc.map(
    (to, n): AnswerDraft => ({
      ...draft,
      serial: serial + n + 1,
      to,
      cc: [requester, ...cc.filter((other) => other !== to)],
      copyOf: serial,
    }),
  );
  return { changes: statusChanges(ticket, 'pending', by), drafts: [draft, ...copies] };
}

/** Message-IDs that the requester knows, oldest first. */
function between(ticket: Ticket, requester: Mailbox): readonly string[] {
  return mailsOf(ticket)
    .filter((message) => message.direction === 'out' || isBy(message, requester))
    .flatMap(({ messageId }) => messageId ?? []);
}

function isBy(message: Message, { address }: Mailbox): boolean {
  return (
    message.direction === 'in' &&
    message.trust !== 'automatic' &&
    message.from !== null &&
    sameAddress(message.from.address, address)
  );
}

export function forward(
  ticket: Ticket,
  { to, text }: Extract<Action, { type: 'forward' }>,
  { by, failed }: Setting,
): DeskResult | Refusal {
  const failing = failingVerdict(failed(to));
  if (failing !== null) return { refused: failing.evidence };
  const last = ticket.messages.findLast((message) => message.direction === 'in');
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
