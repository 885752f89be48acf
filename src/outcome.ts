/**
 * Every end that a run can have, and the one table that maps it to an exit
 * code and a status line.
 *
 * A pipe verb ends with 0 or 75 (EX_TEMPFAIL) and nothing else, because
 * Postfix bounces the mail on any other exit (local(8), pipe_command). The
 * status line starts with an RFC 3463 enhanced status code of class 4, which
 * Postfix believes before the exit status; it is fixed text: no part of a
 * mail, a path or a stack ever reaches it. The cause is a field of its own
 * and is shown only where stderr is a terminal.
 */

/** Ends of a pipe verb that keep the promise of exit 0: the mail is ours. */
export type Kept =
  | 'opened'
  | 'appended'
  /** What it ordered is done; it came back to its author with what was wrong; it was answered. */
  | 'carried-out'
  | 'returned'
  | 'answered'
  | 'held'
  | 'recorded'
  /** It waits for a robot. */
  | 'queued'
  | 'duplicate'
  | 'empty';

/** Ends of a pipe verb that leave the mail with the MTA. */
export type Deferral =
  | 'usage'
  | 'config'
  | 'node'
  | 'owner'
  | 'store-missing'
  | 'store-locked'
  | 'store-full'
  | 'store-read-only'
  | 'store-damaged'
  | 'store-newer'
  | 'store-failed'
  | 'store-unfinished'
  | 'too-large'
  | 'reply-waits'
  | 'robot-waits'
  /** The desk, or recipients, lie in one. */
  | 'database'
  | 'busy'
  | 'deadline'
  | 'internal';

export type End = Kept | Deferral;

interface KeptRow {
  readonly exit: 0;
  readonly status: null;
}

interface DeferralRow {
  readonly exit: 75;
  readonly status: `4.${number}.${number} ${string}`;
}

export const OUTCOMES: Readonly<Record<Kept, KeptRow> & Record<Deferral, DeferralRow>> = {
  opened: { exit: 0, status: null },
  appended: { exit: 0, status: null },
  'carried-out': { exit: 0, status: null },
  returned: { exit: 0, status: null },
  answered: { exit: 0, status: null },
  held: { exit: 0, status: null },
  recorded: { exit: 0, status: null },
  queued: { exit: 0, status: null },
  duplicate: { exit: 0, status: null },
  empty: { exit: 0, status: null },
  usage: { exit: 75, status: '4.3.5 mailrobot: unknown verb or option, see mailrobot --help' },
  config: { exit: 75, status: '4.3.5 mailrobot: unusable config, mailrobot doctor says why' },
  node: { exit: 75, status: '4.3.5 mailrobot: this node is too old' },
  owner: { exit: 75, status: '4.3.5 mailrobot: the store belongs to another user' },
  'store-missing': { exit: 75, status: '4.3.5 mailrobot: the store is not there' },
  'store-locked': { exit: 75, status: '4.3.0 mailrobot: the store is locked' },
  'store-full': { exit: 75, status: '4.3.1 mailrobot: no room in the store' },
  'store-read-only': { exit: 75, status: '4.3.0 mailrobot: the store cannot be written' },
  'store-damaged': { exit: 75, status: '4.3.0 mailrobot: the store is damaged' },
  'store-newer': { exit: 75, status: '4.3.5 mailrobot: the store is of a newer version' },
  'store-failed': { exit: 75, status: '4.3.0 mailrobot: the store failed' },
  'store-unfinished': { exit: 75, status: '4.3.0 mailrobot: kept, the next run finishes it' },
  'too-large': { exit: 75, status: '4.3.4 mailrobot: the message is above the size limit' },
  'reply-waits': { exit: 75, status: '4.3.0 mailrobot: the reply could not be handed over yet' },
  'robot-waits': { exit: 75, status: '4.3.0 mailrobot: kept, and its robot is to try again' },
  database: { exit: 75, status: '4.3.0 mailrobot: the database failed' },
  busy: { exit: 75, status: '4.3.2 mailrobot: too much at once' },
  deadline: { exit: 75, status: '4.3.0 mailrobot: the run took too long' },
  internal: { exit: 75, status: '4.3.0 mailrobot: internal error' },
};

/** Exit codes of the desk's commands. */
export const DESK_EXIT = { done: 0, failed: 1, usage: 2 } as const;

/**
 * A run that cannot go on. `end` picks the row above; `message` is for a
 * person at a terminal and may name a file or a config key.
 */
export class Failure extends Error {
  readonly end: Deferral;

  constructor(end: Deferral, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Failure';
    this.end = end;
  }
}

/** The end that an error of any kind means. */
export function endOf(error: unknown): Deferral {
  return error instanceof Failure ? error.end : 'internal';
}
