/**
 * How a command is declared, in the words that desk.ts (which owns commander) understands.
 *
 * A group of commands is a file of lines/; each command is loaded when it is called.
 */
import type { Run } from './run.ts';

export interface Definable {
  option(flags: string, text: string, preset?: string): Definable;
  /** May be given several times. */
  list(flags: string, text: string): Definable;
  requiredOption(flags: string, text: string): Definable;
  /** Words that begin with a dash are arguments like any other. */
  takesDashes(are?: boolean): Definable;
  action(work: (...given: never[]) => Promise<void>): Definable;
}

export interface Group {
  /** `words`: the name and its arguments; `example`: command lines for the help. */
  define(words: string, summary: string, example: string): Definable;
  /** Commands below a word. */
  group(name: string, texts: GroupTexts): Group;
}

export interface GroupTexts {
  readonly description: string;
  readonly summary: string;
  readonly help: string;
}

export interface Place {
  readonly run: Run;
  /** The config file that was named. */
  readonly config: () => string;
}
