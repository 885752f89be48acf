/**
 * `mailrobot robot run`: gives the mails that wait to their robots.
 *
 * It runs as the owner of the store, with the one right to start a program as another user, which
 * its unit gives it (mailrobot-robots.service). Root starts it once more as that owner with that
 * right. Without it, it runs the robots that run as the owner, and says that the others wait.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, ticketNames } from '../config/config.ts';
import { readConfig } from '../config/read.ts';
import { OWNER, type RobotConfig, robotsOf } from '../config/robots.ts';
import { sourceOf } from '../feed/feed.ts';
import type { CommitLog } from '../journal/log.ts';
import type { Store } from '../journal/store.ts';
import { makeMemories, memoriesBeside } from '../robots/memory.ts';
import type { RobotUser } from '../robots/run-one.ts';
import { runOne } from '../robots/run-one.ts';
import { KINDS, type Kind, kindOf, type Running, runRobots } from '../robots/runner.ts';
import { WaitingRuns } from '../robots/waiting-runs.ts';
import { closeInherited } from '../runtime/confined.ts';
import { mayChangeUser } from '../runtime/rights.ts';
import { startOfSelf } from '../runtime/self.ts';
import { accountOf, userName } from '../runtime/user-name.ts';
import { alone } from '../stores/files/alone.ts';
import { openCommitLog } from '../stores/files/commit-log.ts';
import { ownerOf } from '../stores/files/open.ts';
import type { WithConfig } from './commands/given.ts';
import { openStoreOf, RESTS } from './open-desk.ts';
import { Ended, Refused } from './refused.ts';
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
  const { uid, gid } = ownerOf(config.store);
  if (process.geteuid?.() === 0 && uid !== 0) {
    giveMemories(config, { uid, gid });
    const args = ['robot', 'run', '--config', config.file, ...(isOnce ? ['--once'] : [])];
    if ((await asOwnerWithRight({ uid, gid }, args)) !== 0) {
      throw new Ended(1, 'the robots were not run');
    }
    return;
  }
  becomeOwner(config);
  closeInherited();
  const store = openStoreOf(config, run);
  await store.catchUp();
  if ((await store.restingSince()) !== null) run.explain(`mailrobot: ${RESTS}`);
  const hasRight = mayChangeUser();
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
  const queue = queueOf({ config, store });
  const work = (kind: Kind) => runKind(kind, { config, store, run, queue }, more);
  if (!hasRight) await sayWhoWaits(config, await queue.waiting.list(), explain);
  await Promise.all(KINDS.filter((kind) => hasRight || kind !== 'others').map(work));
}

interface OfDesk {
  readonly config: Config;
  readonly store: Store;
  readonly run: Run;
  readonly queue: Queue;
}

/** One for all kinds that a process runs. */
interface Queue {
  readonly log: CommitLog;
  readonly waiting: WaitingRuns;
}

export function queueOf({ config, store }: Omit<OfDesk, 'run' | 'queue'>): Queue {
  const log = openCommitLog(config.store);
  return { log, waiting: new WaitingRuns(log, store) };
}

type HowLong = Pick<Running, 'explain' | 'isForEver' | 'isOver'> & {
  /** Seconds that it waits for another process. */
  readonly patience?: number;
};

/** For the store's owner alone. */
export async function runKind(
  kind: Kind,
  { config, store, run, queue }: OfDesk,
  { patience = 0, ...more }: HowLong,
): Promise<void> {
  const { log, waiting } = queue;
  const { now, reader } = run;
  const source = sourceOf(config.domain, await log.epochs());
  const desk = { source, names: ticketNames(config), by: 'robot' };
  const context = { config, store, now, desk, reader, mta: config.sendmail };
  await runRobots({
    ...{ kind, log, now, waiting, ...more },
    robots: () => robotsOf(config).robots.filter((robot) => isStartable(robot, config)),
    runOne: (one, robot) => runOne(one, robot, userFor(robot, config), context),
    alone: (work) => alone(lockOf(config, kind), work, patience),
  });
}

export function lockOf({ store }: Pick<Config, 'store'>, kind: Kind): string {
  return join(store, `robots-${kind}.lock`);
}

/** The owner of the store may make nothing beside it; else its unit has done so (StateDirectory). */
function giveMemories(
  { store }: Pick<Config, 'store'>,
  owner: { readonly uid: number; readonly gid: number },
): void {
  const memories = memoriesBeside(store);
  if (!existsSync(memories)) makeMemories(memories, owner);
}

/**
 * As the unit starts it: the owner of the store, with the right to become others. Gives the exit
 * code.
 */
export async function asOwnerWithRight(
  { uid, gid }: { readonly uid: number; readonly gid: number },
  args: readonly string[],
): Promise<number> {
  const self = startOfSelf(args);
  const right = '+setuid,+setgid,+kill';
  const as = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  const sets = ['inh-caps', 'ambient-caps', 'bounding-set'];
  const rights = [...sets.map((set) => `--${set}=-all,${right}`), '--pdeathsig=TERM'];
  const child = spawn('setpriv', [...as, ...rights, '--', self.program, ...self.args], {
    stdio: 'inherit',
    env: self.environment,
  });
  process.once('SIGTERM', () => child.kill('SIGTERM'));
  const [code]: unknown[] = await once(child, 'exit').catch((error: unknown) => {
    throw new Refused(error instanceof Error ? error.message : String(error));
  });
  return typeof code === 'number' ? code : 1;
}

/** Nobody whom it must not run as: root, or the owner by another name. */
function isStartable(robot: RobotConfig, config: Config): boolean {
  return robot.user === OWNER || whyNotAs(robot.user, config) === null;
}

/** Why no robot can run as that user, or null. */
export function whyNotAs(user: string, { store }: Pick<Config, 'store'>): string | null {
  const account = accountOf(user);
  if (account === null) return `there is no user ${user}: adduser --system --group ${user}`;
  if (account.uid === 0) return 'a robot never runs as root';
  return account.uid === ownerOf(store).uid
    ? `${user} owns the store: say "owner" if it is meant to`
    : null;
}

export function userFor({ user }: RobotConfig, { store }: Config): RobotUser {
  if (user === OWNER) return { name: userName(), home: '/', ids: null };
  const account = accountOf(user);
  if (account === null || whyNotAs(user, { store }) !== null) {
    throw new Refused(`no robot can run as ${user}`);
  }
  const { name, home, uid, gid } = account;
  return { name, home, ids: { uid, gid } };
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
