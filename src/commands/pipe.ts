/**
 * `mailrobot new`, `mailrobot reply`, `mailrobot`: one mail on stdin.
 *
 * Ends with 0 or 75 whatever happens, and says at most one line. Stdin is read
 * to its end also where nothing can be done with it, so that the MTA never
 * sees a broken pipe. The cause of a deferral is shown on a terminal only.
 */
import { readConfig } from '../config/read.ts';
import { deliver } from '../delivery/deliver.ts';
import { stdin } from '../delivery/stdin.ts';
import { extractAttachments } from '../message/message.ts';
import { type End, endOf, Failure, OUTCOMES } from '../outcome.ts';
import type { Run } from '../run.ts';
import { openStore } from '../store/open.ts';
import { configFile, type PipeArguments } from './arguments.ts';

export async function pipe(run: Run, parsed: PipeArguments | null): Promise<number> {
  run.armDeadline();
  const { exit, status } = OUTCOMES[await endOfPipe(run, parsed)];
  run.say(status);
  return exit;
}

async function endOfPipe(run: Run, parsed: PipeArguments | null): Promise<End> {
  try {
    if (parsed === null) throw new Failure('usage', 'unknown verb or option');
    const config = readConfig(configFile(parsed.config, run.environment));
    if (run.isTerminal(0)) run.explain('Reading a mail from this terminal; end it with Ctrl-D.');
    const store = openStore(config.file, {
      root: config.store,
      now: run.now,
      extract: extractAttachments,
    });
    const { environment, now } = run;
    return await deliver(stdin(), {
      verb: parsed.verb,
      config,
      store,
      environment,
      reader: run.reader,
      now,
    });
  } catch (error) {
    if (run.isTerminal(2)) run.explain(`mailrobot: ${explanation(error)}`);
    await drain(stdin());
    return endOf(error);
  }
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
