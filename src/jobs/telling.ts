/** What it takes to tell the staff something by mail. */
import type { Config } from '../config/config.ts';
import type { Store } from '../journal/store.ts';

export interface Telling {
  readonly config: Config;
  readonly store: Store;
  readonly now: () => Date;
}
