/**
 * The robots of a desk: rows of `robots` in the config, and executables in `robots/` beside it.
 *
 * A name is a word of the alias or of a command line, and never a path: robots are looked up by
 * it, and nothing of a mail is ever part of it. A row that is wrong is a problem of that row.
 */
import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { RobotAddresses } from '../addresses/robot-address.ts';
import { Failure } from '../outcome.ts';
import type { Config } from './config.ts';
import { robotsFolder } from './has-robots.ts';
import type { Problem } from './schema/config.ts';
import {
  checkRobots,
  type ROBOT_MAY,
  ROBOT_NAME,
  type RobotRow,
  type STARTERS,
} from './schema/robots.ts';

export type Starter = (typeof STARTERS)[number];
export type RobotOrder = (typeof ROBOT_MAY)[number];

export type RobotConfig = Omit<RobotRow, 'command'> & {
  readonly command: readonly [string, ...string[]];
};

/** In the place of a user: whoever owns the store. */
export const OWNER = 'owner';

type WithRobots = Pick<Config, 'file' | 'robots'>;

export interface KnownRobots {
  /** In order of their names. */
  readonly robots: readonly RobotConfig[];
  readonly problems: readonly Problem[];
}

/** Every robot that can be named, and what is wrong with rows. */
export function robotsOf(config: WithRobots): KnownRobots {
  const folder = robotsFolder(config);
  const { rows, problems } = checkRobots(config.robots);
  const twice = rows.filter(({ row }, n) =>
    rows.slice(0, n).some(({ row: other }) => other.name === row.name),
  );
  const ofRows = rows
    .filter((one) => !twice.includes(one))
    .map(({ row }) => withCommand(row, folder));
  const others = executablesIn(folder).filter((name) => !isNamed(name, config.robots));
  const plain = checkRobots(others.map((name) => ({ name }))).rows;
  return {
    robots: [...ofRows, ...plain.map(({ row }) => withCommand(row, folder))].sort((a, b) =>
      a.name < b.name ? -1 : 1,
    ),
    problems: [
      ...problems,
      ...twice.map(({ at, row }) => ({
        key: `robots.${at}.name`,
        problem: `holds "${row.name}", which another robot has already`,
      })),
      ...rows.flatMap(({ at, row }) => [...beyondStarter(at, row), ...beyondDelivery(at, row)]),
    ],
  };
}

/** What an alias may lead to a robot, also to one whose row is wrong: its mail waits for it. */
export function robotAddresses(config: WithRobots & Pick<Config, 'domain'>): RobotAddresses {
  const { robots } = robotsOf(config);
  const rows: readonly unknown[] = Array.isArray(config.robots) ? config.robots : [];
  const ofRows = rows.flatMap((row) =>
    typeof row === 'object' && row !== null && 'name' in row && typeof row.name === 'string'
      ? row.name
      : [],
  );
  const names = [
    ...robots.map(({ name }) => name),
    ...ofRows.filter((one) => ROBOT_NAME.test(one)),
  ];
  return {
    domain: config.domain,
    names: [...new Set(names)],
    patterns: robots.flatMap(({ address }) => address ?? []),
  };
}

/** Throws a Failure `config` that says why there is none. */
export function robotNamed(name: string, config: WithRobots): RobotConfig {
  const { robots, problems } = robotsOf(config);
  const found = ROBOT_NAME.test(name) ? robots.find((one) => one.name === name) : undefined;
  const at = Array.isArray(config.robots) ? indexOfRow(name, config.robots) : -1;
  const wrong = problems.find(({ key }) => key === 'robots' || key.split('.')[1] === String(at));
  if (wrong !== undefined) {
    throw new Failure('config', `${config.file}: "${wrong.key}" ${wrong.problem}`);
  }
  if (found !== undefined) return found;
  const folder = robotsFolder(config);
  throw new Failure(
    'config',
    ROBOT_NAME.test(name)
      ? `there is no robot "${name}": neither in ${config.file} nor as an executable in ${folder}`
      : 'a robot is named by small letters, digits and dashes',
  );
}

/** Whose signatures count for a robot that wants some. */
export function keyringOf(name: string, config: Pick<Config, 'file'>): string {
  return join(robotsFolder(config), `${name}.keys`);
}

function withCommand({ command, ...row }: RobotRow, folder: string): RobotConfig {
  const [program, ...args] = command ?? [join(folder, row.name)];
  return { ...row, command: [resolve(dirname(folder), program ?? ''), ...args] };
}

/** Of a mail of whoever owns a domain a robot may say something, and do nothing. */
function beyondStarter(at: number, { from, proof, confirm, may }: RobotRow): readonly Problem[] {
  const beyond = may.find((one) => !HARMLESS.includes(one));
  const isProven = from === 'staff' || proof !== undefined || confirm;
  if (isProven || beyond === undefined) return [];
  const problem = `lets ${from === 'anybody' ? 'anybody' : `whoever is ${WORDS[from]}`} order "${beyond}": without "proof" or "confirm" only a robot of the staff may do more than reply and note`;
  return [{ key: `robots.${at}.may`, problem }];
}

/** A delivery has no right to become another user, and ends before the MTA loses its patience. */
const MAX_SECONDS_NOW = 180;

function beyondDelivery(
  at: number,
  { when, user, seconds, confirm }: RobotRow,
): readonly Problem[] {
  if (when === 'queued') return [];
  const key = `robots.${at}.when`;
  if (user !== OWNER) return [{ key, problem: `holds "now", which takes "user": "${OWNER}"` }];
  if (confirm) return [{ key, problem: 'holds "now", which does not go with "confirm"' }];
  const most = `holds "now", for which "seconds" must be ${MAX_SECONDS_NOW} at most`;
  return seconds > MAX_SECONDS_NOW ? [{ key, problem: most }] : [];
}

const HARMLESS: readonly RobotOrder[] = ['reply', 'reply-unproven', 'note', 'blank'];
const WORDS = { authenticated: 'authenticated', thread: 'in a thread' } as const;

function executablesIn(folder: string): readonly string[] {
  return namesIn(folder).filter((name) => ROBOT_NAME.test(name) && isProgram(join(folder, name)));
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Also of a row that is wrong: then the executable of that name has no other rules. */
function isNamed(name: string, rows: unknown): boolean {
  return Array.isArray(rows) && indexOfRow(name, rows) >= 0;
}

function indexOfRow(name: string, rows: readonly unknown[]): number {
  return rows.findIndex(
    (row) => typeof row === 'object' && row !== null && 'name' in row && row.name === name,
  );
}
