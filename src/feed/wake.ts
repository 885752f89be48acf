/**
 * Starts the process that serves the subscribers, if there is something to tell
 * them and nobody does yet.
 *
 * Looks at small files alone, waits for nothing, and never throws: a mail is never late
 * and never lost because of a subscriber.
 */
import type { Config } from '../config/config.ts';
import type { CommitLog } from '../journal/log.ts';
import { areWaiting } from './subscribers.ts';

export interface Waking {
  readonly config: Config;
  readonly log: CommitLog;
  readonly now: () => Date;
  /** Starts this program once more, on its own, with these arguments. */
  readonly launch: (args: readonly string[]) => void;
}

export function wakeSubscribers({ config, log, now, launch }: Waking): void {
  if (config.subscribers.length === 0) return;
  try {
    if (log.restingSince() !== null || !areWaiting({ config, log, now }) || log.isServing()) return;
    launch(['subscriber', 'run', '--once', '--config', config.file]);
  } catch {
    // The next run looks again.
  }
}
