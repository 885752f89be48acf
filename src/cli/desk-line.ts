/**
 * Which command lines are the desk's: whatever else there is is meant for a mail, and must
 * not end as the desk's do. bin/mailrobot asks the same with the list that is generated
 * from `deskWords`, and a test holds the two together. Pure.
 *
 * No line that arguments.ts can read is the desk's: a mail never loads this.
 */
import type { Row } from './commands/declare.ts';
import { PROGRAM } from './commands/program.ts';
import { rowsOf, SECTIONS } from './commands/table.ts';

/** What may stand before a command of the desk; any other option there is a pipe verb's. */
const ASKED_OF_BOTH: readonly string[] = ['--version', '--help', '-h'];

export function deskWords(rows: readonly Row[]): readonly string[] {
  const words = rows.filter(({ kind }) => kind !== 'pipe').map((row) => row.words);
  return [...words.filter((word) => !word.includes(' ')), PROGRAM.helpCommand.words];
}

export function isDeskLine(args: readonly string[], rows = rowsOf(SECTIONS)): boolean {
  const word = firstWord(args);
  return word !== null && deskWords(rows).includes(word);
}

/** Behind what may stand before it; null if nothing does. */
export function firstWord(args: readonly string[]): string | null {
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? '';
    if (word === '--config') at += 1;
    else if (!word.startsWith('--config=') && !ASKED_OF_BOTH.includes(word)) return word;
  }
  return null;
}
