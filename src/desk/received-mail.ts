/** A parsed mail as the actions take it, with paths for its files. Pure. */

import { OWN_PATHS } from '../journal/own-names.ts';
import { attachmentPath } from '../journal/paths.ts';
import { isToldWhole } from '../letters/told.ts';
import { isSendable } from '../ticket/found.ts';
import type { Delivery } from './delivery.ts';
import type { Elsewhere } from './elsewhere.ts';
import { beginning, fitting } from './fitting.ts';
import type { ReceivedMail } from './incoming.ts';

/** The others are read out of the raw mail when somebody wants them. */
const MAX_OWN_FILES = 20;
const RAW_MAIL = { filename: 'message.eml', contentType: 'message/rfc822' } as const;

interface Place {
  readonly nonce: number;
  readonly now: Date;
  /** If another ticket shows it already. */
  readonly elsewhere: Elsewhere | null;
}

export function receivedMail(
  { message, decided: { from, replyTo, report, mark, decision }, raw }: Delivery,
  { now, nonce, elsewhere }: Place,
): ReceivedMail {
  const own = message.attachments.slice(0, MAX_OWN_FILES);
  const sizes = { mail: raw.size, files: 0 };
  for (const { size } of own) sizes.files += size;
  // What no filter has seen does not go out within the whole mail, either.
  const isUnpacked = message.foundLines.length > 0 || !message.attachments.every(isSendable);
  const { text, newLines, foundLines, faults, attachments } =
    elsewhere === null ? fitting(message, sizes) : beginning(message, elsewhere);
  return {
    ...{ from, replyTo },
    to: message.to,
    date: message.date ?? now.toISOString(),
    subject: message.subject,
    text,
    newLines,
    foundLines,
    messageId: message.messageId,
    references: message.references,
    trust: decision.trust,
    mark,
    guesses: message.guesses,
    faults,
    report: report.shown,
    bounce: report.bounce,
    about: report.about,
    raw: OWN_PATHS.rawIn,
    nonce,
    attachments: (ticket, serial, as) => {
      const files = as === 'sent' ? message.attachments.length : MAX_OWN_FILES;
      const isRawOne = as === 'shown with its raw mail' || (as === 'shown' && !isToldWhole(text));
      return [
        ...(as === 'sent' ? message.attachments : attachments).map((attachment, n) => ({
          ...attachment,
          path:
            n < files
              ? attachmentPath(ticket, serial, n + 1, attachment.filename)
              : OWN_PATHS.rawIn,
        })),
        ...(isRawOne
          ? [{ ...RAW_MAIL, ...raw, ...(isUnpacked && { isUnpacked }), path: OWN_PATHS.rawIn }]
          : []),
      ];
    },
  };
}
