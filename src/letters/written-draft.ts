/**
 * What a draft is written with, and what it becomes: a mail that a commit can hold, and,
 * if it is part of a ticket, the message there. Types, and the few things that all
 * writers share.
 */
import type { SigningKeys } from '../addresses/token.ts';
import { makeToken } from '../addresses/token.ts';
import type { Config } from '../config/config.ts';
import { allOf } from '../journal/blobs.ts';
import type { CommitPaths } from '../journal/ledger.ts';
import type { Store } from '../journal/store.ts';
import type { Change } from '../ticket/change.ts';
import type { OutgoingMail } from '../ticket/mail.ts';
import { type Attachment, hasOwnFile } from '../ticket/ticket.ts';
import type { LetterFile } from './compose.ts';

export interface WritingContext {
  readonly config: Config;
  readonly keys: SigningKeys;
  readonly now: Date;
  readonly paths: CommitPaths;
  readonly files: Files;
}

/** The files that may go along; both throw a FileLost. */
export interface Files {
  read(file: Attachment): Promise<Buffer>;
  /** Whether what lies at its path is the file, and no raw mail that has it. */
  isAtItsPath(file: Attachment): Promise<boolean>;
}

/** One that lies in the store is named, any other is in the mail itself. */
export function encloseAll(all: readonly Attachment[], files: Files): Promise<LetterFile[]> {
  return Promise.all(
    all.map(async (file) => ({
      ...file,
      octets: (await files.isAtItsPath(file))
        ? { inStore: file }
        : { content: await files.read(file) },
    })),
  );
}

/** Files that lie in the store. */
export function filesIn(store: Pick<Store, 'attachment' | 'holds'>): Files {
  return {
    read: async (file) => allOf(await store.attachment(file)),
    isAtItsPath: async (file) => {
      // One that is lost is to be made again first.
      if (hasOwnFile(file)) await store.attachment(file);
      return store.holds(file);
    },
  };
}

/** The same in all mails of a commit, so that what is the same in them is written down once. */
export function boundaryOf({ keys, paths }: Pick<WritingContext, 'keys' | 'paths'>): string {
  return makeToken(keys, 'boundary', [String(paths.seq)]);
}

export interface WrittenDrafts {
  readonly changes: readonly Change[];
  readonly mails: readonly OutgoingMail[];
}

export interface WrittenDraft {
  /** The message that it is in its ticket, and what was wrong with its template. */
  readonly changes: readonly Change[];
  readonly mail: OutgoingMail;
}

export const NULL_SENDER = '';
