/**
 * Whether a person should look, for a monitoring system: one row for each thing that can
 * go wrong on this machine, and the worst of them is the state of the whole. `mailrobot doctor`
 * makes findings of the same rows. Pure.
 */
import type { Threshold, Thresholds } from '../config/config.ts';
import { ageOf, DAY_MS, HOUR_MS, MINUTE_MS } from '../ticket/age.ts';
import { isRunning, type Ran } from '../ticket/clock.ts';
import type { Figure } from './figures.ts';
import { type Level, levelAbove, levelBelow, levelOfAge, worst } from './level.ts';

export interface HealthFacts {
  readonly now: Date;
  /** Mails that the MTA has not taken, since they were written. */
  readonly outbox: Backlog;
  /** How many more go out later, at their time. */
  readonly later?: number;
  /** Those whose time has come, and that nobody has tried to send: since that time. */
  readonly missed?: Backlog;
  /** When what runs by the clock ran last; whether the config holds answers for `undo`. */
  readonly clock?: { readonly ran: readonly Ran[]; readonly isWanted: boolean };
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
  /** The server that mail is handed to; whether somebody listens there, null if it is not here. */
  readonly smtp: {
    readonly host: string;
    readonly port: number;
    readonly isHeard: boolean | null;
  } | null;
  /** Octets of the file system that the store lies on. */
  readonly space: Room;
  /** Files that it can have; a total of 0 says that it does not count them. */
  readonly inodes: Room;
  /** Mails that became no ticket, and are kept for a while. */
  readonly recorded: { readonly count: number; readonly isAll: boolean };
  /** How many there are, and those that fail. */
  readonly subscribers: {
    readonly count: number;
    readonly failing: readonly { readonly name: string; readonly since: string }[];
  };
  /**
   * Mails that wait for robots, and how many of those for one that runs as another user;
   * `isServed`: a process is there that may start it. null: there is no robot.
   */
  readonly robots:
    | (Backlog & { readonly ofOthers: number; readonly isServed: boolean; readonly plans?: number })
    | null;
  /** Texts of the desk's own that cannot be used: `acknowledgement.txt: line 3: …`. */
  readonly badTemplates: readonly string[];
  /** Files of the store that belong to somebody else, or that their owner cannot use. */
  readonly strangers: readonly string[];
  /** null: the config has no log. */
  readonly log: { readonly place: string; readonly problem: string | null } | null;
}

export interface Backlog {
  readonly count: number;
  /** Since when the first of them waits (RFC 3339); null if there is none. */
  readonly since: string | null;
}

export interface Room {
  readonly free: number;
  readonly total: number;
}

export interface Row {
  readonly name: string;
  readonly level: Level;
  readonly value: string;
  readonly figures: readonly Figure[];
}

const MEBIBYTE = 1024 * 1024;

export function rowsOf(facts: HealthFacts, limits: Thresholds): readonly Row[] {
  const { sendmail, lastMail, now, badTemplates, strangers } = facts;
  return [
    row('store', 'ok', 'can be read'),
    outboxRow(facts, limits.unsentMinutes),
    sendmail.isRunnable
      ? row('sendmail', 'ok', sendmail.path)
      : row('sendmail', 'critical', `${sendmail.path} cannot be run`),
    ...(facts.smtp === null ? [] : [smtpRow(facts.smtp)]),
    heldRow(facts, limits.heldMinutes),
    failedRow(facts.failing, limits.failedAddresses),
    row('last mail', 'ok', lastMail === null ? 'none yet' : `${inWords(ageOf(lastMail, now))} ago`),
    diskRow(facts.space, limits),
    inodesRow(facts.inodes, limits.inodesPercent),
    recordedRow(facts.recorded),
    subscribersRow(facts, limits.subscriberMinutes),
    ...(facts.robots === null ? [] : [robotsRow(facts.robots, now, limits.robotMinutes)]),
    faultsRow('templates', badTemplates, 'warning', 'can be used'),
    faultsRow('owners', strangers, 'critical', 'as they should be'),
    clockRow(lastMail, now),
    ...(facts.clock === undefined ? [] : [timerRow(facts.clock, facts)]),
    ...(facts.log === null ? [] : [logRow(facts.log)]),
  ];
}

