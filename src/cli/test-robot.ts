/**
 * `mailrobot run NAME --test FOLDER`: each mail of a folder (`a.eml`) is given to the robot, and
 * what it writes is compared with what lies beside it (`a.out`). It should end with `done`, or as
 * `a.end` says: `refused`, `held`, `run again`.
 *
 * Nothing is kept, carried out or sent. Ends with 0 if all are as they should be, else with 75.
 */
import { createReadStream, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '../config/read.ts';
import { robotNamed } from '../config/robots.ts';
import { type Preview, preview } from '../intake/preview.ts';
import { endOf, Failure, OUTCOMES } from '../outcome.ts';
import { inertLine } from '../pages/inert.ts';
import { aloud } from './aloud.ts';
import { configFile, type PipeArguments } from './arguments.ts';
import { openDelivery } from './open-delivery.ts';
import { outputWatched } from './output-watched.ts';
import { beginRehearsal, elsewhere, rehearsalOf } from './rehearsal.ts';
import type { Run } from './run.ts';

export async function testRobot(
  parsed: PipeArguments,
  folder: string,
  given: Run,
): Promise<number> {
  const run = aloud(given);
  return outputWatched(run, OUTCOMES.internal.exit, () => tried(parsed, folder, run));
}

async function tried(parsed: PipeArguments, folder: string, run: Run): Promise<number> {
  let end = () => {};
  try {
    const config = readConfig(configFile(parsed.config, run.environment));
    const args = ['run', parsed.robot ?? '', '--test', folder, '--config', config.file];
    const exit = await elsewhere(config, parsed.robot ?? '', args);
    if (exit !== null) return exit;
    const robot = robotNamed(parsed.robot ?? '', config);
    const opened = await openDelivery('run', config, run, { queue: parsed.queue });
    const context = { ...opened, robot };
    const names = readdirSync(folder).filter((name) => name.endsWith('.eml'));
    if (names.length === 0) throw new Failure('usage', `${folder} has no mail: a.eml`);
    const { scratch, start, ...rehearsal } = beginRehearsal(robot, config);
    end = rehearsal.end;
    let wrong = 0;
    for (const name of names.sort()) {
      const beside = join(folder, name.slice(0, -'.eml'.length));
      const within = mkdtempSync(join(scratch, 'mail-'));
      const rehearse = await rehearsalOf(robot, context, { folder: within, start });
      const mail = createReadStream(join(folder, name));
      const why = differenceIn(await preview(mail, context, within, rehearse), beside);
      if (why !== null) wrong += 1;
      run.say(inertLine(why === null ? `ok      ${name}` : `not ok  ${name}: ${why}`));
    }
    return wrong === 0 ? OUTCOMES.recorded.exit : OUTCOMES.usage.exit;
  } catch (error) {
    run.explain(`mailrobot: ${inertLine(error instanceof Error ? error.message : String(error))}`);
    return OUTCOMES[endOf(error)].exit;
  } finally {
    end();
  }
}

/** null if all is as it should be. */
function differenceIn({ robot, decision, changes }: Preview, beside: string): string | null {
  if (robot === undefined) {
    const held = changes.find((change) => change.type === 'mail.held');
    const why = held === undefined ? decision.why : held.mail.reason.evidence;
    return `the robot does not get it: ${why}`;
  }
  const wanted = fileOf(`${beside}.end`)?.trim() ?? 'done';
  if (!robot.end.startsWith(wanted)) return `it is ${robot.end}, and not ${wanted}`;
  const output = fileOf(`${beside}.out`);
  if (output === null) return `there is no ${beside}.out; it wrote ${JSON.stringify(robot.output)}`;
  return output === robot.output ? null : `it wrote ${JSON.stringify(robot.output)}`;
}

function fileOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
