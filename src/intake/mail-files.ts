/** The files of a mail that is not committed yet lie with it; all others are in the store. */

import type { Incoming } from '../journal/spool.ts';
import type { Store } from '../journal/store.ts';
import { type Files, filesIn } from '../letters/written-draft.ts';
import type { ParsedMessage } from '../reading/message.ts';
import { hasOwnFile, type StoredFile } from '../ticket/ticket.ts';

type WithFiles = Pick<ParsedMessage, 'attachments'>;

export function filesWith(
  message: WithFiles,
  incoming: Incoming,
  store: Pick<Store, 'attachment' | 'holds'>,
): Files {
  const others = filesIn(store);
  return {
    isAtItsPath: async (file) => {
      const n = numberIn(message, incoming, file);
      return n === null ? others.isAtItsPath(file) : n === 0 || hasOwnFile(file);
    },
    mustBeThere: async (file) => {
      if (numberIn(message, incoming, file) === null) await others.mustBeThere(file);
    },
  };
}

/** Which attachment of the mail it is, from 1; 0 for the mail itself, null for neither. */
export function numberIn(
  { attachments }: WithFiles,
  { sum }: Incoming,
  { sha256 }: StoredFile,
): number | null {
  if (sha256 === sum.sha256) return 0;
  return attachments.findIndex((own) => own.sha256 === sha256) + 1 || null;
}
