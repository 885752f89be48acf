/** What a store of files consists of, for those who repair it, check it, or write in it. */
import type { Compose } from '../../journal/outbox.ts';
import type { ExtractAttachments } from '../../journal/spool.ts';
import type { Derived } from './derived.ts';
import type { Hold } from './hold.ts';
import type { Journal } from './journal.ts';
import type { Identity } from './layout.ts';

/** Is there while a power cut may have taken some of its files (uncertain-files.ts). */
export const UNCERTAIN = 'uncertain.json';

export interface StoreParts {
  readonly root: string;
  readonly boot: string;
  readonly journal: Journal;
  readonly derived: Derived;
  readonly hold: Hold;
  /** Read once while this process has the lock. */
  readonly identity: () => Identity;
  readonly extract: ExtractAttachments;
  readonly compose: Compose;
}
