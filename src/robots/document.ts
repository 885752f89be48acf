/**
 * What a robot gets on stdin: one JSON document (robot.schema.json).
 *
 * The message is as `ticket show --json` has one, with files at paths that the robot can read; the
 * rest says how its sender is known and what there is of a ticket. Pure.
 */
import type { ParsedMessage } from '../reading/message.ts';
import { commandingText } from '../reading/message.ts';
import type { Decision } from '../ticket/decision.ts';
import type { RobotPlan } from '../ticket/robot-plan.ts';
import type { RobotRun } from '../ticket/robot-run.ts';
import type { Ticket } from '../ticket/ticket.ts';

/** Whether it says what it would do, or does what was confirmed. */
export type Phase = 'plan' | 'carry-out';

export interface Given {
  readonly run: RobotRun;
  readonly message: ParsedMessage;
  readonly decision: Decision;
  readonly ticket: Ticket | null;
  /** Where its files are, in their order; null for what was not given. */
  readonly paths: readonly (string | null)[];
  /** null: what it does is not to be confirmed. */
  readonly phase: Phase | null;
  readonly plan: RobotPlan | null;
}

export function documentFor(given: Given): object {
  const { run, message, decision, ticket, paths, phase, plan } = given;
  const { signed } = run;
  const { trust, why, spoke, sender, recipients, client, login, isNamed } = decision;
  const { from, to, subject, messageId, references, text, newLines, foundLines } = message;
  return {
    v: 1,
    robot: run.robot,
    run: run.run,
    receivedAt: run.since,
    from: run.from,
    newText: commandingText(message),
    trust,
    evidence: why,
    checks: spoke,
    captures: Object.fromEntries((run.captures ?? []).map(({ name, value }) => [name, value])),
    envelope: { sender, recipients, client, login, isNamed },
    message: {
      direction: 'in',
      ...{ trust, from, to, date: message.date ?? run.since, messageId, references, subject, text },
      newLines,
      ...(foundLines.length > 0 && { foundLines }),
      ...(message.guesses.length > 0 && { guesses: message.guesses }),
      ...(message.faults.length > 0 && { fault: message.faults.join('; ') }),
      attachments: message.attachments.map(({ filename, contentType, size, sha256 }, n) => ({
        ...{ filename, contentType, size, sha256, path: paths[n] ?? null },
      })),
    },
    ticket,
    signed: signed === undefined ? null : { fingerprint: signed.fingerprint, at: signed.at },
    ...(phase !== null && { phase, plan: plan === null ? null : confirmedPlan(plan) }),
  };
}

function confirmedPlan({ text = '', data = 'null', madeAt, confirmed }: RobotPlan): object {
  return { text, data: JSON.parse(data), plannedAt: madeAt, confirmedAt: confirmed?.at ?? null };
}
