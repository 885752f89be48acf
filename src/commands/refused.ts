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
