/**
 * The store as the rest of the program sees it: ports in the desk's own words, all of them
 * asynchronous but for the spool, so that files, memory or a database can stand behind them. (What
 * the two stores share, `FactSource`, `Lookups` and `Section`, is not: a database has its own.)
 * No path, descriptor, lock or predicate shows in them, beyond the relative paths that a ticket
 * names its raw mail and attachments with.
 */
import type { Blobs } from './blobs.ts';
import type { Clocks } from './clocks.ts';
import type { Ledger } from './ledger.ts';
import type { Outbox } from './outbox.ts';
import type { Spool } from './spool.ts';

export interface Store extends Ledger, Spool, Blobs, Outbox, Clocks {}
