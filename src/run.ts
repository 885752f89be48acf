/**
 * What a run is given from outside: arguments, environment, clock, and the two
 * descriptors to speak on. Everything that differs between two runs comes in
 * here, so that nothing further in reads it from the process.
 */
export interface Run {
  readonly args: readonly string[];
  readonly version: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  /** One line on stdout. */
  readonly say: (line: string | null) => void;
  /** One line on stderr. */
  readonly explain: (line: string) => void;
  readonly isTerminal: (fd: number) => boolean;
  /** From here on the run ends by itself, deferred, when it takes too long. */
  readonly armDeadline: () => void;
}
