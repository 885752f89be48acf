/**
 * Programs that a command of the desk runs for the person who gave it. The one
 * file that knows execa. No shell; a program that fails, or is not there, is a
 * result and not an exception.
 */
import { execa, parseCommandString } from 'execa';

/** Runs a command line on this terminal, with `file` as its last argument; true where it ended well. */
export async function runOnTerminal(commandLine: string, file: string): Promise<boolean> {
  const [program = '', ...args] = parseCommandString(commandLine);
  const { failed } = await execa(program, [...args, file], { stdio: 'inherit', reject: false });
  return !failed;
}

/** What a program writes to stdout, or null where it fails. */
export async function outputOf(program: string, args: readonly string[]): Promise<string | null> {
  const { stdout, failed } = await execa(program, [...args], { reject: false });
  return failed ? null : stdout;
}
