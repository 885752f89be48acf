/**
 * What the desk itself can tell of how it is, for `status` and `doctor`: the store, its disk, and
 * what the config names.
 *
 * Takes no lock, sends nothing and asks nobody by network. For the store's owner alone.
 */

import { closeSync, existsSync, lstatSync, readdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, folderOf, prefixesOf } from '../../config/config.ts';
import { OWNER, robotsOf } from '../../config/robots.ts';
import { NO_QUESTIONS } from '../../journal/facts.ts';
import type { CommitLog } from '../../journal/log.ts';
import type { Store } from '../../journal/store.ts';
import { problemsOf, templateFiles } from '../../letters/templates/check.ts';
import { templatesFolder } from '../../letters/templates/folder.ts';
import type { HealthFacts } from '../../reports/health.ts';
import { unsentIn } from '../../reports/unsent.ts';
import { isRunnable } from '../../runtime/program-at.ts';
import { nameOf } from '../../stores/files/open.ts';
import { DAY_MS } from '../../ticket/age.ts';
import { isFailing } from '../../ticket/failing.ts';
import { isLapsed } from '../../ticket/lapsed-plan.ts';
import { openStore } from '../open-store.ts';
import { runnerOf } from '../robot-run.ts';
import type { Run } from '../run.ts';
import { JOURNAL_SOCKET, openLog } from '../write-log.ts';
import { listensHere } from './smtp-here.ts';
import { unusableIn } from './unusable.ts';

export async function healthOf(config: Config, run: Run): Promise<HealthFacts> {
  const { store, log: open } = await openStore(config, run);
  const log = await open();
  // Without them no mail comes in.
  await store.facts(NO_QUESTIONS);
  const now = run.now();
  const [sendmail] = config.sendmail;
  const failing = (await store.failedAddresses()).filter(isFailing);
  return {
    ...(await waiting(store, now)),
    clock: { ran: await store.ran(), isWanted: config.undo > 0 },
    now,
    resting: await store.restingSince(),
    failing: failing.filter(({ blockedBy }) => blockedBy === undefined).length,
    lastMail: await store.lastMail(),
    sendmail: { path: sendmail, isRunnable: isRunnable(sendmail) },
    smtp: config.smtp === null ? null : { ...config.smtp, isHeard: listensHere(config.smtp) },
    space: await store.space(),
    inodes: inodesOf(folderOf(config.store)),
    recorded: await recordedIn(store, now),
    subscribers: await subscribersOf(config, log),
    robots: await robotsWaiting(config, store, log, now),
    badTemplates: badTemplatesOf(config),
    strangers: faultsOfFiles(folderOf(config.store)),
    log: logOf(config),
  };
}

async function waiting(
  store: Store,
  now: Date,
): Promise<Pick<HealthFacts, 'outbox' | 'later' | 'missed' | 'underWay' | 'held'>> {
  const [all, held] = [await store.unsent(), await store.held()];
  const [firstHeld] = held;
  const areUnderWay = await Promise.all(all.map((mail) => store.isUnderWay(mail)));
  return {
    ...unsentIn(all, now),
    underWay: areUnderWay.filter(Boolean).length,
    held: {
      count: held.length,
      // Its date is its author's word.
      since:
        firstHeld === undefined
          ? null
          : ((await store.mailAt(firstHeld.raw))?.time ?? firstHeld.date),
    },
  };
}

function inodesOf(path: string): HealthFacts['inodes'] {
  const { ffree, files } = statfsSync(path);
  return { free: ffree, total: files };
}

const MOST_COUNTED = 10_000;

/** They are in the list of what is removed after a time. */
async function recordedIn(store: Store, now: Date): Promise<HealthFacts['recorded']> {
  const all = await store.expired(new Date(now.getTime() + DAY_MS), MOST_COUNTED);
  return { count: all.length, isAll: all.length < MOST_COUNTED };
}

async function subscribersOf(
  { subscribers }: Config,
  log: CommitLog,
): Promise<HealthFacts['subscribers']> {
  const known = await Promise.all(
    subscribers.map(async ({ name }) => {
      const subscription = await log.subscription(name);
      return { name, failing: subscription?.failing ?? null };
    }),
  );
  return {
    count: subscribers.length,
    failing: known.flatMap(({ name, failing }) =>
      failing === null ? [] : [{ name, since: failing.since }],
    ),
  };
}

async function robotsWaiting(
  config: Config,
  store: Store,
  log: CommitLog,
  now: Date,
): Promise<HealthFacts['robots']> {
  const waiting = await store.robotRuns();
  const plans = await store.robotPlans();
  const { robots } = robotsOf(config);
  if (waiting.length === 0 && robots.length === 0) return null;
  const own = robots.flatMap(({ name, user }) => (user === OWNER ? [name] : []));
  return {
    count: waiting.length,
    since: waiting[0]?.since ?? null,
    ofOthers: waiting.filter(({ robot }) => !own.includes(robot)).length,
    isServed: await log.alone(runnerOf('others')).isRunning(),
    plans: plans.filter((plan) => plan.confirmed === null && !isLapsed(plan, now)).length,
  };
}

function badTemplatesOf(config: Config): readonly string[] {
  const folder = templatesFolder(config.file);
  const { files, failures } = templateFiles(folder, prefixesOf(config));
  return [
    ...failures.map(({ file, problem }) => `${file === '' ? folder : file}: ${problem}`),
    ...files.flatMap((file) =>
      problemsOf(file, folder).map((problem) => `${file.path}: ${problem}`),
    ),
  ];
}

const MOST_LOOKED_AT = 2000;

/** Those of somebody else, and those that their owner cannot use. */
export function faultsOfFiles(root: string): readonly string[] {
  const strangers = strangersIn(root);
  return strangers.length > 0 ? strangers : unusableIn(root);
}

/** Two levels of the folder that a desk has here: what was copied or restored by another user shows there. */
function strangersIn(root: string): readonly string[] {
  const owner = lstatSync(root, { throwIfNoEntry: false })?.uid;
  const below = namesIn(root).flatMap((name) => {
    const path = join(root, name);
    return [path, ...namesIn(path).map((inner) => join(path, inner))];
  });
  const names = new Map<number, string>();
  return below.slice(0, MOST_LOOKED_AT).flatMap((path) => {
    const uid = lstatSync(path, { throwIfNoEntry: false })?.uid ?? owner;
    if (uid === undefined || uid === owner) return [];
    const name = names.get(uid) ?? nameOf(uid);
    names.set(uid, name);
    return [`${path} belongs to ${name}`];
  });
}

/** None of what is no folder, or is not for us. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function logOf({ log }: Config): HealthFacts['log'] {
  if (log === null) return null;
  if (log.to === 'syslog') {
    const problem = existsSync(JOURNAL_SOCKET) ? null : `there is no ${JOURNAL_SOCKET}`;
    return { place: 'syslog', problem };
  }
  try {
    closeSync(openLog(log.path));
    return { place: log.path, problem: null };
  } catch (error) {
    return { place: log.path, problem: error instanceof Error ? error.message : String(error) };
  }
}
