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

import type { Config, EventSubscriber, PagesConfig, SubscriberConfig } from '../config/config.ts';
import type { CommitLog, Subscription, ToldEvent } from '../journal/log.ts';
import type { Refusal } from '../ticket/refusal.ts';
import { END_OF_COMMIT, type FeedPosition, parseCursor } from './cursor.ts';
import type { FeedEvent } from './event.ts';
import { cursorBehind, type EventFilter, Feed, isWanted, positionAfter } from './feed.ts';
import { type Attempt, behind, delivered, failed, isAt, restOf } from './subscription.ts';

/** Retries within one run, so that a desk without other mail gets over a short failure. */
const PATIENT_MS = 60_000;
/** A run ends after this, whatever is left. */
const LONGEST_MS = 15 * 60_000;

export type Send = (event: FeedEvent, subscriber: EventSubscriber) => Promise<Attempt>;

/** Brings pages up to the last commit, and gives its number; it throws why it cannot. */
export type Renew = (pages: PagesConfig) => Promise<number>;

export interface Serving {
  readonly config: Config;
  /** When the config was last changed: a new subscriber gets what came after that. */
  readonly configuredAt: Date;
  readonly log: CommitLog;
  readonly now: () => Date;
  readonly send: Send;
  readonly renew: Renew;
  /** The config has changed since it was read: another run goes by the new one. */
  readonly isOutdated: () => boolean;
}

export async function serveSubscribers(serving: Serving): Promise<void> {
  const { config, log, now } = serving;
  const begun = now().getTime();
  const isResting = async () => (await log.restingSince()) !== null;
  const isOver = async () =>
    now().getTime() > begun + LONGEST_MS || serving.isOutdated() || (await isResting());
  if (await isResting()) return;
  do {
    const isOurs = await log.serve(() => serveAll(serving, begun, isOver));
    if (!isOurs) return;
  } while (!(await isOver()) && (await areWaiting({ config, log, now })));
}

type IsOver = () => Promise<boolean>;

async function serveAll(serving: Serving, begun: number, isOver: IsOver): Promise<void> {
  const { config, log, now } = serving;
  let busy = 0;
  const isRetryNear = async () => {
    const known = await Promise.all(config.subscribers.map(({ name }) => log.subscription(name)));
    return known.some((one) => {
      const rest = one === null ? 0 : restOf(one, now());
      return rest > 0 && now().getTime() + rest < begun + PATIENT_MS;
    });
  };
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
        while (!(await isOver()) && !(await isWaiting()) && (busy > 0 || (await isRetryNear()))) {
          await watch.wait();
        }
      } while (!(await isOver()) && (await isWaiting()));
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
    const known = await log.subscription(name);
    if (known === null) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    await log.save(name, failed(known, reason, now()));
  }
}

/** Whether one of them is to be told something that may be tried now. */
export async function areWaiting({
  config: { subscribers },
  log,
  now,
}: Pick<Serving, 'log' | 'now'> & {
  readonly config: Pick<Config, 'subscribers'>;
}): Promise<boolean> {
  const [epochs, last] = [await log.epochs(), await log.last()];
  const subscriptions = await Promise.all(subscribers.map(({ name }) => log.subscription(name)));
  return subscriptions.some((known) => {
    return known === null || (behind(known, epochs, last) > 0 && restOf(known, now()) === 0);
  });
}

/** How far a subscriber is; a new one begins with what came after it stood in the config. */
export async function subscriptionOf(
  name: string,
  { log, configuredAt }: Pick<Serving, 'log' | 'configuredAt'>,
): Promise<Subscription> {
  const known = await log.subscription(name);
  if (known !== null) return known;
  const first = await log.firstSince(configuredAt);
  return delivered(await cursorBehind(first - 1, log));
}

/** Everything that it does not know yet, until an attempt fails. */
async function tell(subscriber: SubscriberConfig, serving: Serving, isOver: IsOver): Promise<void> {
  const { config, log, now, send } = serving;
  const { name } = subscriber;
  const known = await subscriptionOf(name, serving);
  // From here on it has a place of its own, whenever the config changes.
  if ((await log.subscription(name)) === null) await log.save(name, known);
  if (restOf(known, now()) > 0) return;
  if (subscriber.type === 'pages') {
    await log.save(name, delivered(await cursorBehind(await serving.renew(subscriber), log)));
    return;
  }
  const position = await placeOf(known, log);
  if ('refused' in position) {
    const how = `mailrobot subscriber reset ${name} lets it go on`;
    const why = `its cursor ${known.cursor}: ${position.refused}; ${how}`;
    await log.save(name, failed(known, why, now()));
    return;
  }
  const feed = await Feed.open(log, config.domain, position);
  let last = known;
  for await (const placed of feed.next()) {
    if (!isWanted(placed, filterOf(subscriber))) continue;
    await log.telling(name, toldOf(placed.event));
    const attempt = await send(placed.event, subscriber);
    // Somebody has sent it elsewhere meanwhile (subscriber skip, reset), or that is lost.
    if (!isAt(await log.subscription(name), last)) return;
    last = attempt.ok ? delivered(placed.event.id) : failed(last, attempt.error, now());
    await log.save(name, last);
    if (!attempt.ok || (await isOver())) return;
  }
  if (feed.isLost) return;
  const isMoved = !isAt(await log.subscription(name), last);
  if (feed.end !== null && !isMoved) await log.save(name, delivered(feed.end));
}

/** How many events it would be told now, or commits of which pages do not know; what is wrong where that cannot be said. */
export async function eventsFor(
  subscriber: SubscriberConfig,
  serving: Pick<Serving, 'config' | 'log' | 'configuredAt'>,
): Promise<number | Refusal> {
  const { config, log } = serving;
  const known = await subscriptionOf(subscriber.name, serving);
  if (subscriber.type === 'pages') return behind(known, await log.epochs(), await log.last());
  const position = await placeOf(known, log);
  if ('refused' in position) return position;
  let count = 0;
  for await (const placed of (await Feed.open(log, config.domain, position)).next()) {
    if (isWanted(placed, filterOf(subscriber))) count += 1;
  }
  return count;
}

/** Where it goes on, or why it cannot. */
export async function placeOf(
  { cursor, resetBehind }: Subscription,
  log: CommitLog,
): Promise<FeedPosition | Refusal> {
  const position = await positionAfter(cursor, log);
  if (resetBehind === undefined) return position;
  const isBefore = !('refused' in position) && position.seq <= resetBehind;
  // Of a commit that it does not know the whole of it is told all.
  const seq = isBefore ? position.seq - (position.n === END_OF_COMMIT ? 0 : 1) : resetBehind;
  return { seq, n: END_OF_COMMIT, isReset: true };
}

/** Its id says which commit it is of. */
function toldOf(event: FeedEvent): ToldEvent {
  const { epoch = '', seq = 0, hash8 = null } = parseCursor(event.id) ?? {};
  return { id: event.id, epoch, seq, hash8 };
}

/** What it may be told, and wants to be. */
export function filterOf({ types, scope }: EventSubscriber): EventFilter {
  return { types, scopes: scope, ticket: null };
}
