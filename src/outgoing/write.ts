/**
 * From an action's drafts to mails that a commit can hold.
 *
 * Gives each draft its text, addresses of ours, signed Message-ID and place, and
 * composes it. What a machine says goes out with the null reverse-path, so that
 * nothing comes back (RFC 3834 3.3); what a person says, with a signed address
 * that knows its mail. A draft to an address that cannot be written to is left
 * out.
 */
import type { AnswerDraft, Draft, NoticeDraft, TicketDraft } from '../actions/draft.ts';
import { type Config, queueAddress } from '../config/config.ts';
import type { Places, SigningKeys, Store } from '../store/store.ts';
import type { Change } from '../ticket/change.ts';
import { ticketAddress } from '../ticket/id.ts';
import type { OutgoingMail } from '../ticket/mail.ts';
import type { Attachment, Mailbox, OutgoingMessage } from '../ticket/ticket.ts';
import { compose } from './compose.ts';
import { noticeMail } from './notice-text.ts';
import { sentAddress, staffAddress } from './signed-address.ts';
import { signedMessageId } from './signed-id.ts';
import { forwardSubject, replySubject } from './subject.ts';
import { acknowledgement } from './template.ts';

export interface Desk {
  readonly config: Config;
  readonly keys: SigningKeys;
  readonly now: Date;
  readonly places: Places;
  /** The octets of a file that goes along. */
  readonly read: (attachment: Attachment) => Buffer;
}

/** Files that lie in the store. */
export function readFrom(store: Pick<Store, 'attachment'>): Desk['read'] {
  return (attachment) => Buffer.concat([...store.attachment(attachment)]);
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
        ? await writeNotice(draft, nextSerialOf(mails), desk)
        : await writeToRequester(draft, desk);
    changes.push(...written.changes);
    mails.push(...written.mails);
  }
  return { changes, mails };
}

/** Mails of a ticket have their serial in it; what comes behind them must not have the same. */
function nextSerialOf(mails: readonly OutgoingMail[]): number {
  return Math.max(0, ...mails.map(({ serial }) => serial)) + 1;
}

const NOTHING: Written = { changes: [], mails: [] };
const NULL_SENDER = '';

async function writeToRequester(
  draft: TicketDraft,
  { config, keys, now, places, read }: Desk,
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
  const files = isAutomatic ? [] : draft.attachments;
  const messageId = signedMessageId(keys, ticket, serial, to.address, domain);
  const composed = await compose({
    from: { name: queue.name, address },
    to,
    cc: isAutomatic ? [] : draft.cc,
    replyTo: config.proof === 'reply-to' ? sentAddress(keys, 'reply', sent, domain) : null,
    subject: isAutomatic ? replySubject(draft.subject) : subjectOf(draft),
    messageId,
    date: now,
    inReplyTo: draft.inReplyTo,
    references: draft.references,
    automatic: isAutomatic ? 'auto-replied' : null,
    loopMark: queueAddress(queue, config),
    text,
    attachments: files.map((file) => ({ ...file, content: read(file) })),
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
    ...(draft.kind === 'answer' && draft.copyOf !== undefined && { copyOf: draft.copyOf }),
    ...(draft.kind === 'answer' && draft.written !== undefined && { written: draft.written }),
    date: now.toISOString(),
    messageId,
    subject,
    text,
    attachments: isAutomatic || draft.copyOf !== undefined ? [] : files,
    raw: places.rawOut(serial),
  };
  const sender = isAutomatic ? NULL_SENDER : sentAddress(keys, 'bounce', sent, domain);
  return {
    changes: [{ type: 'message.added', ticket, message }],
    mails: [{ ticket, serial, sender, recipient, content }],
  };
}

function subjectOf({ subject }: AnswerDraft): string {
  return 'answers' in subject ? replySubject(subject.answers) : forwardSubject(subject.forwards);
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
    cc: [],
    replyTo:
      ticket === null
        ? null
        : staffAddress(keys, 'note', { ticket, person: to.name, at: now }, domain),
    subject,
    messageId: `<notice.${places.seq}.${serial}.${keys.epoch}@${domain}>`,
    date: now,
    inReplyTo: null,
    references: [],
    automatic: 'auto-generated',
    loopMark: address,
    text,
    attachments: [],
  });
  if (composed === null) return NOTHING;
  const { recipient, content } = composed;
  return {
    changes: [],
    mails: [{ ticket: null, serial, sender: NULL_SENDER, recipient, content }],
  };
}
