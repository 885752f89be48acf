/**
 * What a pipe verb begins with: the store, and what a delivery is given from outside.
 * For the store's owner alone (store-owner.ts). Throws a Failure if the store cannot be
 * opened, or `queue` names none.
 */
import { type Config, prefixesOf } from '../config/config.ts';
import type { DeliveryContext } from '../intake/delivery-context.ts';
import { Failure } from '../outcome.ts';
import type { Verb } from '../ticket/decision.ts';
import { openStore } from './open-store.ts';
import type { OpenStore } from './opened.ts';
import type { Run } from './run.ts';

export type Delivery = DeliveryContext & Pick<OpenStore, 'log'>;

export async function openDelivery(
  verb: Verb,
  config: Config,
  run: Run,
  { isServer = false, queue = null }: { isServer?: boolean; queue?: string | null } = {},
): Promise<Delivery> {
  const { environment, reader, now } = run;
  const opened = await openStore(config, run, isServer);
  const defaultQueue = queue === null ? null : prefixNamed(queue, config);
  const writeLog: DeliveryContext['writeLog'] = async (line, place) =>
    (await import('./write-log.ts')).writeLog(line, place, now);
  // A server goes by another config later.
  const trials: DeliveryContext['trials'] = async (by) =>
    (await import('./trials.ts')).trialsOf(by, run);
  const edge = { mta: config.sendmail, environment, reader, now, trials, writeLog };
  return { verb, defaultQueue, config, ...opened, chores: 'now', ...edge };
}

/** As the config writes it. */
function prefixNamed(wanted: string, config: Config): string {
  const prefixes = prefixesOf(config);
  const prefix = prefixes.find((known) => known.toLowerCase() === wanted.toLowerCase());
  if (prefix !== undefined) return prefix;
  throw new Failure('config', `--queue holds "${wanted}": must be one of ${prefixes.join(', ')}`);
}
