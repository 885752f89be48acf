/**
 * After a power cut: starts the process that makes attachments again, unless one does.
 * Looks at one small file, and waits for nothing.
 */
import type { Config } from '../config/config.ts';
import type { Store } from '../journal/store.ts';
import type { Run } from './run.ts';

export async function makeFilesAgain(config: Config, store: Store, { launch }: Run): Promise<void> {
  if (await store.mayMissFiles()) launch(['rebuild', '--attachments', '--config', config.file]);
}
