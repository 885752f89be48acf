/** The files of a mail that is not committed yet lie with it; all others are in the store. */

import type { Incoming } from '../journal/spool.ts';
import type { Store } from '../journal/store.ts';
import { type Files, filesIn } from '../letters/written-draft.ts';
import type { ParsedMessage } from '../reading/message.ts';
import { hasOwnFile, type StoredFile } from '../ticket/ticket.ts';

export function filesWith(
  message: Pick<ParsedMessage, 'attachments'>,
  incoming: Incoming,
  store: Pick<Store, 'attachment' | 'holds'>,
): Files {
  const others = filesIn(store);
  const isRaw = ({ sha256 }: StoredFile) => sha256 === incoming.sum.sha256;
  const numberOf = ({ sha256 }: StoredFile) =>
    message.attachments.findIndex((own) => own.sha256 === sha256) + 1;
  return {
    read: async (file) => {
      if (isRaw(file)) return Buffer.concat([...incoming.chunks()]);
      const n = numberOf(file);
      return n === 0 ? others.read(file) : Buffer.concat([...incoming.attachmentChunks(n)]);
    },
    isAtItsPath: async (file) => {
      if (isRaw(file)) return true;
      return numberOf(file) > 0 ? hasOwnFile(file) : others.isAtItsPath(file);
    },
    mustBeThere: async (file) => {
      if (!isRaw(file) && numberOf(file) === 0) await others.mustBeThere(file);
    },
  };
}
