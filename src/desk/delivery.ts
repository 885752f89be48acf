/** A mail that was read and decided, and where it is carried out. */
import type { Config } from '../config/config.ts';
import type { Decided } from '../decision/decide.ts';
import type { Incoming, Store } from '../journal/store.ts';
import type { ParsedMessage } from '../reading/message.ts';

export interface Delivery {
  readonly decided: Decided;
  readonly message: ParsedMessage;
  readonly hash: string;
  /** Empty where it is not known. */
  readonly queueId: string;
  readonly incoming: Incoming;
  /** It came back to its author before, and is sent once more. */
  readonly cameBack?: boolean;
}

export interface Context {
  readonly config: Config;
  readonly store: Store;
  readonly now: () => Date;
}
