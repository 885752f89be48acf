/**
 * The composition root: which command, with what.
 *
 * A word that names a command of the desk loads the desk; everything else is
 * mail on stdin. At a terminal nobody is a mail server, so a wrong word there
 * is explained like any wrong usage. Gives the exit code.
 */
import { type PipeArguments, parsePipeArguments } from './cli/arguments.ts';
import type { Run } from './cli/run.ts';

export async function main(run: Run): Promise<number> {
  const parsed = parsePipeArguments(run.args);
  const isPerson = run.isTerminal(0) && (parsed === null || run.args.length === 0);
  if (isPerson || (parsed === null && (await isDesk(run))) || (await isHelp(parsed, run))) {
    run.expectDesk();
    const { desk } = await import('./cli/desk.ts');
    return desk(run);
  }
  if (parsed?.test != null) {
    run.expectOutput();
    const { testRobot } = await import('./cli/test-robot.ts');
    return testRobot(parsed, parsed.test, run);
  }
  if (parsed?.dryRun === true) {
    run.expectOutput();
    const { dryRun } = await import('./cli/dry-run.ts');
    return dryRun(parsed, run);
  }
  const { pipe } = await import('./cli/pipe.ts');
  return pipe(run, parsed?.help === true ? null : parsed);
}

/** The table of commands is loaded for what is no pipe verb: never by a plain mail. */
async function isDesk({ args }: Run): Promise<boolean> {
  const { isDeskLine } = await import('./cli/desk-line.ts');
  return isDeskLine(args);
}

async function isHelp(parsed: PipeArguments | null, run: Run): Promise<boolean> {
  if (parsed?.help !== true) return false;
  if (run.isTerminal(0) || run.args.length === 1) return true;
  const { mayBeMailOnStdin } = await import('./cli/mail-on-stdin.ts');
  return !(await mayBeMailOnStdin());
}
