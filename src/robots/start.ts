/**
 * Starts a robot as its user, with its memory and its limits, for one mail. What it is given is a
 * few values and an input, whatever they hold: no mail is read here.
 */
import type { RobotConfig } from '../config/robots.ts';
import { type ConfinedEnd, runConfined } from '../runtime/confined.ts';
import { type Account, environmentFor, type Values } from './environment.ts';
import { memoryOf } from './memory.ts';

/** Whom a robot runs as. */
export interface RobotUser extends Account {
  /** null: whoever we are. */
  readonly ids: { readonly uid: number; readonly gid: number } | null;
}

export interface ToStart {
  /** For its environment. */
  readonly values: Values;
  readonly input: Buffer;
}

/** Throws if nothing can be started. */
export type StartRobot = (robot: RobotConfig, given: ToStart) => Promise<ConfinedEnd>;

/** Octets of what a robot may write. */
const MAX_OUTPUT_BYTES = 1024 * 1024;

/** By this process. `stop` ends whatever runs. */
export function starterHere(
  userOf: (robot: RobotConfig) => RobotUser,
  memories: string,
  stop?: AbortSignal,
): StartRobot {
  return async (robot, { values, input }) => {
    const user = userOf(robot);
    const memory = memoryOf(robot.name, user, memories);
    if ('refused' in memory) return { type: 'not-run', reason: memory.refused, said: '' };
    return runConfined(
      {
        ...{ argv: robot.command, user: user.ids, directory: '/' },
        environment: environmentFor(values, { ...user, state: memory.path }),
        ...{ limitMs: robot.seconds * 1000, maxOutputBytes: MAX_OUTPUT_BYTES, stop },
      },
      input,
    );
  };
}
