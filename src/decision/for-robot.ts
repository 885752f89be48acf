/**
 * A mail that an alias gives to a robot: whether the robot may have it.
 *
 * What would be recorded or held stays so. A machine's mark, a doubt, and a proof that is less than
 * the robot wants, hold it for a person. Everything else waits for the robot, whatever it would
 * have been without one. Pure.
 */
import type { Config } from '../config/config.ts';
import type { Starter } from '../config/robots.ts';
import { marked, type Verdict } from '../ticket/decision.ts';
import { queueOfTicket } from './addressing.ts';
import type { DecidedMail } from './decide.ts';
import type { Intent } from './intent.ts';
import { mayCommand, type Trusted } from './trust.ts';

export interface ForRobot {
  readonly name: string;
  readonly from: Starter;
  /** It is run before the MTA is told that its mail was taken. */
  readonly when?: 'queued' | 'now';
}

/** Why a mail is held that the robot may not have. */
export const NOT_FOR_ROBOT = 'not-for-robot';

export function forRobot(decided: DecidedMail, robot: ForRobot, config: Config): DecidedMail {
  const { intent, decision } = decided;
  const targets = [`robot ${robot.name}`];
  if (intent.type === 'record' || intent.type === 'hold' || intent.type === 'confirm') {
    return { ...decided, targets };
  }
  const ticket = intent.type === 'append' || intent.type === 'act' ? intent.ticket : null;
  const queue =
    intent.type === 'append'
      ? (queueOfTicket(intent.ticket, config) ?? config.queues[0])
      : intent.queue;
  const verdict = against(decided, robot);
  const became: Intent =
    verdict === null
      ? {
          ...{ type: 'run', robot: robot.name, queue, ticket },
          person: mayCommand(decided.trusted) ? (decided.trusted.staff?.person ?? null) : null,
        }
      : { type: 'hold', queue, ticket, verdict };
  return {
    ...{ ...decided, targets, intent: became },
    decision: { ...decision, route: ticket ?? '', intent: became.type },
  };
}

function against({ mark, trusted }: DecidedMail, { name, from }: ForRobot): Verdict | null {
  if (mark !== null) return marked(mark);
  if (!mayStart(from, trusted)) {
    const evidence = `the robot ${name} takes mail ${OF[from]}, and of this one is known: ${trusted.why}`;
    return { check: NOT_FOR_ROBOT, evidence };
  }
  return from === 'staff' || from === 'authenticated' ? trusted.doubt : null;
}

const OF: Readonly<Record<Starter, string>> = {
  staff: 'of the staff, by a login or an authenticated From',
  authenticated: 'with an authenticated From',
  thread: 'that answers mail of ours to the same address',
  anybody: 'of anybody',
};

export function mayStart(from: Starter, trusted: Trusted): boolean {
  const { level } = trusted;
  switch (from) {
    case 'staff':
      return mayCommand(trusted);
    case 'authenticated':
      return level === 'authenticated' || mayCommand(trusted);
    case 'thread':
      return level !== 'claimed' && level !== 'automatic';
    case 'anybody':
      return level !== 'automatic';
  }
}
