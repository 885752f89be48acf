/**
 * `mailrobot new | reply | control`, or `mailrobot` alone: one mail on stdin.
 *
 * Ends with 0 or 75 whatever happens, and says at most one line. Stdin is read
 * to its end even if nothing can be done with it, so that the MTA never sees a
 * broken pipe. The cause of a deferral is shown on a terminal only.
 */

import { hasRules } from '../config/config.ts';
import { readConfig } from '../config/read.ts';
import { deliver } from '../intake/deliver.ts';
import { type End, endOf, Failure, OUTCOMES } from '../outcome.ts';
import { configFile, type PipeArguments } from './arguments.ts';
import { makeFilesAgain } from './files-again.ts';
import { type Delivery, openDelivery } from './open-delivery.ts';
import type { Run } from './run.ts';
import { becomeOwner } from './store-owner.ts';

export async function pipe(run: Run, parsed: PipeArguments | null): Promise<number> {
  run.armDeadline();
  const { exit, status } = OUTCOMES[await endOfPipe(run, parsed)];
  run.say(status);
  return exit;
}

async function endOfPipe(run: Run, parsed: PipeArguments | null): Promise<End> {
  try {
    if (parsed === null) throw new Failure('usage', 'unknown verb or option');
    const { verb, queue, robot } = parsed;
    const config = readConfig(configFile(parsed.config, run.environment));
    becomeOwner(config);
    const opened = await openDelivery(verb, config, run, { queue });
    const context = verb === 'run' ? await withRobot(robot, opened) : opened;
    if (run.isTerminal(0)) run.explain('Reading a mail from this terminal; end it with Ctrl-D.');
    const end = await deliver(run.stdin(), context);
    await startOthers(context, run, end);
    if (context.robot?.when !== 'now') return end;
    const { runNow } = await import('./robot-now.ts');
    return (await runNow(context.robot.name, context, run)) ? end : 'robot-waits';
  } catch (error) {
    if (run.isTerminal(2)) run.explain(`mailrobot: ${explanation(error)}`);
    await drain(run.stdin());
    return endOf(error);
  }
}

/** What processes of their own do. Whatever becomes of that, the mail is what it is. */
async function startOthers(
  { config, store, robot, log }: Delivery,
  run: Run,
  end: End,
): Promise<void> {
  try {
    await makeFilesAgain(config, store, run);
    if (robot !== undefined || end === 'queued' || hasRules(config)) {
      const { wakeRobots } = await import('./wake-robots.ts');
      await wakeRobots(config, store, run, robot);
    }
    if (config.subscribers.length === 0) return;
    const { wakeAfter } = await import('./wake.ts');
    await wakeAfter(config, await log(), run);
  } catch {
    // The next run does it.
  }
}

async function withRobot(name: string | null, context: Delivery): Promise<Delivery> {
  if (name === null) throw new Failure('usage', 'run needs the name of a robot');
  const { robotNamed } = await import('../config/robots.ts');
  return { ...context, robot: robotNamed(name, context.config) };
}

/** A bug shows where it is; a failure says what is wrong. */
function explanation(error: unknown): string {
  if (error instanceof Failure) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

async function drain(input: AsyncIterable<unknown>): Promise<void> {
  try {
    for await (const _ of input);
  } catch {
    // It cannot be read any further.
  }
}
