/** A store that is open, of either kind. */
import type { CommitLog } from '../journal/log.ts';
import type { Store } from '../journal/store.ts';

export interface OpenStore {
  readonly store: Store;
  readonly log: () => Promise<CommitLog>;
}
