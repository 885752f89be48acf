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
import { stdin } from '../doors/stdin.ts';
import { preview } from '../intake/preview.ts';
import { endOf, OUTCOMES } from '../outcome.ts';
import { decisionPage } from '../pages/decision-page.ts';
import { inert, inertLine } from '../pages/inert.ts';
import { screen } from '../pages/style.ts';
import { configFile, type PipeArguments } from './arguments.ts';
import { openDelivery } from './open-delivery.ts';
import type { Run } from './run.ts';
import { becomeOwner } from './store-owner.ts';

export async function dryRun(parsed: PipeArguments, run: Run): Promise<number> {
  let scratch: string | null = null;
  try {
    const config = readConfig(configFile(parsed.config, run.environment));
    becomeOwner(config);
    const context = openDelivery(parsed.verb, config, run, { queue: parsed.queue });
    scratch = mkdtempSync(join(tmpdir(), 'mailrobot-dry-'));
    const { decision, changes, outgoing } = await preview(stdin(), context, scratch);
    const at = screen(run.isTerminal(1), process.stdout.columns, run.environment);
    const pages = [
      decisionPage({ title: 'What would be done', decision, changes }, at),
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
    if (scratch !== null) rmSync(scratch, { recursive: true, force: true });
  }
}
