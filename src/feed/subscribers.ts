/**
 * Serves the subscribers of the feed, each in its own order, at least once.
 *
 * One process at a time, started by whatever run has committed something (wake.ts). A
 * subscriber's cursor is durable before its next event goes out, so a process that dies
 * repeats one event and loses none. What fails is tried again within PATIENT_MS, or by
 * a later run; meanwhile, and while another is slow, the others go on with what comes.
 * Before this ends it looks once more whether somebody is to be told something.
 */
import type { Config, SubscriberConfig } from '../config/config.ts';
import type { CommitLog, Subscription } from '../store/store.ts';
import type { FeedEvent } from './event.ts';
import { Feed, isWanted, placeAfter } from './feed.ts';
import { type Attempt, behindCommit, delivered, failed, isBehind, restOf } from './subscription.ts';

/** Retries within one run, so that a desk without other mail gets over a short failure. */
const PATIENT_MS = 60_000;
/** A run ends after this, whatever is left. */
const LONGEST_MS = 15 * 60_000;

export type Deliver = (event: FeedEvent, subscriber: SubscriberConfig) => Promise<Attempt>;

export interface Serving {
  readonly config: Config;
  /** When the config was last changed: a new subscriber gets what came after that. */
  readonly configuredAt: Date;
  readonly log: CommitLog;
  readonly now: () => Date;
  readonly deliver: Deliver;
}

export async function serveSubscribers(serving: Serving): Promise<void> {
  const { config, log, now } = serving;
  const begun = now().getTime();
  const isOver = () => now().getTime() > begun + LONGEST_MS;
  do {
    const isOurs = await log.alone(() => serveAll(serving, begun, isOver), 0);
    if (!isOurs) return;
  } while (!isOver() && areWaiting({ config, log, now }));
}

async function serveAll(serving: Serving, begun: number, isOver: () => boolean): Promise<void> {
  const { config, log, now } = serving;
  let busy = 0;
  const isRetryNear = () =>
    config.subscribers.some(({ name }) => {
      const failing = log.subscription(name)?.failing ?? null;
      return failing !== null && Date.parse(failing.nextTry) < begun + PATIENT_MS;
    });
  const serve = async (subscriber: SubscriberConfig): Promise<void> => {
    const watch = log.watch();
    try {
      do {
        busy += 1;
        await tell(subscriber, serving, isOver).finally(() => {
          busy -= 1;
        });
        while (!isWaiting(subscriber, { log, now }) && (busy > 0 || isRetryNear())) {
          await watch.wait();
        }
      } while (!isOver() && isWaiting(subscriber, { log, now }));
    } finally {
      watch.close();
    }
  };
  await Promise.all(config.subscribers.map(serve));
}

/** Whether somebody is to be told something that may be tried now. */
export function areWaiting({
  config,
  ...around
}: Pick<Serving, 'config' | 'log' | 'now'>): boolean {
  return config.subscribers.some((subscriber) => isWaiting(subscriber, around));
}

function isWaiting(
  { name }: SubscriberConfig,
  { log, now }: Pick<Serving, 'log' | 'now'>,
): boolean {
  const known = log.subscription(name);
  if (known === null) return true;
  return isBehind(known, log.epochs(), log.last()) && restOf(known, now()) === 0;
}

/** How far a subscriber is; a new one begins with what came after it stood in the config. */
export function subscriptionOf(
  name: string,
  { log, configuredAt }: Pick<Serving, 'log' | 'configuredAt'>,
): Subscription {
  return log.subscription(name) ?? behindCommit(log.firstSince(configuredAt) - 1, log.epochs());
}

/** Everything that it does not know yet, until an attempt fails. */
async function tell(
  subscriber: SubscriberConfig,
  serving: Serving,
  isOver: () => boolean,
): Promise<void> {
  const { config, log, now, deliver } = serving;
  const { name } = subscriber;
  const known = subscriptionOf(name, serving);
  // From here on it has a place of its own, whenever the config changes.
  if (log.subscription(name) === null) log.save(name, known);
  if (restOf(known, now()) > 0) return;
  const place = placeAfter(known.cursor, log);
  if ('problem' in place) {
    log.save(name, failed(known, `its cursor ${known.cursor}: ${place.problem}`, now()));
    return;
  }
  const filter = { types: subscriber.types, scopes: subscriber.scope, ticket: null };
  const feed = new Feed(log, config.domain, place);
  let last = known;
  for (const placed of feed.next()) {
    if (!isWanted(placed, filter)) continue;
    const attempt = await deliver(placed.event, subscriber);
    last = attempt.ok ? delivered(placed.event.id) : failed(last, attempt.error, now());
    log.save(name, last);
    if (!attempt.ok || isOver()) return;
  }
  const behind = behindCommit(feed.seq, log.epochs());
  if (behind.cursor !== last.cursor) log.save(name, behind);
}
