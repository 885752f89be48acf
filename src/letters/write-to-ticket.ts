/**
 * Mail to those who are on a ticket, which is part of it from then on: what a machine
 * says (acknowledgement, reminder, answer to a command), and what a staff member says.
 *
 * From the ticket's address, with a signed Message-ID. `place` is its number among the mails
 * of its commit; `kept` is the number of the mail of which a copy is kept, another one if that
 * says the same. null for an address that cannot be written to.
 */

import { sentAddress } from '../addresses/signed-address.ts';
import { signedMessageId } from '../addresses/signed-id.ts';
import { type Config, queueAddress, queueOf } from '../config/config.ts';
import { OWN_PATHS } from '../journal/own-names.ts';
import { ticketAddress } from '../ticket/id.ts';
import type { OwnFile } from '../ticket/letter.ts';
import type { OutgoingMessage } from '../ticket/ticket.ts';
import type { AnswerBody } from './answer-body.ts';
import type { TicketDraft } from './draft.ts';
import { finishLetter } from './letter.ts';
import { bareSubject, forwardSubject, replySubject, tagOf, withoutTags } from './subject.ts';
import { automaticText, type LetterText } from './text.ts';
import {
  boundaryOf,
  encloseAll,
  NULL_SENDER,
  type WritingContext,
  type WrittenDraft,
} from './written-draft.ts';

export async function writeToTicket(
  draft: TicketDraft,
  place: number,
  kept: number,
  desk: WritingContext,
): Promise<WrittenDraft | null> {
  const { config, keys, now, files } = desk;
  const { ticket, name, serial, to } = draft;
  const { domain } = config;
  const queue = queueOf(draft.queue, config);
  const sent = { ticket: name, serial, recipient: to.address };
  const isAnswer = draft.kind === 'answer';
  const notBefore = 'notBefore' in draft ? draft.notBefore : undefined;
  const isPersons = isAnswer && draft.isAutomatic !== true;
  const { text, body, html, changes, quotes } = await textOf(draft, config, now);
  const messageId = signedMessageId(keys, ticket, serial, to.address, domain);
  const letter = finishLetter({
    from: { name: queue.name, address: ticketAddress(name, domain) },
    to,
    cc: isAnswer ? draft.cc : [],
    replyTo: config.proof === 'reply-to' ? sentAddress(keys, 'reply', sent, domain) : null,
    subject: subjectOf(draft, config),
    messageId,
    // Of a mail that was written yesterday nobody expects that it comes today.
    date: notBefore ?? now.toISOString(),
    inReplyTo: draft.inReplyTo,
    references: draft.references,
    automatic: isPersons
      ? null
      : draft.kind === 'reminder' || draft.kind === 'rating'
        ? 'auto-generated'
        : 'auto-replied',
    loopMark: queueAddress(queue, config),
    text: body,
    ...(html !== undefined && { html }),
    attachments: isAnswer ? await encloseAll(draft.attachments, files) : [],
    ...(isAnswer && draft.enclosed !== undefined && { enclosed: draft.enclosed }),
    boundary: boundaryOf(desk),
  });
  if (letter === null) return null;
  const recipient = letter.to.address;
  const message: OutgoingMessage = {
    serial,
    direction: 'out',
    automatic: !isPersons,
    delivery: 'waiting',
    from: letter.from,
    to: [{ name: letter.to.name, address: to.address }],
    ...(isAnswer && { by: draft.by }),
    ...(notBefore !== undefined && { notBefore }),
    ...(isAnswer && draft.isAside && { isAside: true }),
    ...(isAnswer && draft.undo !== undefined && { undo: draft.undo }),
    ...(isAnswer && draft.copyOf !== undefined && { copyOf: draft.copyOf }),
    ...(isAnswer && draft.written !== undefined && { written: draft.written }),
    ...(isAnswer && draft.notSent !== undefined && { notSent: draft.notSent }),
    ...(isAnswer && draft.enclosed !== undefined && { enclosed: draft.enclosed.map(named) }),
    date: now.toISOString(),
    messageId,
    subject: letter.subject,
    text,
    attachments: isAnswer && draft.copyOf === undefined ? draft.attachments : [],
    raw: OWN_PATHS.rawOut(kept),
  };
  const sender = isPersons ? sentAddress(keys, 'bounce', sent, domain) : NULL_SENDER;
  return {
    changes: [{ type: 'message.added', ticket, message }, ...changes],
    mail: {
      ...{ ticket, serial, ...(place !== serial && { place }), sender, recipient, letter },
      ...(notBefore !== undefined && { notBefore }),
      ...(isAnswer && draft.isPromised && { isPromised: true }),
      ...(kept !== place && { isPassing: true }),
      ...(quotes !== undefined && { quotes }),
    },
  };
}

/** The ticket names them alone. */
function named({ filename, contentType, size }: OwnFile): Omit<OwnFile, 'base64'> {
  return { filename, contentType, size };
}

function subjectOf({ subject, name, queue }: TicketDraft, config: Config): string {
  const tag = config.subjectTag ? tagOf(queueOf(queue, config).name, name) : '';
  const tagged = (text: string) => `${tag}${bareSubject(withoutTags(bareSubject(text)))}`;
  const own = (text: string) => (tag === '' ? text : tagged(text));
  if (typeof subject === 'string') return replySubject(own(subject));
  if ('begins' in subject) return bareSubject(own(subject.begins));
  return 'answers' in subject
    ? replySubject(own(subject.answers))
    : forwardSubject(own(subject.forwards));
}

/** `text`: what the ticket keeps; `body` and `html`: the same as it goes out. */
async function textOf(
  draft: TicketDraft,
  config: Config,
  now: Date,
): Promise<LetterText & AnswerBody> {
  if (draft.kind !== 'answer') {
    const letterText = await automaticText(draft, config, now);
    const { text: body } = letterText;
    if (draft.kind !== 'rating') return { ...letterText, body };
    // Who reads the ticket could answer in the place of whoever is asked.
    const { withoutSignedAddresses } = await import('../addresses/signed-in-text.ts');
    return { ...letterText, body, text: withoutSignedAddresses(body, '[address]') };
  }
  const { answerBody } = await import('./answer-body.ts');
  return { text: draft.text, changes: [], ...(await answerBody(draft, config)) };
}