/** If the store cannot be opened: nothing else of it can be said, but whose its files are. */
export function rowsOfClosed(
  level: 'critical' | 'unknown',
  problem: string,
  strangers: readonly string[],
): readonly Row[] {
  const owners = faultsRow('owners', strangers, 'critical', '');
  return [row('store', level, problem), ...(strangers.length > 0 ? [owners] : [])];
}

function row(name: string, level: Level, value: string, figures: readonly Figure[] = []): Row {
  return { name, level, value, figures };
}

function outboxRow(
  { outbox, underWay, later = 0, resting, now }: HealthFacts,
  minutes: Threshold,
): Row {
  const timed = later > 0 ? `; ${later} at a later time` : '';
  const unsent = `${counted(outbox, now)}${underWay > 0 ? `; ${underWay} under way` : ''}${timed}`;
  const figures = backlogFigures('outbox', outbox, now, minutes);
  if (resting === null) {
    return row('outbox', levelOfAge(ageIn(outbox, now), minutes), unsent, figures);
  }
  const rests = ageOf(resting, now);
  return row(
    'outbox',
    levelOfAge(rests, minutes) === 'critical' ? 'critical' : 'warning',
    `${unsent}; rests since the restore ${inWords(rests)} ago: mailrobot resume`,
    figures,
  );
}

function smtpRow({ host, port, isHeard }: NonNullable<HealthFacts['smtp']>): Row {
  const place = `${host}:${port}`;
  if (isHeard === null) return row('smtp', 'ok', `${place}, not on this machine: not looked at`);
  return isHeard
    ? row('smtp', 'ok', `somebody listens at ${place}`)
    : row('smtp', 'critical', `nobody listens at ${place}`);
}

function heldRow({ held, now }: HealthFacts, minutes: Threshold): Row {
  const figures = backlogFigures('held', held, now, minutes);
  return row('held', levelOfAge(ageIn(held, now), minutes), counted(held, now), figures);
}

function failedRow(count: number, { warning, critical }: Threshold): Row {
  const level = levelAbove(count, { warning, critical });
  const ranges = {
    warning: String(warning),
    ...(critical !== undefined && { critical: `${critical}` }),
  };
  return row('failed addresses', level, String(count), [
    { label: 'failed_addresses', value: count, unit: '', ...ranges },
  ]);
}

function diskRow(space: Room, { diskPercent, diskMegabytes }: Thresholds): Row {
  const megabytes = Math.round(space.free / MEBIBYTE);
  const percent = percentOf(space);
  const level = worst([
    levelBelow(percent, diskPercent),
    levelBelow(space.free / MEBIBYTE, diskMegabytes),
  ]);
  return row('disk', level, `${megabytes} MiB free (${Math.round(percent)} %)`, [
    { label: 'disk_free', value: megabytes, unit: 'MB', ...belowRanges(diskMegabytes) },
    {
      label: 'disk_free_share',
      value: Math.floor(percent),
      unit: '%',
      ...belowRanges(diskPercent),
    },
  ]);
}

function inodesRow(inodes: Room, limits: Threshold): Row {
  if (inodes.total === 0) return row('inodes', 'ok', 'not counted here');
  const percent = percentOf(inodes);
  const ranges = belowRanges(limits);
  return row(
    'inodes',
    levelBelow(percent, limits),
    `${inodes.free} free (${Math.round(percent)} %)`,
    [{ label: 'inodes_free_share', value: Math.floor(percent), unit: '%', ...ranges }],
  );
}

function recordedRow({ count, isAll }: HealthFacts['recorded']): Row {
  const value = isAll ? String(count) : `${count} or more`;
  return row('recorded', 'ok', value, [{ label: 'recorded', value: count, unit: '' }]);
}

function subscribersRow({ subscribers, now }: HealthFacts, minutes: Threshold): Row {
  const { count, failing } = subscribers;
  const ages = failing.map(({ since }) => ageOf(since, now));
  const oldest = Math.max(0, ...ages);
  const value =
    failing.length === 0
      ? String(count)
      : `${count}, ${failing.map(({ name }) => name).join(', ')} failing for ${inWords(oldest)}`;
  const figure = { label: 'subscribers_failing', value: failing.length, unit: '' } as const;
  return row('subscribers', levelOfAge(oldest, minutes), value, [figure]);
}

