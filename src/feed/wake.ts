/**
 * Starts the process that serves the subscribers, if there is something to tell
 * them and nobody does yet.
 *
 * Looks at little, waits for no subscriber, and never throws: a mail is never late
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

export async function wakeSubscribers({ config, log, now, launch }: Waking): Promise<void> {
  if (config.subscribers.length === 0) return;
  try {
    if ((await log.restingSince()) !== null) return;
    if (!(await areWaiting({ config, log, now })) || (await log.isServing())) return;
    launch(['subscriber', 'run', '--once', '--config', config.file]);
  } catch {
    // The next run looks again.
  }
}
