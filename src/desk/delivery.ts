/** A mail that was read and decided, and what is known around it: all that acting on it takes. */
import type { Config } from '../config/config.ts';
import type { DecidedMail } from '../decision/decide.ts';
import type { Facts } from '../journal/facts.ts';
import type { Files } from '../letters/written-draft.ts';
import type { ParsedMessage } from '../reading/message.ts';
import type { PassedOn } from './on-behalf.ts';

export interface Delivery {
  readonly decided: DecidedMail;
  readonly message: ParsedMessage;
  /** The raw mail; SHA-256 in hex. */
  readonly raw: { readonly size: number; readonly sha256: string };
  /** The mail that one of the staff passes on by it, or null. */
  readonly passedOn: PassedOn | null;
  /** Name of an attachment that would give away an address of the staff, or null. */
  readonly leak: string | null;
  /** It came back to its author before, and is sent once more. */
  readonly cameBack?: boolean;
}

export interface DeskContext {
  readonly config: Config;
  readonly now: Date;
  /** What `questionsFor` (questions.ts) asked. */
  readonly facts: Facts;
  readonly files: Files;
}
