/**
 * `mailrobot robot`: the robots of the desk, the mail that waits for them, and what they have done.
 */
import type { RobotConfig } from '../config/robots.ts';
import { robotNamed, robotsOf } from '../config/robots.ts';
import type { Store } from '../journal/store.ts';
import { inertLine } from '../pages/inert.ts';
import { table } from '../pages/table.ts';
import { FailedRuns } from '../robots/failed-runs.ts';
import { isLapsed } from '../ticket/lapsed-plan.ts';
import type { RobotPlan } from '../ticket/robot-plan.ts';
import { ROBOT_FAILED, type RobotRun } from '../ticket/robot-run.ts';
import type { WithConfig } from './commands/given.ts';
import { deskScreen } from './desk-screen.ts';
import { type Desk, openDesk } from './open-desk.ts';
import { Refused } from './refused.ts';
import { type LoggedRun, loggedOf, runLine } from './robot-log.ts';
import { type AsJson, writeAsJson } from './rows.ts';
import type { Run } from './run.ts';
import { wakeRobots } from './wake-robots.ts';

export async function listRobots({ config, ...as }: WithConfig & AsJson, run: Run): Promise<void> {
  const desk = await openDesk(config, run);
  const waiting = await desk.store.robotRuns();
  const now = run.now();
  const plans = (await desk.store.robotPlans()).filter((plan) => !isLapsed(plan, now));
  const { robots } = robotsOf(desk.config);
  const gone = [...new Set(waiting.map(({ robot }) => robot))].filter(
    (name) => !robots.some((robot) => robot.name === name),
  );
  const rows = [
    ...robots.map((robot) => rowOf(robot.name, robot, waiting, plans)),
    ...gone.map((name) => rowOf(name, null, waiting, plans)),
  ];
  if (writeAsJson(rows, as)) return;
  if (rows.length === 0) {
    run.explain('there is no robot: see docs/robots.md');
    return;
  }
  const at = deskScreen(desk, run);
  const cells = rows.map(({ name, user, from, waiting: all, plans: told }) => [
    name,
    user ?? 'not there',
    from ?? '',
    String(all.length),
    String(told.length),
    inertLine(all[0]?.why ?? ''),
  ]);
  process.stdout.write(table(['NAME', 'USER', 'FROM', 'WAITING', 'PLANS', 'WHY'], cells, at));
}

interface ListedRobot {
  readonly name: string;
  /** null: mail waits for a robot that is not there any more. */
  readonly user: string | null;
  readonly from: string | null;
  readonly may: readonly string[];
  readonly waiting: readonly Pick<RobotRun, 'run' | 'since' | 'tries' | 'why' | 'next'>[];
  /** Told, and not carried out yet. */
  readonly plans: readonly Pick<RobotPlan, 'run' | 'madeAt' | 'confirmed'>[];
}

function rowOf(
  name: string,
  robot: RobotConfig | null,
  all: readonly RobotRun[],
  open: readonly RobotPlan[],
): ListedRobot {
  return {
    ...{ name, user: robot?.user ?? null, from: robot?.from ?? null, may: robot?.may ?? [] },
    waiting: all
      .filter((one) => one.robot === name)
      .map(({ run, since, tries, why, next }) => ({ run, since, tries, why, next })),
    plans: open
      .filter((one) => one.robot === name)
      .map(({ run, madeAt, confirmed }) => ({ run, madeAt, confirmed })),
  };
}

/** A mail that rests is tried now; one that its robot has failed on, once more. */
export async function retryRobot(named: string, { config }: WithConfig, run: Run): Promise<void> {
  const desk = await openDesk(config, run);
  const { store, by } = desk;
  const failed = new FailedRuns(desk.log.commits(0));
  const known = await numbersNamed(named, desk, failed);
  for (const id of known) await tryAgain(id, by, store, failed);
  if (known.length === 0) throw new Refused(nothingNamed(named));
  run.say(
    `${known.length === 1 ? `Mail ${known[0]} is` : `${known.length} mails are`} tried again.`,
  );
  await wakeRobots(desk.config, store, run);
}

async function tryAgain(id: number, by: string, store: Store, failed: FailedRuns): Promise<void> {
  const recorded = await store.mailOf(id);
  const queued = recorded?.changes.find((change) => change.type === 'robot.queued');
  if (queued === undefined) return;
  const isFiled = (await failed.list()).some(({ run }) => run === id);
  await store.exclusive(async (transaction) => {
    const isHeld = (await transaction.store.held()).some((held) => held.id === id);
    const isWaiting = (await transaction.store.robotRun(id)) !== null;
    const hasFailed = isHeld || isFiled;
    if (!hasFailed && !isWaiting) return;
    await transaction.commit({ changes: [{ ...queued, by }], outgoing: [] });
  });
}

/** Its mail is dealt with: the robot does not get it. */
export async function skipRobot(named: string, { config }: WithConfig, run: Run): Promise<void> {
  const desk = await openDesk(config, run);
  const { store, by } = desk;
  const id = Number(named);
  const found = Number.isSafeInteger(id) ? await store.robotRun(id) : null;
  if (found === null) throw new Refused(`no mail ${named} waits for a robot`);
  await store.exclusive(async (transaction) => {
    if ((await transaction.store.robotRun(id)) === null) return;
    const { robot, isFiled, confirms: plan } = found;
    const more = plan !== undefined ? { plan } : { ...(isFiled && { isFiled }) };
    const ended = { run: id, robot, end: 'skipped', why: '', by, ...more } as const;
    await transaction.commit({ changes: [{ type: 'robot.ended', ...ended }], outgoing: [] });
  });
  run.say(`Mail ${named} is skipped: ${found.robot} does not get it.`);
}

/** What has come of its mails, oldest first. */
export async function logRobot(
  name: string,
  { config, ...as }: WithConfig & AsJson,
  run: Run,
): Promise<void> {
  const desk = await openDesk(config, run);
  const rows: LoggedRun[] = [];
  for await (const { time, seq, changes } of desk.log.commits(0).read()) {
    for (const change of changes) {
      const row = loggedOf(change, seq);
      if (row?.robot === name) rows.push({ time, ...row });
    }
  }
  if (rows.length === 0) robotNamed(name, desk.config);
  if (writeAsJson(rows, as)) return;
  const at = deskScreen(desk, run);
  process.stdout.write(rows.map((row) => runLine(row, at)).join(''));
}

/** By the number of a mail, or all of a robot's that wait, or that it has failed on. */
async function numbersNamed(
  named: string,
  { store }: Desk,
  failed: FailedRuns,
): Promise<readonly number[]> {
  const held = (await store.held()).filter(({ reason }) => reason.check === ROBOT_FAILED);
  const waiting = await store.robotRuns();
  const all = [
    ...waiting.map(({ run, robot }) => ({ run, robot })),
    ...(await failed.list()),
    ...held.map(({ id, reason }) => ({
      run: id,
      robot: /^robot ([a-z0-9-]+):/.exec(reason.evidence)?.[1] ?? '',
    })),
  ];
  return all.flatMap(({ run, robot }) => (named === robot || named === String(run) ? [run] : []));
}

function nothingNamed(named: string): string {
  return `no mail of "${named}" waits for a robot, and none has failed on any: mailrobot robot list`;
}
