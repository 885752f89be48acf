/**
 * A question to whoever sits at the terminal: anything but yes is no, and so is that there is no
 * terminal.
 */
import { createInterface } from 'node:readline/promises';
import type { Run } from './run.ts';

export async function isAnsweredYes(question: string, run: Run): Promise<boolean> {
  if (!run.isTerminal(0)) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
