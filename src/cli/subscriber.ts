/**
 * `mailrobot subscriber`: who is told of changes, and how far each of them is.
 *
 * `run --once` tells them what they do not know yet; it is started by whatever run
 * has changed something. `retry`, `skip` and `reset` are for one that fails.
 */
import { statSync } from 'node:fs';
import type { Config, SubscriberConfig } from '../config/config.ts';
import { readConfig } from '../config/read.ts';
import { cursorNamed, Feed, isWanted, positionAfter } from '../feed/feed.ts';
import {
  eventsFor,
  filterOf,
  placeOf,
  serveSubscribers,
  subscriptionOf,
} from '../feed/subscribers.ts';
import { behind, delivered } from '../feed/subscription.ts';
import { sendEvent } from '../feed/transport.ts';
import { wakeSubscribers } from '../feed/wake.ts';
import type { CommitLog, Subscription } from '../journal/log.ts';
import { subscriberTable } from '../pages/subscriber-table.ts';
import type { Message } from '../ticket/ticket.ts';
import type { WithConfig } from './commands/given.ts';
import { deskScreen } from './desk-screen.ts';
import { type Desk, openDesk, RESTS } from './open-desk.ts';
import { openStore } from './open-store.ts';
import { Refused } from './refused.ts';
import { type AsJson, writeAsJson } from './rows.ts';
import type { Run } from './run.ts';
import { becomeOwner } from './store-owner.ts';

/** `--once` has to be given: without it, this would be a server. */
interface RunOptions extends WithConfig {
  readonly once: boolean;
}

export async function runSubscribers({ config: file }: RunOptions, run: Run): Promise<void> {
  const config = readConfig(file);
  becomeOwner(config);
  const { store, log: open } = await openStore(config, run);
  await store.catchUp();
  if ((await store.restingSince()) !== null) run.explain(`mailrobot: ${RESTS}`);
  const { environment, now, launch, reader } = run;
  const log = await open();
  const configuredAt = changedAt(config.file);
  // What is left when this run ends, because it took long or the config has changed, is for another
  // run.
  run.afterwards(async () => wakeSubscribers({ config: readConfig(file), log, now, launch }));
  await serveSubscribers({
    config,
    configuredAt,
    isOutdated: () => isChangedSince(configuredAt, config.file),
    log,
    now,
    send: (event, subscriber) => sendEvent(event, subscriber, { environment, now }),
    renew: async ({ path, scope: scopes }) => {
      const { writePages } = await import('../site/write-pages.ts');
      const { messageHtml } = await import('../intake/message-html.ts');
      const htmlOf = (message: Message) => messageHtml(message, { config, store, reader });
      const of = { config, store, log, scopes, now: now(), htmlOf };
      return (await writePages(path, of, 'seldom')).commit;
    },
  });
}

export async function listSubscribers(
  { config, ...as }: WithConfig & AsJson,
  run: Run,
): Promise<void> {
  const desk = await openDesk(config, run);
  const { log } = desk;
  const [epochs, last] = [await log.epochs(), await log.last()];
  const rows = await Promise.all(
    desk.config.subscribers.map(async ({ name, type }) => {
      const known = await subscriptionNow(name, desk.config, log);
      return { name, type, behind: behind(known, epochs, last), ...known };
    }),
  );
  if (writeAsJson(rows, as)) return;
  if (rows.length === 0) run.explain('nobody subscribes: see "subscribers" in the config');
  else {
    const at = deskScreen(desk, run);
    process.stdout.write(subscriberTable(rows, at));
  }
}

/** The event that failed is tried again by the run that follows. */
export async function retrySubscriber(name: string, options: WithConfig, run: Run): Promise<void> {
  const { store } = await changeSubscription(name, options, run, async (known) => {
    if (known.failing === null)
      throw new Refused(`${name} does not fail: there is nothing to try again`);
    return { ...known, failing: null };
  });
  run.say(
    `${name}: is tried again ${(await store.restingSince()) === null ? 'now' : 'after the rest'}.`,
  );
}

/** Goes on behind the next event that it would have got. */
export async function skipEvent(name: string, options: WithConfig, run: Run): Promise<void> {
  let skipped = '';
  await changeSubscription(name, options, run, async (known, subscriber, log, { domain }) => {
    if (subscriber.type === 'pages') throw new Refused(`${name} has pages, and gets no events`);
    const position = await placeOf(known, log);
    if ('refused' in position) throw new Refused(`its cursor ${known.cursor}: ${position.refused}`);
    for await (const placed of (await Feed.open(log, domain, position)).next()) {
      if (!isWanted(placed, filterOf(subscriber))) continue;
      skipped = `${placed.event.type} ${placed.event.id}`;
      return delivered(placed.event.id);
    }
    throw new Refused(`${name} has got everything: there is nothing to skip`);
  });
  run.say(`${name}: skips ${skipped}.`);
}

export async function resetSubscriber(
  name: string,
  { after, ...options }: WithConfig & { readonly after?: string },
  run: Run,
): Promise<void> {
  await changeSubscription(name, options, run, async (_, __, log) => {
    const cursor = await cursorNamed(after ?? 'now', log);
    const position = await positionAfter(cursor, log);
    if ('refused' in position) throw new Refused(`cursor "${after}": ${position.refused}`);
    return delivered(cursor);
  });
  run.say(`${name}: goes on behind ${after ?? 'the last event'}.`);
}

async function changeSubscription(
  name: string,
  { config: file }: WithConfig,
  run: Run,
  decide: (
    known: Subscription,
    subscriber: SubscriberConfig,
    log: CommitLog,
    config: Config,
  ) => Promise<Subscription>,
): Promise<Desk> {
  const desk = await openDesk(file, run);
  const { config, log } = desk;
  const subscriber = config.subscribers.find((known) => known.name === name);
  if (subscriber === undefined) {
    const names = config.subscribers.map((known) => known.name).join(', ');
    throw new Refused(`there is no subscriber "${name}": ${names || 'none is in the config'}`);
  }
  const known = await subscriptionNow(name, config, log);
  await log.change(name, await decide(known, subscriber, log, config));
  return desk;
}

function subscriptionNow(name: string, config: Config, log: CommitLog): Promise<Subscription> {
  return subscriptionOf(name, { log, configuredAt: changedAt(config.file) });
}

/** How many events a subscriber would be told now. */
export function eventsWaiting(subscriber: SubscriberConfig, config: Config, log: CommitLog) {
  return eventsFor(subscriber, { config, log, configuredAt: changedAt(config.file) });
}

/** Also where it is away for a moment. */
function isChangedSince(then: Date, file: string): boolean {
  try {
    return changedAt(file).getTime() !== then.getTime();
  } catch {
    return true;
  }
}

/** By the earlier clock: a copy may have a time of modification that lies ahead. */
function changedAt(file: string): Date {
  const { mtimeMs, ctimeMs } = statSync(file);
  return new Date(Math.min(mtimeMs, ctimeMs));
}
