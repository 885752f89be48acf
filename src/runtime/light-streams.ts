/**
 * All that stands in the place of node:stream: transform streams (light-stream.ts), and what is
 * asked of them from outside: when they are over, and that they are joined.
 */
import { type Done, Transform } from './light-stream.ts';

export { PassThrough, Transform } from './light-stream.ts';

/** Calls once: with the error, or when all of it that is asked for is over. */
export function finished(
  stream: Transform,
  options: { readonly readable?: boolean; readonly writable?: boolean } | Done,
  called?: Done,
): void {
  const { readable = true, writable = true } = typeof options === 'function' ? {} : options;
  const done = typeof options === 'function' ? options : called;
  let isRead = !readable;
  let isWritten = !writable;
  let isSaid = false;
  const say = (error?: Error): void => {
    if (isSaid) return;
    isSaid = true;
    done?.(error);
  };
  const sayIfOver = (): void => {
    if (isRead && isWritten) say();
  };
  stream.on('error', (error) => say(error instanceof Error ? error : new Error(String(error))));
  stream.on('end', () => {
    isRead = true;
    sayIfOver();
  });
  stream.on('finish', () => {
    isWritten = true;
    sayIfOver();
  });
  stream.on('close', () => say(new Error('Premature close')));
}

/** Joins them; one that fails takes the others with it. Gives the last. */
export function pipeline(
  ...given: readonly (Transform | readonly Transform[] | Done)[]
): Transform {
  const done = given[given.length - 1];
  const streams = given.flat().filter((one): one is Transform => one instanceof Transform);
  let left = streams.length;
  const ended = (error?: Error | null): void => {
    left -= 1;
    if (error == null && left > 0) return;
    if (error != null) for (const stream of streams) stream.destroy(error);
    left = Number.POSITIVE_INFINITY;
    if (typeof done === 'function') done(error);
  };
  for (const [n, stream] of streams.entries()) {
    const next = streams[n + 1];
    finished(stream, { readable: next !== undefined, writable: n > 0 }, ended);
    if (next !== undefined) stream.pipe(next);
  }
  const last = streams[streams.length - 1];
  if (last === undefined) throw new Error('a pipeline of nothing');
  return last;
}
