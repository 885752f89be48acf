/**
 * A parsed mail as the actions take it, with places for its files; and those files while
 * they lie with it, before the commit that moves them.
 */

import type { Store, StoreView } from '../journal/store.ts';
import { isToldWhole } from '../letters/told.ts';
import { type Files, filesIn } from '../letters/written.ts';
import { type Attachment, hasOwnFile } from '../ticket/ticket.ts';
import type { Delivery } from './delivery.ts';
import { fitting } from './fitting.ts';
import type { ReceivedMail } from './incoming.ts';

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
    isAtItsPath: (file) =>
      isRaw(file) || (numberOf(file) > 0 ? hasOwnFile(file) : others.isAtItsPath(file)),
  };
}

/** The others are read out of the raw mail when somebody wants them. */
const OWN_FILES = 20;
const RAW_MAIL = { filename: 'message.eml', contentType: 'message/rfc822' } as const;

export function receivedMail(
  { message, decided: { from, report, decision }, incoming }: Delivery,
  { places }: StoreView,
  now: Date,
): ReceivedMail {
  const own = message.attachments.slice(0, OWN_FILES);
  const { text, newLines, faults } = fitting(message, {
    mail: incoming.sum.size,
    files: own.reduce((sum, { size }) => sum + size, 0),
  });
  return {
    from,
    to: message.to,
    date: message.date ?? now.toISOString(),
    subject: message.subject,
    text,
    newLines,
    messageId: message.messageId,
    references: message.references,
    trust: decision.trust,
    faults,
    report: report.shown,
    bounce: report.bounce,
    about: report.about,
    raw: places.rawIn,
    commit: places.seq,
    attachments: (ticket, serial, as) => {
      const files = as === 'sent' ? message.attachments.length : OWN_FILES;
      const isRawOne = as === 'shown with its raw mail' || (as === 'shown' && !isToldWhole(text));
      return [
        ...message.attachments.map((attachment, n) => ({
          ...attachment,
          path:
            n < files
              ? places.attachment(ticket, serial, n + 1, attachment.filename)
              : places.rawIn,
        })),
        ...(isRawOne ? [{ ...RAW_MAIL, ...incoming.sum, path: places.rawIn }] : []),
      ];
    },
  };
}
