/**
 * `--dry-run` of a pipe verb: a mail on stdin, and what would become of it.
 *
 * Changes nothing. Shows the decision, the changes to the store and every mail
 * that would go out, byte for byte. For a person or a script: never in an alias,
 * since nothing is kept. Ends with 0 or 75, as every run of a pipe verb does.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../config/read.ts';
import { robotNamed } from '../config/robots.ts';
import { preview, type Rehearse, type RobotSaid } from '../intake/preview.ts';
import { endOf, OUTCOMES } from '../outcome.ts';
import { decisionPage } from '../pages/decision-page.ts';
import { inert, inertLine } from '../pages/inert.ts';
import { type Screen, screen } from '../pages/style.ts';
import { aloud } from './aloud.ts';
import { configFile, type PipeArguments } from './arguments.ts';
import { openDelivery } from './open-delivery.ts';
import { outputWatched } from './output-watched.ts';
import type { Run } from './run.ts';
import { becomeOwner } from './store-owner.ts';

export async function dryRun(parsed: PipeArguments, given: Run): Promise<number> {
  const run = aloud(given);
  return outputWatched(run, OUTCOMES.internal.exit, () => shown(parsed, run));
}

async function shown(parsed: PipeArguments, run: Run): Promise<number> {
  let end: (() => void) | null = null;
  try {
    const config = readConfig(configFile(parsed.config, run.environment));
    if (parsed.verb === 'run') {
      const { elsewhere } = await import('./rehearsal.ts');
      const args = ['run', parsed.robot ?? '', '--dry-run', '--config', config.file];
      const exit = await elsewhere(config, parsed.robot ?? '', args);
      if (exit !== null) return exit;
    }
    becomeOwner(config);
    const opened = await openDelivery(parsed.verb, config, run, { queue: parsed.queue });
    const robot = parsed.verb === 'run' ? robotNamed(parsed.robot ?? '', config) : null;
    const context = robot === null ? opened : { ...opened, robot };
    let scratch: string;
    let rehearse: Rehearse | null = null;
    if (robot === null) {
      scratch = mkdtempSync(join(tmpdir(), 'mailrobot-dry-'));
      end = () => rmSync(scratch, { recursive: true, force: true });
    } else {
      const { beginRehearsal, rehearsalOf } = await import('./rehearsal.ts');
      const { start, ...rehearsal } = beginRehearsal(robot, config);
      ({ scratch, end } = rehearsal);
      rehearse = await rehearsalOf(robot, context, { folder: scratch, start });
    }
    const { decision, changes, outgoing, ...done } = await preview(
      run.stdin(),
      context,
      scratch,
      rehearse,
    );
    const at = screen(run.isTerminal(1), process.stdout.columns, run.environment);
    const pages = [
      decisionPage({ title: 'What would be done', decision, changes }, at),
      ...(done.robot === undefined ? [] : [robotPage(done.robot, at)]),
      ...outgoing.map(
        ({ sender, recipient, content }) =>
          `\n${at.style('bold', `From <${sender}> to <${inertLine(recipient)}>:`)}\n${inert(content)}`,
      ),
    ];
    process.stdout.write(pages.join(''));
    return OUTCOMES.recorded.exit;
  } catch (error) {
    run.explain(`mailrobot: ${inertLine(error instanceof Error ? error.message : String(error))}`);
    const { exit, status } = OUTCOMES[endOf(error)];
    run.say(status);
    return exit;
  } finally {
    end?.();
  }
}

function robotPage({ output, end, silence }: RobotSaid, { style }: Screen): string {
  const quiet = silence === null ? '' : `; a reply would not go out: ${silence.evidence}`;
  return `\n${style('bold', 'The robot says:')}\n${inert(output)}\n${style('bold', 'It would be:')} ${inert(`${end}${quiet}`)}\n`;
}
