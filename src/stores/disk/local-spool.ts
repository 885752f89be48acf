/**
 * What is being received by a store that keeps nothing on this host: it lies in a folder here until
 * its commit has brought it elsewhere, or the run has failed; then it is removed.
 *
 * No commit refers to what lies here, and exit 0 is said behind the commit alone. So nothing needs
 * to be durable; what a dead run has left tells the next one that it died (`wasInterrupted`), and
 * is swept after an hour.
 */
import type { Incoming, Spool } from '../../journal/spool.ts';
import { IncomingFile, sweepOrphans } from './incoming.ts';

export class LocalSpool implements Spool {
  readonly #directory: string;
  readonly #now: () => Date;
  readonly #received = new Set<string>();

  constructor(directory: string, now: () => Date) {
    this.#directory = directory;
    this.#now = now;
  }

  receive(scratch?: string): Incoming {
    if (scratch !== undefined) return new IncomingFile(scratch);
    sweepOrphans(this.#directory, this.#now());
    return new IncomingFile(this.#directory, {
      isDurable: 'with its commit',
      ours: this.#received,
    });
  }
}
