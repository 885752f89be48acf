/** What has become of a mail that a program in the manner of sendmail(1) was given. Pure. */
import { handOverOf } from './hand-over.ts';

/** An Error: it could not be started. `said`: what it wrote to its standard error. */
export function handOverByProgram(
  ended: { readonly exit: number | null } | Error,
  said = '',
): ReturnType<typeof handOverOf> {
  if (ended instanceof Error) return { end: 'failed', error: ended.message };
  if (ended.exit !== null) return handOverOf(ended.exit, said);
  return { end: 'failed', error: 'it could not be handed over: exit by a signal' };
}
