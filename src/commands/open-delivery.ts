/**
 * What a pipe verb begins with: config, store, and what a delivery is given from
 * outside. Throws a Failure where one of them cannot be used.
 */
import { readConfig } from '../config/read.ts';
import type { DeliveryContext } from '../delivery/deliver.ts';
import { extractAttachments } from '../message/message.ts';
import type { Run } from '../run.ts';
import { openStore } from '../store/open.ts';
import type { Verb } from '../ticket/decision.ts';

export function openDelivery(
  verb: Verb,
  configFile: string,
  run: Run,
  isServer = false,
): DeliveryContext {
  const { environment, reader, now } = run;
  const config = readConfig(configFile);
  const store = openStore(config.file, {
    root: config.store,
    now,
    isServer,
    extract: extractAttachments,
  });
  return { verb, config, store, environment, reader, now, chores: 'now' };
}
