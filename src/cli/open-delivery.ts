/**
 * What a pipe verb begins with: the store, and what a delivery is given from outside.
 * For the store's owner alone (store-owner.ts). Throws a Failure if the store cannot be
 * opened, or `queue` names none.
 */
import { type Config, prefixesOf } from '../config/config.ts';
import type { DeliveryContext } from '../intake/delivery-context.ts';
import { Failure } from '../outcome.ts';
import { attachmentsAgain } from '../reading/read.ts';
import { openStore } from '../stores/files/open.ts';
import type { Verb } from '../ticket/decision.ts';
import type { Run } from './run.ts';

export function openDelivery(
  verb: Verb,
  given: Config,
  run: Run,
  { isServer = false, queue = null }: { isServer?: boolean; queue?: string | null } = {},
): DeliveryContext {
  const { environment, reader, now } = run;
  const config = withQueueFirst(given, queue);
  const store = openStore({
    root: config.store,
    now,
    isServer,
    extract: attachmentsAgain(config.limits.reading, reader),
  });
  return { verb, config, store, environment, reader, now, chores: 'now' };
}

/** Mail whose address names no queue belongs to the first one. */
function withQueueFirst(config: Config, wanted: string | null): Config {
  if (wanted === null) return config;
  const queue = config.queues.find(({ prefix }) => prefix.toLowerCase() === wanted.toLowerCase());
  if (queue === undefined) {
    const names = prefixesOf(config).join(', ');
    throw new Failure('config', `--queue holds "${wanted}": one of ${names} is wanted`);
  }
  return { ...config, queues: [queue, ...config.queues.filter((other) => other !== queue)] };
}
