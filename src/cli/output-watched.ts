/**
 * A run that writes pages to stdout, and whether they could be written. A reader that has enough and
 * goes away (EPIPE) is no error; what else went wrong is said on stderr, and is the end of the run,
 * whatever it ended with.
 */
import type { Run } from './run.ts';

/** Gives the exit code: that of `work`, or `failed` if not all could be written. */
export async function outputWatched(
  run: Run,
  failed: number,
  work: () => Promise<number>,
): Promise<number> {
  let said: string | null = null;
  process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    if (code !== 'EPIPE') said ??= message;
  });
  const exit = await work();
  // It is told of in a later turn.
  await new Promise((resolve) => setImmediate(resolve));
  if (said === null) return exit;
  run.explain(`mailrobot: the output could not be written: ${said}`);
  return failed;
}
