/** The desk's command line in this process: what it prints, and how it ends. */
import { vi } from 'vitest';
import { SECTIONS } from '../../src/cli/commands/table.ts';
import { desk } from '../../src/cli/desk.ts';
import type { Run } from '../../src/cli/run.ts';

const refuse = () => {
  throw new Error('this test is for the command line alone');
};

export function runWith(args: readonly string[], explain: (line: string) => void = refuse): Run {
  return {
    ...{ args, explain, version: '0.0.0', environment: {}, now: () => new Date(0) },
    ...{ reader: { start: refuse }, stdin: refuse },
    ...{ say: refuse, isTerminal: () => false, expectOutput: refuse, expectDesk: refuse },
    ...{ afterwards: refuse, leave: refuse, launch: refuse, armDeadline: refuse },
  };
}

export async function deskLine(args: readonly string[], sections = SECTIONS) {
  let output = '';
  const add = (text: string | Uint8Array) => {
    output += String(text);
    return true;
  };
  const spies = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation(add),
  );
  const before = process.stdout.listeners('error');
  try {
    const exit = await desk(runWith(args, add), sections);
    return { exit, output };
  } finally {
    for (const spy of spies) spy.mockRestore();
    for (const added of process.stdout.listeners('error')) {
      if (!before.includes(added)) process.stdout.off('error', added as () => void); // One of ours.
    }
  }
}
