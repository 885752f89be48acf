/** A command that cannot be done, in one line for the person who gave it. */
export class Refused extends Error {
  /** The command line itself was wrong. */
  readonly isUsage: boolean;

  constructor(message: string, isUsage = false) {
    super(message);
    this.name = 'Refused';
    this.isUsage = isUsage;
  }
}

/** A command that stands in for another program, and ends with that one's exit codes. */
export class Ended extends Error {
  readonly exit: number;

  constructor(exit: number, message: string) {
    super(message);
    this.name = 'Ended';
    this.exit = exit;
  }
}

/** The value that an option names among those that it takes. */
export function oneOf<T extends string>(option: string, given: string, known: readonly T[]): T {
  const found = known.find((one) => one === given);
  if (found !== undefined) return found;
  throw new Refused(`${option} takes ${known.join(', ')}, not "${given}"`, true);
}
