/**
 * Whether a person should look, for a monitoring system: one row for each thing that can
 * go wrong, and the worst of them is the state of the whole.
 *
 * Levels and exit codes are those that monitoring plugins use: 0 ok, 1 warning, 2
 * critical. Pure.
 */
import { ageOf } from '../ticket/age.ts';

export type Level = 'ok' | 'warning' | 'critical';

export const LEVEL_EXIT: Readonly<Record<Level, number>> = { ok: 0, warning: 1, critical: 2 };

export interface HealthFacts {
  readonly now: Date;
  /** Mails that the MTA has not taken, since they were written. */
  readonly outbox: Backlog;
  /** How many of them sendmail has right now. */
  readonly underWay: number;
  /** Since when a restored store sends nothing (RFC 3339), or null. */
  readonly resting: string | null;
  /** Mails that wait for a person, since they came. */
  readonly held: Backlog;
  /** Addresses that get no mail, since it came back. */
  readonly failing: number;
  /** When the last mail came in, or null. */
  readonly lastMail: string | null;
  /** The program that mail is handed to, and whether it can be run. */
  readonly sendmail: { readonly path: string; readonly isRunnable: boolean };
  /** Octets of the file system that the store lies on. */
  readonly space: { readonly free: number; readonly total: number };
}

export interface Backlog {
  readonly count: number;
  /** Since when the first of them waits (RFC 3339); null if there is none. */
  readonly since: string | null;
}

export interface Row {
  readonly name: string;
  readonly level: Level;
  readonly value: string;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const MEBIBYTE = 1024 * 1024;
/** The MTA asks again after minutes; after two hours nobody asks for it any more. */
const UNSENT_MS = { warning: 15 * MINUTE_MS, critical: 2 * HOUR_MS };
const HELD_MS = { warning: 24 * HOUR_MS, critical: Number.POSITIVE_INFINITY };
/** Free share, and octets, below which something has to be done. */
const FREE_SPACE = { warning: [0.1, 1024 * MEBIBYTE], critical: [0.02, 100 * MEBIBYTE] } as const;

export function rowsOf({
  now,
  outbox,
  underWay,
  resting,
  held,
  failing,
  lastMail,
  sendmail,
  space,
}: HealthFacts): readonly Row[] {
  const age = ({ since }: Backlog) => (since === null ? 0 : ageOf(since, now));
  const counted = (mails: Backlog) =>
    mails.count === 0 ? '0' : `${mails.count}, the oldest for ${inWords(age(mails))}`;
  const unsent = `${counted(outbox)}${underWay > 0 ? `; ${underWay} under way` : ''}`;
  const rests = age({ count: 1, since: resting });
  return [
    { name: 'store', level: 'ok', value: 'can be read' },
    resting === null
      ? { name: 'outbox', level: levelOf(age(outbox), UNSENT_MS), value: unsent }
      : {
          name: 'outbox',
          level: rests > UNSENT_MS.critical ? 'critical' : 'warning',
          value: `${unsent}; rests since the restore ${inWords(rests)} ago: mailrobot resume`,
        },
    sendmail.isRunnable
      ? { name: 'sendmail', level: 'ok', value: sendmail.path }
      : { name: 'sendmail', level: 'critical', value: `${sendmail.path} cannot be run` },
    { name: 'held', level: levelOf(age(held), HELD_MS), value: counted(held) },
    { name: 'failed addresses', level: failing > 0 ? 'warning' : 'ok', value: String(failing) },
    {
      name: 'last mail',
      level: 'ok',
      value: lastMail === null ? 'none yet' : `${inWords(ageOf(lastMail, now))} ago`,
    },
    { name: 'disk', level: levelOfSpace(space), value: spaceInWords(space) },
  ];
}

export function worst(rows: readonly Row[]): Level {
  const has = (level: Level) => rows.some((row) => row.level === level);
  if (has('critical')) return 'critical';
  return has('warning') ? 'warning' : 'ok';
}

function levelOf(
  age: number,
  limits: { readonly warning: number; readonly critical: number },
): Level {
  if (age > limits.critical) return 'critical';
  return age > limits.warning ? 'warning' : 'ok';
}

function levelOfSpace({ free, total }: HealthFacts['space']): Level {
  const isBelow = ([share, octets]: readonly [number, number]) =>
    free < octets || free < total * share;
  if (isBelow(FREE_SPACE.critical)) return 'critical';
  return isBelow(FREE_SPACE.warning) ? 'warning' : 'ok';
}

function spaceInWords({ free, total }: HealthFacts['space']): string {
  const share = total === 0 ? 0 : Math.round((100 * free) / total);
  return `${Math.round(free / MEBIBYTE)} MiB free (${share} %)`;
}

/** A time later than now says nothing but that the clock was ahead. */
function inWords(ms: number): string {
  if (ms === Number.POSITIVE_INFINITY) return 'an unknown time (the clock was ahead)';
  if (ms >= 48 * HOUR_MS) return `${Math.floor(ms / (24 * HOUR_MS))} d`;
  if (ms >= 2 * HOUR_MS) return `${Math.floor(ms / HOUR_MS)} h`;
  return `${Math.max(0, Math.floor(ms / MINUTE_MS))} min`;
}
