/**
 * From an action's drafts to mails that a commit can hold.
 *
 * Gives each draft its text, addresses of ours, signed Message-ID and place, and
 * composes it. What a machine says goes out with the null reverse-path, so that
 * nothing comes back (RFC 3834 3.3); what a person says, with a signed address
 * that knows its mail. A draft to an address that cannot be written to is left
 * out.
 */
import type { Draft, NoticeDraft, TicketDraft } from '../actions/draft.ts';
import { type Config, queueAddress } from '../config/config.ts';
import type { Places, SigningKeys } from '../store/store.ts';
import type { Change } from '../ticket/change.ts';
import { ticketAddress } from '../ticket/id.ts';
import type { OutgoingMail } from '../ticket/mail.ts';
import type { Mailbox, OutgoingMessage } from '../ticket/ticket.ts';
import { compose } from './compose.ts';
import { noticeMail } from './notice-text.ts';
import { noteAddress, sentAddress } from './signed-address.ts';
import { signedMessageId } from './signed-id.ts';
import { replySubject } from './subject.ts';
import { acknowledgement } from './template.ts';

export interface Desk {
  readonly config: Config;
  readonly keys: SigningKeys;
  readonly now: Date;
  readonly places: Places;
}

export interface Written {
  readonly changes: readonly Change[];
  readonly mails: readonly OutgoingMail[];
}

export async function write(drafts: readonly Draft[], desk: Desk): Promise<Written> {
  const changes: Change[] = [];
  const mails: OutgoingMail[] = [];
  for (const draft of drafts) {
    const written =
      draft.kind === 'notice'
        ? await writeNotice(draft, mails.length + 1, desk)
        : await writeToRequester(draft, desk);
    changes.push(...written.changes);
    mails.push(...written.mails);
  }
  return { changes, mails };
}

const NOTHING: Written = { changes: [], mails: [] };
const NULL_SENDER = '';

async function writeToRequester(
  draft: TicketDraft,
  { config, keys, now, places }: Desk,
): Promise<Written> {
  const { ticket, serial, to } = draft;
  const { domain } = config;
  const queue = config.queues.find(({ prefix }) => prefix === draft.queue) ?? config.queues[0];
  const address = ticketAddress(ticket, domain);
  const sent = { ticket, serial, recipient: to.address };
  const isAutomatic = draft.kind === 'acknowledgement';
  const text = isAutomatic
    ? acknowledgement(config.file, { ticket, address, queue: queue.name })
    : draft.text;
  const messageId = signedMessageId(keys, ticket, serial, to.address, domain);
  const composed = await compose({
    from: { name: queue.name, address },
    to,
    replyTo: config.proof === 'reply-to' ? sentAddress(keys, 'reply', sent, domain) : null,
    subject: replySubject(draft.subject),
    messageId,
    date: now,
    inReplyTo: draft.inReplyTo,
    references: draft.references,
    automatic: isAutomatic ? 'auto-replied' : null,
    loopMark: queueAddress(queue, config),
    text,
  });
  if (composed === null) return NOTHING;
  const { from, to: written, subject, recipient, content } = composed;
  const message: OutgoingMessage = {
    serial,
    direction: 'out',
    automatic: isAutomatic,
    delivery: 'waiting',
    from,
    to: [written],
    ...(draft.kind === 'answer' && { by: draft.by }),
    date: now.toISOString(),
    messageId,
    subject,
    text,
    attachments: [],
    raw: places.rawOut(serial),
  };
  const sender = isAutomatic ? NULL_SENDER : sentAddress(keys, 'bounce', sent, domain);
  return {
    changes: [{ type: 'message.added', ticket, message }],
    mails: [{ ticket, serial, sender, recipient, content }],
  };
}

async function writeNotice(
  { to, notices, more }: NoticeDraft,
  serial: number,
  { config, keys, now, places }: Desk,
): Promise<Written> {
  const { domain } = config;
  const [queue] = config.queues;
  const { subject, text, ticket } = noticeMail(notices, more);
  const address = queueAddress(queue, config);
  const from: Mailbox = { name: queue.name, address };
  const composed = await compose({
    from,
    to,
    replyTo:
      ticket === null ? null : noteAddress(keys, { ticket, person: to.name, at: now }, domain),
    subject,
    messageId: `<notice.${places.seq}.${serial}.${keys.epoch}@${domain}>`,
    date: now,
    inReplyTo: null,
    references: [],
    automatic: 'auto-generated',
    loopMark: address,
    text,
  });
  if (composed === null) return NOTHING;
  const { recipient, content } = composed;
  return {
    changes: [],
    mails: [{ ticket: null, serial, sender: NULL_SENDER, recipient, content }],
  };
}
