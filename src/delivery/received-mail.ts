/**
 * A parsed mail as the actions take it, with places for its files; and those files while
 * they lie with it, before the commit that moves them.
 */
import type { ReceivedMail } from '../actions/incoming.ts';
import { readFrom, type Writing } from '../outgoing/written.ts';
import type { Store, StoreView } from '../store/store.ts';
import type { Delivery } from './act.ts';

/** Files of this very mail lie with it, until it is committed. */
export function readFiles({ message, incoming }: Delivery, store: Store): Writing['read'] {
  const fromStore = readFrom(store);
  return (file) => {
    if (file.sha256 === incoming.sum.sha256) return Buffer.concat([...incoming.chunks()]);
    const n = message.attachments.findIndex(({ sha256 }) => sha256 === file.sha256);
    return n < 0 ? fromStore(file) : Buffer.concat([...incoming.attachmentChunks(n + 1)]);
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
    about: report.about,
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
