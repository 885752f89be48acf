/**
 * What a run is given from outside: arguments, environment, clock, a word to
 * say and the way it ends. Deliveries and decisions have it from here alone;
 * only a command of the desk also writes its pages to process.stdout.
 */
import type { ReaderProgram } from '../reading/reader-process.ts';

export interface Run {
  readonly args: readonly string[];
  readonly version: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  /** Starts the program that reads one mail (reading/reader.ts). */
  readonly reader: ReaderProgram;
  /** What is handed in, from where the last one of these has stopped (runtime/stdin.ts). */
  readonly stdin: () => AsyncIterable<Buffer>;
  /** One line on stdout. */
  readonly say: (line: string | null) => void;
  /** For a person, on stderr. */
  readonly explain: (line: string) => void;
  readonly isTerminal: (fd: number) => boolean;
  /** More than a line may come on stdout, for a reader that takes its time: the end waits for them. */
  readonly expectOutput: () => void;
  /** The same, and a crash is a command's "could not" (1) from here on, not a deferral. */
  readonly expectDesk: () => void;
  /** Done when the command has ended, whatever it ended with. */
  readonly afterwards: (work: () => Promise<void>) => void;
  /** Ends the process now, as done: what could not be written by now never is. */
  readonly leave: () => void;
  /** Starts this program once more, in a session of its own and with nothing of ours open. */
  readonly launch: (args: readonly string[]) => void;
  /** From here on the run ends by itself, deferred, when it takes too long. */
  readonly armDeadline: () => void;
}
