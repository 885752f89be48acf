/**
 * The composition root: which command, with what.
 *
 * A word that names a command of the desk loads the desk; everything else is
 * mail on stdin. At a terminal nobody is a mail server, so a wrong word there
 * is explained like any wrong usage. Gives the exit code.
 */
import { isDeskCommand, parsePipeArguments } from './commands/arguments.ts';
import type { Run } from './run.ts';

export async function main(run: Run): Promise<number> {
  const parsed = parsePipeArguments(run.args);
  const atTerminal = run.isTerminal(0);
  const wantsDesk =
    isDeskCommand(run.args) ||
    (atTerminal && (parsed === null || run.args.length === 0)) ||
    parsed?.help === true;
  if (wantsDesk) {
    const { desk } = await import('./commands/desk.ts');
    return desk(run);
  }
  const { pipe } = await import('./commands/pipe.ts');
  return pipe(run, parsed);
}
