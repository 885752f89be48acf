/**
 * A run that a person must look at: its mail is held, and the staff are told why, with the end of
 * what the robot said. Pure.
 */
import type { Change } from '../ticket/change.ts';
import { ROBOT_FAILED, type RobotRun } from '../ticket/robot-run.ts';

/** A mail as its robot was given it. */
export interface RanMail {
  readonly messageId: string | null;
  /** As the desk has read it. */
  readonly text: string;
  readonly date: string;
}

/** Why, and what it wrote to stderr. */
export interface Failed {
  readonly why: string;
  readonly said: string;
}

export function heldRun(
  { run, robot, raw, queue, from, subject, onTicket }: RobotRun,
  failed: Failed,
  { text, date }: RanMail,
): readonly Change[] {
  const { why } = failed;
  const reason = { check: ROBOT_FAILED, evidence: failureOf(robot, failed) };
  return [
    {
      type: 'mail.held',
      mail: {
        ...{ id: run, from, date, subject, queue },
        beginning: text.slice(0, MAX_BEGINNING_CHARACTERS),
        ticket: onTicket,
        reason,
        raw,
      },
    },
    { type: 'robot.ended', run, robot, end: 'held', why },
  ];
}

/** For a person who must look at it. */
const MAX_BEGINNING_CHARACTERS = 500;

/** In words, with the end of what it said. */
export function failureOf(robot: string, { why, said }: Failed): string {
  return [`robot ${robot}: ${why}`, ...lastLines(said)].join('\n');
}

const MAX_SAID_LINES = 10;

export function lastLines(said: string): readonly string[] {
  return said
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-MAX_SAID_LINES);
}
