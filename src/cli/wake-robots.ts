/**
 * After a delivery to a robot: those that run as the owner of the store are started at once, by a
 * process of its own. All others wait for the runner that may start them.
 */
import type { Config } from '../config/config.ts';
import { robotsOf } from '../config/robots.ts';
import type { Store } from '../journal/store.ts';
import { kindOf } from '../robots/runner.ts';
import { isResting } from '../robots/schedule.ts';
import type { Run } from './run.ts';

/** Never throws. */
export async function wakeRobots(
  config: Config,
  store: Pick<Store, 'robotRuns' | 'restingSince'>,
  { launch, now }: Pick<Run, 'launch' | 'now'>,
): Promise<void> {
  try {
    const names = robotsOf(config).robots.flatMap((robot) =>
      kindOf(robot) === 'owner' ? [robot.name] : [],
    );
    if (names.length === 0 || (await store.restingSince()) !== null) return;
    const isOne = (await store.robotRuns()).some(
      (run) => names.includes(run.robot) && !isResting(run, now()),
    );
    if (isOne) launch(['robot', 'run', '--once', '--config', config.file]);
  } catch {
    // The next run looks again.
  }
}
