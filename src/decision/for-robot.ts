/**
 * A mail that an alias gives to a robot: whether the robot may have it.
 *
 * What would be recorded or held stays so. A machine's mark, a doubt, and a proof that is less than
 * the robot wants, hold it for a person; so does a login with the From of somebody else, for a robot
 * that asks whom the mail is from whether it is meant. Everything else waits for the robot, whatever
 * it would have been without one. Of a mail that a signature proves, what is not signed says nothing: its
 * author is whom the key names, and it belongs to no ticket. Pure.
 */
import { capturesAmong } from '../addresses/address-pattern.ts';
import type { Config } from '../config/config.ts';
import type { Starter } from '../config/robots.ts';
import { marked, type Verdict } from '../ticket/decision.ts';
import type { Proven } from '../ticket/signed.ts';
import { sameAddress } from '../ticket/ticket.ts';
import { queueOfTicket } from './addressing.ts';
import type { DecidedMail } from './decide.ts';
import type { Intent } from './intent.ts';
import { mayCommand, type Trusted, UNPROVEN_STAFF } from './trust.ts';

export interface ForRobot {
  readonly name: string;
  readonly from: Starter;
  /** An address with holes that it is written to. */
  readonly address?: string | undefined;
  /** It is run before the MTA is told that its mail was taken. */
  readonly when?: 'queued' | 'now';
  /** What proves its author besides. */
  readonly proof?: 'pgp' | undefined;
}

/** Of a robot that wants a signature. */
export type Proof = Proven & {
  /** The same, signed by the same key, was carried out before. */
  readonly isAgain: boolean;
};

const UNSIGNED = 'unsigned';
const SIGNED_BEFORE = 'signed-before';

/** Why a mail is held that the robot may not have. */
const NOT_FOR_ROBOT = 'not-for-robot';

export function forRobot(
  plainly: DecidedMail,
  robot: ForRobot,
  config: Config,
  proof: Proof | null = null,
): DecidedMail {
  const proven =
    robot.proof !== undefined && proof?.type === 'signed' && !proof.isAgain ? proof : null;
  const decided = proven === null ? plainly : bySigner(plainly, robot, proven);
  const { intent, decision } = decided;
  const targets = [`robot ${robot.name}`];
  if (
    intent.type === 'record' ||
    intent.type === 'hold' ||
    intent.type === 'confirm' ||
    intent.type === 'plan'
  ) {
    return { ...decided, targets };
  }
  const ticket = intent.type === 'append' || intent.type === 'act' ? intent.ticket : null;
  const queue =
    intent.type === 'append'
      ? (queueOfTicket(intent.ticket, config) ?? config.queues[0])
      : intent.queue;
  const verdict =
    against(plainly, robot) ??
    againstProof(robot, proof) ??
    (proven === null ? againstFrom(plainly, robot) : null);
  const at =
    robot.address === undefined
      ? null
      : capturesAmong(decision.recipients, robot.address, config.domain);
  const became: Intent =
    verdict === null
      ? {
          ...{ type: 'run', robot: robot.name, queue },
          ...(proven === null
            ? { ticket, person: staffIn(decided.trusted) }
            : { ticket: null, person: null, signed: proven.signed }),
          ...(at !== null && { captures: at.captures, cameTo: at.address }),
        }
      : { type: 'hold', queue, ticket, verdict };
  return {
    ...{ ...decided, targets, intent: became },
    decision: { ...decision, route: ticket ?? '', intent: became.type },
  };
}

function staffIn(trusted: Trusted) {
  return mayCommand(trusted) ? (trusted.staff?.person ?? null) : null;
}

/** A mail that seems to be of somebody else is held, unless its signature says whose it is. */
function bySigner(
  decided: DecidedMail,
  { from }: ForRobot,
  { author, signed: { fingerprint, at } }: Extract<Proof, { type: 'signed' }>,
): DecidedMail {
  const { intent, decision } = decided;
  const isForged = intent.type === 'hold' && intent.verdict.check === UNPROVEN_STAFF('').check;
  const why = `a PGP signature of ${at} by the key ${fingerprint}; of its From: ${decision.why}`;
  return {
    ...decided,
    ...{ from: author, replyTo: null, actor: null, forged: null },
    trusted: { level: 'authenticated', why, staff: null, doubt: null },
    intent:
      isForged && from === 'anybody'
        ? { type: 'open', queue: intent.queue, silence: null, mayBeOnBehalf: false }
        : intent,
    decision: { ...decision, trust: 'authenticated', why },
  };
}

function againstProof({ name, proof: wanted }: ForRobot, proof: Proof | null): Verdict | null {
  if (wanted === undefined) return null;
  if (proof?.type === 'signed') {
    const { fingerprint } = proof.signed;
    const evidence = `the same, signed by ${fingerprint}, was given to a robot before`;
    return proof.isAgain ? { check: SIGNED_BEFORE, evidence } : null;
  }
  const evidence = `the robot ${name} wants a PGP signature: ${proof?.why ?? 'that is looked for in mail of its alias alone'}`;
  return { check: UNSIGNED, evidence };
}

function against({ mark, trusted }: DecidedMail, { name, from }: ForRobot): Verdict | null {
  if (mark !== null) return marked(mark);
  if (!mayStart(from, trusted)) {
    const evidence = `the robot ${name} takes mail ${OF[from]}, and of this one is known: ${trusted.why}`;
    return { check: NOT_FOR_ROBOT, evidence };
  }
  return from === 'staff' || from === 'authenticated' ? trusted.doubt : null;
}

/**
 * A login, or an address that was given to one of the staff, says who sends a mail, and a robot is told whom it is from: else one of the staff could
 * have it done, or confirm, in the name of somebody else.
 */
function againstFrom({ trusted, from }: DecidedMail, { name }: ForRobot): Verdict | null {
  const person = trusted.staff?.person;
  if (person === undefined) return null;
  const isTheirs = from !== null && person.addresses.some((own) => sameAddress(own, from.address));
  if (isTheirs) return null;
  const evidence = `the robot ${name} is told whom a mail is from, and the From of this one is not of its ${trusted.why}: ${from?.address ?? 'there is none'}`;
  return { check: NOT_FOR_ROBOT, evidence };
}

const OF: Readonly<Record<Starter, string>> = {
  staff: 'of the staff, by a login or an authenticated From',
  authenticated: 'with an authenticated From',
  thread: 'that answers mail of ours to the same address',
  anybody: 'of anybody',
};

function mayStart(from: Starter, trusted: Trusted): boolean {
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
