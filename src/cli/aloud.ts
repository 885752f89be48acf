/**
 * What a run says to a person, wrapped to the terminal that it is said on. Whatever is no terminal
 * gets each message in one line, for scripts and logs. What is copied from a terminal, such as
 * lines of a file or for a shell, is no message: it is written to stdout as it is.
 */
import { wrapped } from '../pages/wrapped.ts';
import type { Run } from './run.ts';

const USUAL_COLUMNS = 80;

export function aloud(run: Run): Run {
  return {
    ...run,
    say: (line) => run.say(line === null ? null : onTerminal(1, line, run)),
    explain: (line) => run.explain(onTerminal(2, line, run)),
  };
}

/** `fd`: 1 or 2. */
export function onTerminal(
  fd: 1 | 2,
  text: string,
  { isTerminal }: Pick<Run, 'isTerminal'>,
): string {
  if (!isTerminal(fd)) return text;
  const { columns = USUAL_COLUMNS } = fd === 1 ? process.stdout : process.stderr;
  return wrapped(text, columns > 0 ? columns : USUAL_COLUMNS);
}
