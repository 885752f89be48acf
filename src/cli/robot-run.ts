/**
 * `mailrobot robot run`: gives the mails that wait to their robots.
 *
 * It runs as the owner of the store, with the one right to start a program as another user, which
 * its unit gives it (mailrobot-robots.service). Root starts it once more as that owner with that
 * right. Whoever has it does nothing else: a child without it reads the mails. Without it, it runs
 * the robots that run as the owner, and says that the others wait.
 */
import { existsSync, statSync } from 'node:fs';
import { type Config, folderOf, ticketNames } from '../config/config.ts';
import { readConfig } from '../config/read.ts';
import { OWNER, robotsOf } from '../config/robots.ts';
import { sourceOf } from '../feed/feed.ts';
import type { CommitLog } from '../journal/log.ts';
import type { Store } from '../journal/store.ts';
import { makeMemories, memoriesBeside, sweepUnmade } from '../robots/memory.ts';
import { runOne } from '../robots/run-one.ts';
import { KINDS, type Kind, kindOf, type Running, runRobots } from '../robots/runner.ts';
import { type StartRobot, starterHere } from '../robots/start.ts';
import { starterApart } from '../robots/start-apart.ts';
import { WaitingRuns } from '../robots/waiting-runs.ts';
import { closeInherited } from '../runtime/confined.ts';
import { mayChangeUser } from '../runtime/rights.ts';
import { sweepScratch } from '../runtime/scratch.ts';
import { ownerOf } from '../stores/files/open.ts';
import { ageOf, HOUR_MS } from '../ticket/age.ts';
import type { WithConfig } from './commands/given.ts';
import { RESTS } from './open-desk.ts';
import { openStore } from './open-store.ts';
import { Ended } from './refused.ts';
import { asOwnerWithRight, isStarter, takeStarter, withoutRight } from './robot-starter.ts';
import { isStartable, userFor } from './robot-users.ts';
import type { Run } from './run.ts';
import { becomeOwner } from './store-owner.ts';

interface RunOptions extends WithConfig {
  readonly once?: boolean;
}

export async function runWaiting(
  { config: file, once: isOnce }: RunOptions,
  run: Run,
): Promise<void> {
  const config = readConfig(file);
  const { uid, gid } = ownerOf(folderOf(config.store));
  const args = ['robot', 'run', '--config', config.file, ...(isOnce ? ['--once'] : [])];
  if (process.geteuid?.() === 0 && uid !== 0) {
    giveMemories(config, { uid, gid });
    return endWith(await asOwnerWithRight({ uid, gid }, args));
  }
  becomeOwner(config);
  closeInherited();
  if (isStarter()) return endWith(await withoutRight(config, args, memoriesOf(config)));
  const { store, log } = await openStore(config, run);
  await store.catchUp();
  if ((await store.restingSince()) !== null) run.explain(`mailrobot: ${RESTS}`);
  const starter = takeStarter();
  const apart = starter === undefined ? null : starterApart(starter);
  const hasRight = apart !== null || mayChangeUser();
  const changed = changedAt(config.file);
  const end = { isOver: false };
  process.once('SIGTERM', () => {
    end.isOver = true;
  });
  const explain = (line: string) => run.explain(`mailrobot: ${line}`);
  const more = {
    explain,
    isForEver: isOnce !== true,
    isOver: () => end.isOver || changedAt(config.file) !== changed,
  };
  const sweep = () => {
    const isOld = (changed: Date) => ageOf(changed, run.now()) > LONGEST_MS;
    sweepScratch(isOld);
    sweepUnmade(memoriesOf(config), isOld);
  };
  sweep();
  if (isOnce !== true) setInterval(sweep, LONGEST_MS).unref();
  const queue = queueOf(await log(), store);
  const here = starterFor(config);
  const start: StartRobot = (robot, given) =>
    apart === null || robot.user === OWNER ? here(robot, given) : apart.start(robot, given);
  const work = (kind: Kind) => runKind(kind, { config, store, run, queue, start }, more);
  if (!hasRight) await sayWhoWaits(config, await queue.waiting.list(), explain);
  try {
    await Promise.all(KINDS.filter((kind) => hasRight || kind !== 'others').map(work));
  } finally {
    apart?.end();
  }
}

/** Longer than `seconds` of a robot can be. */
const LONGEST_MS = 2 * HOUR_MS;

function endWith(exit: number): void {
  if (exit !== 0) throw new Ended(1, 'the robots were not run');
}

/** By this process, with the memories of the desk. */
export function starterFor(config: Config): StartRobot {
  return starterHere((robot) => userFor(robot, config), memoriesOf(config));
}

interface OfDesk {
  readonly config: Config;
  readonly store: Store;
  readonly run: Run;
  readonly queue: Queue;
  readonly start: StartRobot;
}

/** One for all kinds that a process runs. */
interface Queue {
  readonly log: CommitLog;
  readonly waiting: WaitingRuns;
}

export function queueOf(log: CommitLog, store: Store): Queue {
  return { log, waiting: new WaitingRuns(log, store) };
}

type HowLong = Pick<Running, 'explain' | 'isForEver' | 'isOver'> & {
  /** Seconds that it waits for another process. */
  readonly patience?: number;
};

/** For the store's owner alone. */
export async function runKind(
  kind: Kind,
  { config, store, run, queue, start }: OfDesk,
  { patience = 0, ...more }: HowLong,
): Promise<void> {
  const { log, waiting } = queue;
  const { now, reader } = run;
  const source = sourceOf(config.domain, await log.epochs());
  const desk = { source, names: ticketNames(config), by: 'robot' };
  const runner = log.alone(runnerOf(kind));
  const context = { config, store, now, desk, reader, mta: config.sendmail, start };
  await runRobots({
    ...{ kind, log, now, waiting, ...more },
    robots: () => robotsOf(config).robots.filter((robot) => isStartable(robot, config)),
    runOne: (one, robot) => runOne(one, robot, context),
    alone: (work) => runner.run(work, patience),
  });
}

/** Whoever runs the robots of a kind. */
export function runnerOf(kind: Kind): string {
  return `robots-${kind}`;
}

function memoriesOf({ store }: Pick<Config, 'store'>): string {
  return memoriesBeside(folderOf(store));
}

/**
 * The owner of the store may make nothing beside it; else its unit has done so (StateDirectory).
 */
function giveMemories(
  config: Pick<Config, 'store'>,
  owner: { readonly uid: number; readonly gid: number },
): void {
  const memories = memoriesOf(config);
  if (!existsSync(memories)) makeMemories(memories, owner);
}

async function sayWhoWaits(
  config: Config,
  waiting: readonly { readonly robot: string }[],
  explain: (line: string) => void,
): Promise<void> {
  const others = robotsOf(config).robots.filter((robot) => kindOf(robot) === 'others');
  const count = waiting.filter(({ robot }) => others.some(({ name }) => name === robot)).length;
  if (count === 0) return;
  explain(
    `${count} ${count === 1 ? 'mail waits' : 'mails wait'} for robots of other users: run this as root, or start mailrobot-robots.service`,
  );
}

function changedAt(file: string): number {
  try {
    return statSync(file).mtimeMs;
  } catch {
    return 0;
  }
}
