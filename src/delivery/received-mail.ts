/**
 * A parsed mail as the actions take it, with places for its files; and those files while
 * they lie with it, before the commit that moves them.
 */
import type { ReceivedMail } from '../actions/incoming.ts';
import { type Files, filesIn } from '../outgoing/written.ts';
import type { Store, StoreView } from '../store/store.ts';
import type { Attachment } from '../ticket/ticket.ts';
import type { Delivery } from './act.ts';

/** Files of this very mail lie with it, until it is committed; then they are in the store. */
export function filesWith({ message, incoming }: Delivery, store: Store): Files {
  const others = filesIn(store);
  const isRaw = ({ sha256 }: Attachment) => sha256 === incoming.sum.sha256;
  const numberOf = ({ sha256 }: Attachment) =>
    message.attachments.findIndex((own) => own.sha256 === sha256) + 1;
  return {
    read: (file) => {
      if (isRaw(file)) return Buffer.concat([...incoming.chunks()]);
      const n = numberOf(file);
      return n === 0 ? others.read(file) : Buffer.concat([...incoming.attachmentChunks(n)]);
    },
    enclose: (file) =>
      isRaw(file) || numberOf(file) > 0 ? { inStore: file } : others.enclose(file),
  };
}

const RAW_MAIL = { filename: 'message.eml', contentType: 'message/rfc822' } as const;

export function receivedMail(
  { message, decided: { from, report, decision }, incoming }: Delivery,
  { places }: StoreView,
  now: Date,
): ReceivedMail {
  return {
    from,
    to: message.to,
    date: message.date ?? now.toISOString(),
    subject: message.subject,
    text: message.text,
    newLines: message.newLines,
    messageId: message.messageId,
    references: message.references,
    trust: decision.trust,
    faults: message.faults,
    report: report.shown,
    bounce: report.bounce,
    raw: places.rawIn,
    commit: places.seq,
    attachments: (ticket, serial, withRaw) => [
      ...message.attachments.map((attachment, n) => ({
        ...attachment,
        path: places.attachment(ticket, serial, n + 1, attachment.filename),
      })),
      ...(withRaw ? [{ ...RAW_MAIL, ...incoming.sum, path: places.rawIn }] : []),
    ],
  };
}
