/**
 * What a draft is written with, and what it becomes: a mail that a commit can hold, and,
 * if it is part of a ticket, the message there. Types, and the few things that all
 * writers share.
 */
import type { SigningKeys } from '../addresses/token.ts';
import { makeToken } from '../addresses/token.ts';
import type { Config } from '../config/config.ts';
import type { Store } from '../journal/store.ts';
import type { Change } from '../ticket/change.ts';
import { isSendable } from '../ticket/found.ts';
import type { LetterFile } from '../ticket/letter.ts';
import type { OutgoingLetter } from '../ticket/mail.ts';
import { type Attachment, hasOwnFile, type StoredFile } from '../ticket/ticket.ts';

export interface WritingContext {
  readonly config: Config;
  readonly keys: SigningKeys;
  readonly now: Date;
  /** What the commit is known by, among all. */
  readonly nonce: number;
  readonly files: Files;
}

/** The files that may go along: they are named, and not read here. Both throw a FileLost. */
export interface Files {
  /** Whether what lies at its path is the file, and no raw mail that has it. */
  isAtItsPath(file: StoredFile): Promise<boolean>;
  /** It can be read when the mail goes out. */
  mustBeThere(file: StoredFile): Promise<void>;
}

export async function encloseAll(
  all: readonly Attachment[],
  files: Files,
): Promise<readonly LetterFile[]> {
  return encloseAsked(all.filter(isSendable), files);
}

/** Also what no filter has seen: somebody has asked for this very file. */
export async function encloseAsked(
  asked: readonly Attachment[],
  files: Files,
): Promise<readonly LetterFile[]> {
  for (const file of asked) await files.mustBeThere(file);
  return asked;
}

/** Files that lie in the store. */
export function filesIn(store: Pick<Store, 'attachment' | 'holds'>): Files {
  const mustBeThere = async (file: StoredFile) => void (await store.attachment(file));
  return {
    isAtItsPath: async (file) => {
      // One that is lost is to be made again first.
      if (hasOwnFile(file)) await mustBeThere(file);
      return store.holds(file);
    },
    mustBeThere,
  };
}

/** The same in all mails of a commit, so that what is the same in them is written down once. */
export function boundaryOf({ keys, nonce }: Pick<WritingContext, 'keys' | 'nonce'>): string {
  return makeToken(keys, 'boundary', [String(nonce)]);
}

export interface WrittenDrafts {
  readonly changes: readonly Change[];
  readonly mails: readonly OutgoingLetter[];
}

export interface WrittenDraft {
  /** The message that it is in its ticket, and what was wrong with its template. */
  readonly changes: readonly Change[];
  readonly mail: OutgoingLetter;
}

export const NULL_SENDER = '';
