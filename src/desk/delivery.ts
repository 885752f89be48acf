/** A mail that was read and decided, and what is known around it: all that acting on it takes. */
import type { Config } from '../config/config.ts';
import type { DecidedMail } from '../decision/decide.ts';
import type { HtmlTree } from '../html/tree.ts';
import type { Facts } from '../journal/facts.ts';
import type { UnsentMail } from '../journal/outbox.ts';
import type { Files } from '../letters/written-draft.ts';
import type { ParsedMessage } from '../reading/message.ts';
import type { Snippets } from '../snippets/snippet.ts';
import type { Ran } from '../ticket/clock.ts';
import type { PassedOn } from './on-behalf.ts';
import type { EarlierHtml } from './tell.ts';

/** What the files in a mail of the staff say; of any other mail, nothing. */
export interface StaffFiles {
  /** Name of an attachment that would give away an address of the staff, or null. */
  readonly leak: string | null;
  readonly texts: readonly { readonly filename: string; readonly text: string }[];
  /** The text of its HTML, with `[cid:ID]` where a picture of it stands; null if it has none. */
  readonly withPictures: string | null;
  /** What that marks as a signature. */
  readonly signatures: readonly string[];
  /** Its HTML, safe to show, with quotes and signatures, in its own words; null if it has none. */
  readonly html: HtmlTree | 'too much' | null;
}

export const NOTHING_IN_FILES: StaffFiles = {
  ...{ leak: null, texts: [], withPictures: null, signatures: [], html: null },
};

/** What a command has come to in the whole store, in words. */
export interface StoreAnswer {
  readonly text: string;
  readonly isError?: boolean;
}

export interface Delivery {
  readonly decided: DecidedMail;
  readonly message: ParsedMessage;
  /** Of what is the same in every copy of it. */
  readonly hash: string;
  /** The raw mail; SHA-256 in hex. */
  readonly raw: { readonly size: number; readonly sha256: string };
  /** The mail that one of the staff passes on by it, or null. */
  readonly passedOn: PassedOn | null;
  readonly staffFiles: StaffFiles;
  /** Those that it names, if it names some. */
  readonly snippets?: Snippets;
  /** What has come of the held mails that it decides of, by number. */
  readonly doneWithHeld?: ReadonlyMap<number, string>;
  /** What its commands have come to that ask the whole store, by the number of their line. */
  readonly fromStore?: ReadonlyMap<number, StoreAnswer>;
  /** HTML of mails that others may be told of by it. */
  readonly earlier?: EarlierHtml;
  /** It came back to its author before, and is sent once more. */
  readonly cameBack?: boolean;
  /** Answers that it may take back, and that nobody hands over meanwhile. */
  readonly withheld?: readonly UnsentMail[];
}

export interface DeskContext {
  readonly config: Config;
  readonly now: Date;
  /** What `questionsFor` (questions.ts) asked. */
  readonly facts: Facts;
  readonly files: Files;
  /** When what runs by the clock ran last; left out where nothing is to go out at a time. */
  readonly ran?: () => Promise<readonly Ran[]>;
  /** Answers that nobody hands over meanwhile. */
  readonly withheld?: readonly UnsentMail[];
}
