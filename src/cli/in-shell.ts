/**
 * A sentence of the desk, whose commands are those of a mail to control@, as it is said in a shell:
 * `"undo SUPPORT-7102"` is `"mailrobot ticket undo SUPPORT-7102"` there. Pure.
 */
import { COMMANDS } from '../desk/grammar.ts';
import { PROGRAM } from './commands/program.ts';

const COMMAND = new RegExp(
  `"(${COMMANDS.map(({ name }) => name).join('|')}) (?=[A-Z][A-Z0-9]{0,30}-[0-9])`,
  'g',
);

export function inShell(sentence: string): string {
  return sentence.replace(COMMAND, `"${PROGRAM.name} ticket $1 `);
}