function robotsRow(robots: NonNullable<HealthFacts['robots']>, now: Date, minutes: Threshold): Row {
  const waits = robots.ofOthers > 0 && !robots.isServed ? `; nobody may start them: ${START}` : '';
  const figures = backlogFigures('robots', robots, now, minutes);
  const level = levelOfAge(ageIn(robots, now), minutes);
  const { plans = 0 } = robots;
  const told =
    plans === 0 ? '' : `; ${plans} ${plans === 1 ? 'plan is' : 'plans are'} not confirmed`;
  return row('robots', level, `${counted(robots, now)}${waits}${told}`, figures);
}

const START = 'mailrobot robot run as root, or mailrobot-robots.service';

function faultsRow(name: string, faults: readonly string[], level: Level, fine: string): Row {
  const [first] = faults;
  if (first === undefined) return row(name, 'ok', fine);
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : '';
  return row(name, level, `${first}${more}`);
}

/** Of times that are written in the store, the last mail's is the newest that it is sure of. */
function clockRow(lastMail: string | null, now: Date): Row {
  const isBehind = lastMail !== null && ageOf(lastMail, now) === Number.POSITIVE_INFINITY;
  return isBehind
    ? row('clock', 'warning', `it is ${now.toISOString()}, and the last mail came at ${lastMail}`)
    : row('clock', 'ok', 'not behind the last mail');
}

/** What sends mail at its time. */
function timerRow(
  { ran, isWanted }: NonNullable<HealthFacts['clock']>,
  { later = 0, missed = NONE_MISSED, now }: HealthFacts,
): Row {
  const words = ran
    .filter((one) => missed.count > 0 || isRunning(one, now))
    .map(({ clock, at }) => `the ${clock} ran ${inWords(ageOf(at, now))} ago`);
  if (ran.some((one) => isRunning(one, now))) return row('timer', 'ok', words.join(', '));
  if (missed.count > 0) {
    const last = words.length === 0 ? '' : ` (${words.join(', ')})`;
    const waits = missed.count === 1 ? '1 mail waits' : `${missed.count} mails wait`;
    return row(
      'timer',
      'warning',
      `none runs${last}: ${waits} that should have gone ${inWords(ageIn(missed, now))} ago: ${START_TIMER}`,
    );
  }
  const level = isWanted || later > 0 ? 'warning' : 'ok';
  const mend = level === 'ok' ? '' : `: ${START_TIMER}`;
  return row('timer', level, `none runs: no answer can be sent later, or be taken back${mend}`);
}

const NONE_MISSED: Backlog = { count: 0, since: null };
const START_TIMER = 'systemctl enable --now mailrobot-due.timer';

function logRow({ place, problem }: NonNullable<HealthFacts['log']>): Row {
  return problem === null
    ? row('log', 'ok', place)
    : row('log', 'warning', `${place} cannot be written: ${problem}`);
}

function counted(mails: Backlog, now: Date): string {
  return mails.count === 0 ? '0' : `${mails.count}, the oldest for ${inWords(ageIn(mails, now))}`;
}

function ageIn({ since }: Backlog, now: Date): number {
  return since === null ? 0 : ageOf(since, now);
}

/** No age if it is not known. */
function backlogFigures(
  label: string,
  mails: Backlog,
  now: Date,
  { warning, critical }: Threshold,
): readonly Figure[] {
  const age = ageIn(mails, now);
  const ranges = {
    warning: String(warning * 60),
    ...(critical !== undefined && { critical: String(critical * 60) }),
  };
  const count: Figure = { label, value: mails.count, unit: '' };
  if (age === Number.POSITIVE_INFINITY) return [count];
  return [count, { label: `${label}_age`, value: Math.floor(age / 1000), unit: 's', ...ranges }];
}

function belowRanges({ warning, critical }: Threshold) {
  return {
    warning: `${warning}:`,
    ...(critical !== undefined && { critical: `${critical}:` }),
  };
}

function percentOf({ free, total }: Room): number {
  return total === 0 ? 0 : (100 * free) / total;
}

/** A time later than now says nothing but that the clock was ahead. */
function inWords(ms: number): string {
  if (ms === Number.POSITIVE_INFINITY) return 'an unknown time (the clock was ahead)';
  if (ms >= 48 * HOUR_MS) return `${Math.floor(ms / DAY_MS)} d`;
  if (ms >= 2 * HOUR_MS) return `${Math.floor(ms / HOUR_MS)} h`;
  return `${Math.max(0, Math.floor(ms / MINUTE_MS))} min`;
}
