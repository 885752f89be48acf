/**
 * After a delivery to a robot: those that run as the owner of the store are started at once, by a
 * process of its own. All others wait for the runner that may start them.
 *
 * A delivery does not look at what else waits if its own robot is to be started: that may be long.
 */
import type { Config } from '../config/config.ts';
import { type RobotConfig, robotsOf } from '../config/robots.ts';
import type { Store } from '../journal/store.ts';
import { kindOf } from '../robots/runner.ts';
import { isResting } from '../robots/schedule.ts';
import type { Run } from './run.ts';

/** Never throws. */
export async function wakeRobots(
  config: Config,
  store: Pick<Store, 'robotRuns' | 'restingSince'>,
  { launch, now }: Pick<Run, 'launch' | 'now'>,
  /** Of the mail that came. */
  robot?: Pick<RobotConfig, 'name'>,
): Promise<void> {
  try {
    const names = robotsOf(config).robots.flatMap((robot) =>
      kindOf(robot) === 'owner' ? [robot.name] : [],
    );
    if (names.length === 0 || (await store.restingSince()) !== null) return;
    const isOne =
      (robot !== undefined && names.includes(robot.name)) ||
      (await store.robotRuns()).some(
        (waiting) => names.includes(waiting.robot) && !isResting(waiting, now()),
      );
    if (isOne) launch(['robot', 'run', '--once', '--config', config.file]);
  } catch {
    // The next run looks again.
  }
}
