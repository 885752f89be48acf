/**
 * A word on stderr about what takes longer than a second, where stderr is a terminal.
 */
import type { Run } from './run.ts';

const PATIENCE_MS = 1000;
const STEP_MS = 200;

export interface Progress {
  /** `done`: how much of it is, in words. */
  readonly at: (done: () => string) => void;
  /** Takes the line away. */
  readonly end: () => void;
}

export function progressOn(run: Run): Progress {
  const isShown = run.isTerminal(2);
  let next = performance.now() + PATIENCE_MS;
  let length = 0;
  return {
    at: (done) => {
      if (!isShown || performance.now() < next) return;
      next = performance.now() + STEP_MS;
      const text = done();
      process.stderr.write(`\r${text.padEnd(length)}`);
      length = text.length;
    },
    end: () => {
      if (length > 0) process.stderr.write(`\r${' '.repeat(length)}\r`);
    },
  };
}
