/**
 * Serves the subscribers of the feed, each in its own order, at least once.
 *
 * One process at a time, started by whatever run has committed something (wake.ts). A
 * subscriber's cursor is durable before its next event goes out, so a process that dies
 * repeats one event and loses none. What fails is tried again within PATIENT_MS, or by
 * a later run; meanwhile, and while another is slow, the others go on with what comes.
 * While a restored store rests nobody is told anything.
 * Before this ends it looks once more whether somebody is to be told something.
 */

import type { Config, SubscriberConfig } from '../config/config.ts';
import type { CommitLog, Subscription } from '../journal/log.ts';
import type { Refusal } from '../ticket/refusal.ts';
import { endOfCommit } from './cursor.ts';
import type { FeedEvent } from './event.ts';
import { type EventFilter, Feed, isWanted, positionAfter } from './feed.ts';
import { type Attempt, behind, delivered, failed, restOf } from './subscription.ts';

/** Retries within one run, so that a desk without other mail gets over a short failure. */
const PATIENT_MS = 60_000;
/** A run ends after this, whatever is left. */
const LONGEST_MS = 15 * 60_000;

export type Send = (event: FeedEvent, subscriber: SubscriberConfig) => Promise<Attempt>;

export interface Serving {
  readonly config: Config;
  /** When the config was last changed: a new subscriber gets what came after that. */
  readonly configuredAt: Date;
  readonly log: CommitLog;
  readonly now: () => Date;
  readonly send: Send;
  /** The config has changed since it was read: another run goes by the new one. */
  readonly isOutdated: () => boolean;
}

export async function serveSubscribers(serving: Serving): Promise<void> {
  const { config, log, now } = serving;
  const begun = now().getTime();
  const isResting = () => log.restingSince() !== null;
  const isOver = () => now().getTime() > begun + LONGEST_MS || serving.isOutdated() || isResting();
  if (isResting()) return;
  do {
    const isOurs = await log.serve(() => serveAll(serving, begun, isOver));
    if (!isOurs) return;
  } while (!isOver() && areWaiting({ config, log, now }));
}

async function serveAll(serving: Serving, begun: number, isOver: () => boolean): Promise<void> {
  const { config, log, now } = serving;
  let busy = 0;
  const isRetryNear = () =>
    config.subscribers.some(({ name }) => {
      const known = log.subscription(name);
      const rest = known === null ? 0 : restOf(known, now());
      return rest > 0 && now().getTime() + rest < begun + PATIENT_MS;
    });
  const serve = async (subscriber: SubscriberConfig): Promise<void> => {
    const watch = log.watch();
    const isWaiting = () => areWaiting({ config: { subscribers: [subscriber] }, log, now });
    try {
      do {
        busy += 1;
        try {
          await orFail(subscriber, serving, () => tell(subscriber, serving, isOver));
        } finally {
          busy -= 1;
        }
        while (!isOver() && !isWaiting() && (busy > 0 || isRetryNear())) {
          await watch.wait();
        }
      } while (!isOver() && isWaiting());
    } finally {
      watch.close();
    }
  };
  // All of them end before somebody else may serve them.
  const ends = await Promise.allSettled(config.subscribers.map(serve));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

/** What it cannot be told, because the journal does not read on, is its failure and no other's. */
async function orFail(
  { name }: SubscriberConfig,
  { log, now }: Serving,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    const known = log.subscription(name);
    if (known === null) throw error;
    log.save(name, failed(known, error instanceof Error ? error.message : String(error), now()));
  }
}

/** Whether one of them is to be told something that may be tried now. */
export function areWaiting({
  config: { subscribers },
  log,
  now,
}: Pick<Serving, 'log' | 'now'> & {
  readonly config: Pick<Config, 'subscribers'>;
}): boolean {
  const [epochs, last] = [log.epochs(), log.last()];
  return subscribers.some(({ name }) => {
    const known = log.subscription(name);
    return known === null || (behind(known, epochs, last) > 0 && restOf(known, now()) === 0);
  });
}

/** How far a subscriber is; a new one begins with what came after it stood in the config. */
export function subscriptionOf(
  name: string,
  { log, configuredAt }: Pick<Serving, 'log' | 'configuredAt'>,
): Subscription {
  const known = log.subscription(name);
  return known ?? delivered(endOfCommit(log.firstSince(configuredAt) - 1, log.epochs()));
}

/** Everything that it does not know yet, until an attempt fails. */
async function tell(
  subscriber: SubscriberConfig,
  serving: Serving,
  isOver: () => boolean,
): Promise<void> {
  const { config, log, now, send } = serving;
  const { name } = subscriber;
  const known = subscriptionOf(name, serving);
  // From here on it has a place of its own, whenever the config changes.
  if (log.subscription(name) === null) log.save(name, known);
  if (restOf(known, now()) > 0) return;
  const position = positionAfter(known.cursor, log);
  if ('refused' in position) {
    log.save(name, failed(known, `its cursor ${known.cursor}: ${position.refused}`, now()));
    return;
  }
  const feed = new Feed(log, config.domain, position);
  let last = known;
  for (const placed of feed.next()) {
    if (!isWanted(placed, filterOf(subscriber))) continue;
    const attempt = await send(placed.event, subscriber);
    // Somebody has sent it elsewhere meanwhile (subscriber skip, reset).
    if (log.subscription(name)?.cursor !== last.cursor) return;
    last = attempt.ok ? delivered(placed.event.id) : failed(last, attempt.error, now());
    log.save(name, last);
    if (!attempt.ok || isOver()) return;
  }
  const end = delivered(endOfCommit(feed.seq, log.epochs()));
  const isMoved = log.subscription(name)?.cursor !== last.cursor;
  if (!isMoved && end.cursor !== last.cursor) log.save(name, end);
}

/** How many events it would be told now; what is wrong where that cannot be said. */
export function eventsFor(
  subscriber: SubscriberConfig,
  serving: Pick<Serving, 'config' | 'log' | 'configuredAt'>,
): number | Refusal {
  const position = positionAfter(subscriptionOf(subscriber.name, serving).cursor, serving.log);
  if ('refused' in position) return position;
  let count = 0;
  for (const placed of new Feed(serving.log, serving.config.domain, position).next()) {
    if (isWanted(placed, filterOf(subscriber))) count += 1;
  }
  return count;
}

/** What it may be told, and wants to be. */
export function filterOf({ types, scope }: SubscriberConfig): EventFilter {
  return { types, scopes: scope, ticket: null };
}
