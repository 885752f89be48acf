/** A parsed mail as the actions take it, with paths for its files. Pure. */

import type { CommitPaths } from '../journal/ledger.ts';
import { isToldWhole } from '../letters/told.ts';
import type { Delivery } from './delivery.ts';
import { fitting } from './fitting.ts';
import type { ReceivedMail } from './incoming.ts';

/** The others are read out of the raw mail when somebody wants them. */
const MAX_OWN_FILES = 20;
const RAW_MAIL = { filename: 'message.eml', contentType: 'message/rfc822' } as const;

export function receivedMail(
  { message, decided: { from, report, decision }, raw }: Delivery,
  paths: CommitPaths,
  now: Date,
): ReceivedMail {
  const own = message.attachments.slice(0, MAX_OWN_FILES);
  const { text, newLines, faults } = fitting(message, {
    mail: raw.size,
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
    raw: paths.rawIn,
    commit: paths.seq,
    attachments: (ticket, serial, as) => {
      const files = as === 'sent' ? message.attachments.length : MAX_OWN_FILES;
      const isRawOne = as === 'shown with its raw mail' || (as === 'shown' && !isToldWhole(text));
      return [
        ...message.attachments.map((attachment, n) => ({
          ...attachment,
          path:
            n < files ? paths.attachment(ticket, serial, n + 1, attachment.filename) : paths.rawIn,
        })),
        ...(isRawOne ? [{ ...RAW_MAIL, ...raw, path: paths.rawIn }] : []),
      ];
    },
  };
}
