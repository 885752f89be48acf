/**
 * Mail to those who are on a ticket, which is part of it from then on: what a machine
 * says (acknowledgement, answer to a wish), and what a person of the desk says.
 *
 * From the ticket's address, with a signed Message-ID. null for an address that
 * cannot be written to.
 */
import type { TicketDraft } from '../actions/draft.ts';
import { type Config, queueAddress } from '../config/config.ts';
import { ticketAddress } from '../ticket/id.ts';
import type { OutgoingMessage } from '../ticket/ticket.ts';
import { compose } from './compose.ts';
import { sentAddress } from './signed-address.ts';
import { signedMessageId } from './signed-id.ts';
import { forwardSubject, replySubject } from './subject.ts';
import { acknowledgement } from './template.ts';
import { NULL_SENDER, type OneWritten, queueOf, type Writing } from './written.ts';

export async function writeToTicket(
  draft: TicketDraft,
  { config, keys, now, places, read }: Writing,
): Promise<OneWritten | null> {
  const { ticket, serial, to } = draft;
  const { domain } = config;
  const queue = queueOf(draft.queue, config);
  const sent = { ticket, serial, recipient: to.address };
  const isAnswer = draft.kind === 'answer';
  const text = await textOf(draft, config);
  const messageId = signedMessageId(keys, ticket, serial, to.address, domain);
  const composed = await compose({
    from: { name: queue.name, address: ticketAddress(ticket, domain) },
    to,
    cc: isAnswer ? draft.cc : [],
    replyTo: config.proof === 'reply-to' ? sentAddress(keys, 'reply', sent, domain) : null,
    subject: subjectOf(draft),
    messageId,
    date: now,
    inReplyTo: draft.inReplyTo,
    references: draft.references,
    automatic: isAnswer ? null : 'auto-replied',
    loopMark: queueAddress(queue, config),
    text,
    attachments: isAnswer
      ? draft.attachments.map((file) => ({ ...file, content: read(file) }))
      : [],
  });
  if (composed === null) return null;
  const { from, to: written, subject, recipient, content } = composed;
  const message: OutgoingMessage = {
    serial,
    direction: 'out',
    automatic: !isAnswer,
    delivery: 'waiting',
    from,
    to: [written],
    ...(isAnswer && { by: draft.by }),
    ...(isAnswer && draft.copyOf !== undefined && { copyOf: draft.copyOf }),
    ...(isAnswer && draft.written !== undefined && { written: draft.written }),
    date: now.toISOString(),
    messageId,
    subject,
    text,
    attachments: isAnswer && draft.copyOf === undefined ? draft.attachments : [],
    raw: places.rawOut(serial),
  };
  const sender = isAnswer ? sentAddress(keys, 'bounce', sent, domain) : NULL_SENDER;
  return {
    message: { type: 'message.added', ticket, message },
    mail: { ticket, serial, sender, recipient, content },
  };
}

function subjectOf({ subject }: TicketDraft): string {
  if (typeof subject === 'string') return replySubject(subject);
  return 'answers' in subject ? replySubject(subject.answers) : forwardSubject(subject.forwards);
}

async function textOf(draft: TicketDraft, config: Config): Promise<string> {
  const { ticket } = draft;
  const queue = queueOf(draft.queue, config).name;
  const address = ticketAddress(ticket, config.domain);
  switch (draft.kind) {
    case 'answer':
      return draft.text;
    case 'acknowledgement':
      return acknowledgement(config.file, { ticket, address, queue });
    case 'service': {
      const { serviceText } = await import('./service-text.ts');
      return serviceText(draft.news, { ticket, address, queue, status: draft.status });
    }
  }
}
